#include "protocols/port_arguments.h"

#include <algorithm>
#include <string>

namespace switchfault {

Arguments port_arguments(const PortConfig* port, std::string_view kind,
                         const std::vector<Parameter>& parameters) {
  Arguments arguments;
  if (port != nullptr) {
    const auto given = port->protocols.find(std::string{kind});
    if (given != port->protocols.end()) {
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

}  // namespace switchfault
