// Bpdu: what bridges tell each other, as data and as bytes (IEEE 802.1D-2004 clause 9.3): the
// configuration and topology change BPDUs of version 0 and the rapid one of version 2; and in the
// frames by which bridges with a tree for each VLAN say them (SSTP, of PVST+).
// Not modelled: multiple spanning trees.

#ifndef SWITCHFAULT_PROTOCOLS_BPDU_H_
#define SWITCHFAULT_PROTOCOLS_BPDU_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/envelope.h"
#include "core/mac_address.h"
#include "protocols/bpdu_time.h"

namespace switchfault {

struct Bpdu {
  enum class Kind : std::uint8_t { configuration, topology_change, rapid };
  enum class Role : std::uint8_t {
    unknown,
    alternate_or_backup,
    root,
    designated
  };  // On the wire.
  Kind kind = Kind::configuration;
  bool topology_change = false, acknowledges = false;
  // Of a rapid one.
  Role role = Role::unknown;
  bool proposal = false, agreement = false, learning = false, forwarding = false;
  // Of all but a topology change.
  std::uint64_t root = 0;
  std::uint32_t cost = 0;
  std::uint64_t bridge = 0;
  std::uint16_t port = 0;
  BpduTime message_age{}, max_age{}, hello{}, forward_delay{};
  friend bool operator==(const Bpdu&, const Bpdu&) = default;
};

std::vector<std::byte> encode_bpdu(const Bpdu& bpdu);
// Empty: what 9.3.4 wants discarded, or another version.
std::optional<Bpdu> decode_bpdu(std::span<const std::byte> bytes);
// The frame to the bridges' group address.
FrameBytes bpdu_frame(MacAddress source, const Bpdu& bpdu);
// The frame to the group address of bridges that have a tree for each VLAN: it ends with the VLAN
// it is about. With a tag unless that is 0.
FrameBytes sstp_frame(MacAddress source, const Bpdu& bpdu, std::uint16_t vlan, std::uint16_t tag);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_BPDU_H_
