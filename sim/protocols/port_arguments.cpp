#include "protocols/port_arguments.h"

#include <algorithm>
#include <map>
#include <string>

namespace switchfault {
namespace {

Arguments completed(const std::map<std::string, Arguments>* settings, std::string_view kind,
                    const std::vector<Parameter>& parameters) {
  Arguments arguments;
  if (settings != nullptr) {
    const auto given = settings->find(std::string{kind});
    if (given != settings->end()) {
      arguments = given->second;
    }
  }
  for (const Parameter& parameter : parameters) {
    const auto same = [&](const Argument& argument) { return argument.name == parameter.name; };
    if (!parameter.default_text.empty() && std::ranges::none_of(arguments, same)) {
      arguments.push_back(
          {.name = parameter.name, .text = parameter.default_text, .items = {}, .at = {}});
    }
  }
  return arguments;
}

}  // namespace

Arguments port_arguments(const PortConfig* port, std::string_view kind,
                         const std::vector<Parameter>& parameters) {
  return completed(port == nullptr ? nullptr : &port->protocols, kind, parameters);
}

Arguments interface_arguments(const InterfaceConfig* interface, std::string_view kind,
                              const std::vector<Parameter>& parameters) {
  return completed(interface == nullptr ? nullptr : &interface->protocols, kind, parameters);
}

}  // namespace switchfault
