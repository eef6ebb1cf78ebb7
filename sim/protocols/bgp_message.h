// What BGP-4 speakers tell each other (RFC 4271 section 4, with four-octet AS numbers of RFC 6793),
// as data and as bytes. IPv4 unicast only.
// Not modelled: aggregation and communities (sound ones are skipped), other address families.

#ifndef SWITCHFAULT_PROTOCOLS_BGP_MESSAGE_H_
#define SWITCHFAULT_PROTOCOLS_BGP_MESSAGE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

#include <switchfault/ip_address.h>

#include "net/frame_content.h"
#include "os/update_damage.h"
#include "protocols/bgp_errors.h"

namespace switchfault {

// The capability of graceful restart for IPv4 unicast, RFC 4724 section 3.
struct BgpRestart {
  bool restarting = false;  // The speaker has just been started again.
  bool preserved = false;   // Its forwarding went on meanwhile.
  std::uint16_t seconds = 0;
  bool helps_only = false;  // It names no family: it does not restart gracefully itself …
  bool long_lived = false;  // … but offers that routes are kept for longer (RFC 9494).
  friend bool operator==(const BgpRestart&, const BgpRestart&) = default;
};

struct BgpOpen {
  std::uint32_t as = 0;
  std::uint16_t hold_seconds = 0;
  std::uint32_t router = 0;
  std::optional<BgpRestart> restart{};
  friend bool operator==(const BgpOpen&, const BgpOpen&) = default;
};

// An attribute as it stands in a message.
struct BgpAttribute {
  std::uint8_t flags = 0;
  std::uint8_t type = 0;
  std::vector<std::byte> value{};
  friend auto operator<=>(const BgpAttribute&, const BgpAttribute&) = default;
};

// The attributes of a route.
struct BgpPath {
  std::vector<std::uint32_t> as_path;  // The neighbour's first.
  std::uint32_t next_hop = 0;
  std::optional<std::uint32_t> med;
  std::optional<std::uint32_t> local_preference;  // Within an AS.
  std::uint32_t originator = 0;                   // Of a reflected route (RFC 4456).
  std::vector<std::uint32_t> clusters;
  // Of types that this speaker does not know and passes on.
  std::vector<BgpAttribute> unread{};
  friend auto operator<=>(const BgpPath&, const BgpPath&) = default;
};

struct BgpUpdate {
  std::vector<IpPrefix> withdrawn;
  BgpPath path;
  std::vector<IpPrefix> prefixes;  // Reached by that path.
  // What its sender does wrong when it encodes it.
  std::optional<UpdateDamage> damage{};
  // RFC 4724: the first advertisement is complete.
  [[nodiscard]] bool end_of_rib() const { return withdrawn.empty() && prefixes.empty(); }
  friend bool operator==(const BgpUpdate&, const BgpUpdate&) = default;
};
struct BgpNotification {
  std::uint8_t code = 0;
  std::uint8_t subcode = 0;
  friend bool operator==(const BgpNotification&, const BgpNotification&) = default;
};
struct BgpKeepalive {
  friend bool operator==(const BgpKeepalive&, const BgpKeepalive&) = default;
};

// In the order of their types on the wire, from 1.
using BgpMessage = std::variant<BgpOpen, BgpUpdate, BgpNotification, BgpKeepalive>;

class BgpContent final : public FrameContent {
 public:
  explicit BgpContent(BgpMessage message) : message_(std::move(message)) {}
  [[nodiscard]] const BgpMessage& message() const { return message_; }

 private:
  BgpMessage message_;
};

std::vector<std::byte> encode_bgp(const BgpMessage& message);
// How many bytes that are.
std::size_t bgp_length(const BgpMessage& message);
// What an UPDATE says and what is wrong with it. What is wrong is not in `update`.
struct BgpReading {
  BgpUpdate update;
  std::vector<BgpFlaw> flaws;
};
// `entropy_label`: the attribute of that type is read; others pass it on.
// REQUIRES: bytes of encode_bgp().
BgpReading read_bgp_update(std::span<const std::byte> bytes, bool entropy_label);
// Empty: malformed.
std::optional<BgpMessage> decode_bgp(std::span<const std::byte> bytes);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_BGP_MESSAGE_H_
