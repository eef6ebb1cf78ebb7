// Events as JSON Lines: one observation a line, in order (docs/events.md).

#include <string>

#include <nlohmann/json.hpp>

#include <switchfault/report.h>

namespace switchfault {
namespace {

using Json = nlohmann::ordered_json;

Json name_or_null(const RunLog& log, Entity entity) {
  const std::string_view name = log.name(entity);
  return name.empty() ? Json() : Json(name);
}

}  // namespace

std::string events_json_lines(const RunLog& log) {
  std::string lines;
  for (std::size_t i = 0; i < log.observations.size(); ++i) {
    const Observation& observation = log.observations[i];
    Json line = {{"id", i},
                 {"t_ns", observation.at.time_since_epoch().count()},
                 {"kind", observation_name(observation.kind)},
                 {"subject", name_or_null(log, observation.subject)},
                 {"object", name_or_null(log, observation.object)},
                 {"value", observation.value}};
    if (observation.text != TextId::none) {
      line["text"] = log.text(observation.text);
    }
    line["cause"] = observation.cause == ObservationId::none
                        ? Json()
                        : Json(static_cast<std::uint32_t>(observation.cause));
    lines += line.dump() + "\n";
  }
  return lines;
}

}  // namespace switchfault
