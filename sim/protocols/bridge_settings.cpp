#include "protocols/bridge_settings.h"

#include "core/check.h"

namespace switchfault {

std::vector<Parameter> with_bridge_parameters(const std::vector<Parameter>& others) {
  std::vector<Parameter> all = {{.name = "priority",
                                 .unit = Unit::integer,
                                 .default_text = "32768",
                                 .summary = "first part of the bridge identifier",
                                 .minimum = 0,
                                 .maximum = 61440,
                                 .step = 4096,
                                 .source = "IEEE 802.1D-2004 Table 17-2"},
                                {.name = "address",
                                 .unit = Unit::mac,
                                 .summary = "second part of it; when not given the node's own",
                                 .optional = true,
                                 .source = "IEEE 802.1D-2004 9.2.5"}};
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

std::uint64_t bridge_id(const ArgumentReader& arguments, MacAddress own) {
  if (arguments.has("address")) {
    const auto address = parse_mac(arguments.text("address"));
    SF_CHECK(address.has_value());
    own = *address;
  }
  return (static_cast<std::uint64_t>(arguments.integer("priority")) << 48U) | own.bits;
}

std::string bridge_text(std::uint64_t id) {
  return std::to_string(id >> 48U) + "/" + format_mac({id & 0xffffffffffffULL});
}

}  // namespace switchfault
