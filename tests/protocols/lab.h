// ProtocolLab: a NetLab with the protocols of this program, arguments completed from their
// parameter tables as the loader does it.

#ifndef SWITCHFAULT_TESTS_PROTOCOLS_LAB_H_
#define SWITCHFAULT_TESTS_PROTOCOLS_LAB_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/catalog.h>

#include "net/lab.h"
#include "protocols/catalog.h"

namespace switchfault {

inline void complete(Arguments& arguments, const std::vector<Parameter>& parameters) {
  for (const Parameter& parameter : parameters) {
    const auto same = [&](const Argument& argument) { return argument.name == parameter.name; };
    if (!parameter.default_text.empty() && std::ranges::none_of(arguments, same)) {
      arguments.push_back(
          {.name = parameter.name, .text = parameter.default_text, .items = {}, .at = {}});
    }
  }
}

// Lists of addresses are written "addresses=10.0.0.254,10.0.0.253".
inline NetPlan completed(NetPlan plan) {
  for (const ProtocolKind& kind : protocol_catalog()) {
    for (NodeConfig& node : plan.topology.nodes) {
      for (ProtocolConfig& protocol : node.protocols) {
        if (protocol.kind != kind.info.name) {
          continue;
        }
        complete(protocol.arguments, kind.info.parameters);
        for (Argument& argument : protocol.arguments) {
          const auto parameter =
              std::ranges::find(kind.info.parameters, argument.name, &Parameter::name);
          if (parameter == kind.info.parameters.end()) {
            throw std::invalid_argument("no parameter " + argument.name);
          }
          if (parameter->unit == Unit::addresses) {
            std::istringstream items(std::exchange(argument.text, ""));
            for (std::string item; std::getline(items, item, ',');) {
              argument.items.push_back(item);
            }
          }
        }
      }
    }
  }
  return plan;
}

inline NetLab::Options lab_options(std::uint64_t seed = 42, bool skip_quiet_time = true) {
  return {.seed = seed,
          .skip_quiet_time = skip_quiet_time,
          .warm_up = 60s,
          .protocols = protocol_catalog()};
}

class ProtocolLab : public NetLab {
 public:
  explicit ProtocolLab(const std::string& text, const NetLab::Options& options = lab_options())
      : ProtocolLab(NetPlan(text), options) {}
  ProtocolLab(NetPlan plan, const NetLab::Options& options)
      : NetLab(completed(std::move(plan)), options) {}

  // What spanning tree has decided: "10s s3:eth1 root", "10s s3:eth1 forwarding", "10s s3 sees s1".
  [[nodiscard]] Log tree_log() {
    static const char* const kRoles[] = {"disabled", "root", "designated", "alternate", "backup"};
    static const char* const kStates[] = {"discarding", "learning", "forwarding"};
    Log lines;
    for (const Observation& observation : observations().observations()) {
      const auto value = static_cast<std::size_t>(observation.value);
      std::string what;
      if (observation.kind == ObservationKind::port_role) {
        what = kRoles[value];
      } else if (observation.kind == ObservationKind::port_state) {
        what = kStates[value];
      } else if (observation.kind == ObservationKind::root_bridge) {
        what = "sees " + network().name(observation.object);
      } else {
        continue;
      }
      lines.push_back(format_duration(observation.at.time_since_epoch()) + " " +
                      network().name(observation.subject) + " " + what);
    }
    return lines;
  }
  // A column of a protocol's table: "eth1 root".
  [[nodiscard]] Log column(std::string_view name, std::size_t protocol, std::string_view title) {
    const ProtocolTable table = node(name).protocols[protocol]->table();
    const auto at =
        static_cast<std::size_t>(std::ranges::find(table.columns, title) - table.columns.begin());
    Log cells;
    for (const std::vector<std::string>& row : table.rows) {
      cells.push_back(row.front() + " " + row.at(at));
    }
    return cells;
  }
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_PROTOCOLS_LAB_H_
