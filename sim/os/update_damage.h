// What may be wrong with the BGP updates that a node sends: its faults say which, its protocol
// encodes it.

#ifndef SWITCHFAULT_OS_UPDATE_DAMAGE_H_
#define SWITCHFAULT_OS_UPDATE_DAMAGE_H_

#include <array>
#include <cstdint>
#include <optional>

#include <switchfault/ip_address.h>

namespace switchfault {

enum class UpdateDamage : std::uint8_t {
  origin_value,
  origin_flags,
  as_path_length,
  next_hop_length,
  next_hop_missing,
  med_length,
  local_preference_length,
  aggregator_length,
  communities_length,
  entropy_label_length,
  attributes_length,
  prefix_length,
};
inline constexpr std::array kUpdateDamages = {
    "origin_value",       "origin_flags",         "as_path_length",          "next_hop_length",
    "next_hop_missing",   "med_length",           "local_preference_length", "aggregator_length",
    "communities_length", "entropy_label_length", "attributes_length",       "prefix_length"};

struct DamagedUpdates {
  UpdateDamage damage = UpdateDamage::origin_value;
  std::optional<IpPrefix> prefix{};  // Only routes within it.
  friend bool operator==(const DamagedUpdates&, const DamagedUpdates&) = default;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_UPDATE_DAMAGE_H_
