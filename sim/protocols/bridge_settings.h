// What spanning trees of all versions are told about a bridge: the parts of its identifier.

#ifndef SWITCHFAULT_PROTOCOLS_BRIDGE_SETTINGS_H_
#define SWITCHFAULT_PROTOCOLS_BRIDGE_SETTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include <switchfault/catalog.h>

#include "core/mac_address.h"
#include "os/arguments.h"

namespace switchfault {

// `priority` and `address`, and then the others.
std::vector<Parameter> with_bridge_parameters(const std::vector<Parameter>& others);
// Priority in the upper 16 bits, below it the address that is configured, or else the node's own.
std::uint64_t bridge_id(const ArgumentReader& arguments, MacAddress own);
std::string bridge_text(std::uint64_t id);  // "4096/02:00:5e:10:00:01"

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_BRIDGE_SETTINGS_H_
