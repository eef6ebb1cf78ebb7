// What a kind of protocol was told about one port or interface: its settings there, completed by
// the defaults of its parameter table. Those without settings in the file have the defaults.

#ifndef SWITCHFAULT_PROTOCOLS_PORT_ARGUMENTS_H_
#define SWITCHFAULT_PROTOCOLS_PORT_ARGUMENTS_H_

#include <string_view>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/topology.h>

namespace switchfault {

Arguments port_arguments(const PortConfig* port, std::string_view kind,
                         const std::vector<Parameter>& parameters);

Arguments interface_arguments(const InterfaceConfig* interface, std::string_view kind,
                              const std::vector<Parameter>& parameters);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_PORT_ARGUMENTS_H_
