// What OSPFv2 routers tell each other (RFC 2328 appendix A): link-state advertisements and the five
// packets that carry them, as data and as bytes.
//
// An advertisement never changes once it is made: databases and packets of all routers hold the
// same one. Its age is kept beside it by who holds it. Numbers are in host order, addresses and
// identifiers 32-bit numbers.
// Not modelled: types 4 to 8, 10 and 11, options other than E, authentication, type of service.

#ifndef SWITCHFAULT_PROTOCOLS_OSPF_PACKET_H_
#define SWITCHFAULT_PROTOCOLS_OSPF_PACKET_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include "net/frame_content.h"

namespace switchfault {

// A grace advertisement (RFC 3623) is an opaque one that stays on its link (RFC 5250).
enum class LsaType : std::uint8_t { router = 1, network = 2, summary = 3, grace = 9 };

struct LsaKey {
  LsaType type = LsaType::router;
  std::uint32_t id = 0;
  std::uint32_t router = 0;  // Who advertises it.
  friend auto operator<=>(const LsaKey&, const LsaKey&) = default;
};

// RFC 2328 12.1.6: signed, from the most negative but one.
inline constexpr std::int32_t kLsaInitialSequence = -0x7fffffff;
inline constexpr std::uint16_t kLsaMaxAge = 3600;     // Appendix B.
inline constexpr std::uint32_t kGraceId = 3U << 24U;  // Opaque type 3, RFC 3623 appendix A.

struct RouterLink {
  enum class Type : std::uint8_t { point_to_point = 1, transit = 2, stub = 3 };
  Type type = Type::point_to_point;
  std::uint16_t metric = 0;
  std::uint32_t id = 0;    // Neighbour, address of the designated router, or network.
  std::uint32_t data = 0;  // Own address, or the mask of a stub network.
  friend auto operator<=>(const RouterLink&, const RouterLink&) = default;
};

// What an advertisement says; of each type only some parts.
struct LsaBody {
  bool border = false;                 // Router: it stands in several areas.
  std::vector<RouterLink> links;       // Router.
  std::vector<std::uint32_t> routers;  // Network: who is attached.
  std::uint32_t mask = 0;              // Network, summary.
  std::uint32_t metric = 0;            // Summary.
  std::uint32_t grace_seconds = 0;     // Grace.
  std::uint32_t address = 0;           // Grace, on a broadcast network: of the interface.
  friend bool operator==(const LsaBody&, const LsaBody&) = default;
};

struct LsaHeader {
  LsaKey key;
  std::int32_t sequence = kLsaInitialSequence;
  std::uint16_t checksum = 0;
  std::uint16_t age = 0;
  std::uint16_t length = 0;
  friend bool operator==(const LsaHeader&, const LsaHeader&) = default;
};

class Lsa final : public FrameContent {
 public:
  Lsa(const LsaKey& key, std::int32_t sequence, LsaBody body);

  [[nodiscard]] const LsaKey& key() const { return key_; }
  [[nodiscard]] const LsaBody& body() const { return body_; }
  [[nodiscard]] std::int32_t sequence() const { return sequence_; }
  [[nodiscard]] LsaHeader header(std::uint16_t age) const;
  [[nodiscard]] std::vector<std::byte> encoded(std::uint16_t age) const;
  [[nodiscard]] std::size_t length() const;

 private:
  LsaKey key_;
  std::int32_t sequence_;
  std::uint16_t checksum_;
  LsaBody body_;
};
using LsaRef = ContentRef<Lsa>;

// RFC 2328 13.1: greater when the first is more recent.
std::strong_ordering more_recent(const LsaHeader& a, const LsaHeader& b);

// --- packets ---

struct OspfHello {
  std::uint32_t mask = 0;
  std::uint16_t hello_seconds = 0;  // 0: several a second.
  std::uint8_t priority = 0;
  std::uint32_t dead_seconds = 0;
  std::uint32_t designated = 0;  // Addresses on the network.
  std::uint32_t backup = 0;
  std::vector<std::uint32_t> neighbors;  // Router identifiers heard.
  friend bool operator==(const OspfHello&, const OspfHello&) = default;
};
struct OspfDescription {
  bool initial = false, more = false, master = false;
  std::uint32_t sequence = 0;
  std::vector<LsaHeader> headers;
  friend bool operator==(const OspfDescription&, const OspfDescription&) = default;
};
struct OspfRequest {
  std::vector<LsaKey> keys;
  friend bool operator==(const OspfRequest&, const OspfRequest&) = default;
};
struct OspfUpdate {
  struct Item {
    LsaRef lsa;
    std::uint16_t age = 0;
    friend bool operator==(const Item&, const Item&) = default;
  };
  std::vector<Item> items;
  friend bool operator==(const OspfUpdate&, const OspfUpdate&) = default;
};
struct OspfAcknowledgment {
  std::vector<LsaHeader> headers;
  friend bool operator==(const OspfAcknowledgment&, const OspfAcknowledgment&) = default;
};

// The alternatives in the order of their numbers on the wire, from 1.
using OspfBody =
    std::variant<OspfHello, OspfDescription, OspfRequest, OspfUpdate, OspfAcknowledgment>;

class OspfContent final : public FrameContent {
 public:
  explicit OspfContent(OspfBody body) : body_(std::move(body)) {}
  [[nodiscard]] const OspfBody& body() const { return body_; }

 private:
  OspfBody body_;
};

// The OSPF packet behind an IP header, with its checksum.
std::vector<std::byte> encode_ospf(std::uint32_t router, std::uint32_t area, const OspfBody& body);

struct OspfPacket {
  std::uint32_t router = 0;
  std::uint32_t area = 0;
  OspfBody body;
};
// Empty: malformed, of another version, with a wrong checksum, or with what is not modelled.
std::optional<OspfPacket> decode_ospf(std::span<const std::byte> bytes);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_OSPF_PACKET_H_
