// Configuration: what an instance is told to do, as differences from its topology file.
//
// The file is the base; values hold what was changed since, by key: "features.dns_client",
// "ports.eth1.up", "ip_forwarding" and "isolated" are on or off, other keys belong to whoever reads
// them. A blank
// configuration has no base: no feature, no address, and the ports of routed kinds shut, as a box
// comes from the factory. Running, start-up and backup are three of these.
// Not modelled: syntax, what a newer OS makes of an older one's file (fault configuration_lost).

#ifndef SWITCHFAULT_OS_CONFIGURATION_H_
#define SWITCHFAULT_OS_CONFIGURATION_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <switchfault/topology.h>

namespace switchfault {

struct Configuration {
  std::map<std::string, std::string, std::less<>> values;
  std::string written_by;  // Version of the OS that wrote it; empty: the topology file.
  bool blank = false;

  // Empty: not changed.
  [[nodiscard]] std::string_view value(std::string_view key) const;
  [[nodiscard]] bool has_feature(const NodeConfig& base, std::string_view feature) const;
  [[nodiscard]] bool port_enabled(const NodeConfig& base, std::string_view port) const;
  [[nodiscard]] bool isolated() const { return value("isolated") == "on"; }
  friend bool operator==(const Configuration&, const Configuration&) = default;
};

// Off: packets for others end here, as at a host; protocols do not notice.
inline constexpr std::string_view kIpForwardingKey = "ip_forwarding";

std::string feature_key(std::string_view feature);
std::string port_key(std::string_view port);
constexpr std::string_view on_off(bool on) {
  return on ? "on" : "off";
}

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_CONFIGURATION_H_
