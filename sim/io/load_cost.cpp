#include <fmt/format.h>

#include <switchfault/study.h>

#include "io/sections.h"

namespace switchfault {

void read_cost(MapReader& in, CostWeights& out) {
  constexpr NumberRange kWeight{.min = 0, .max = 1e12};
  set(out.unit, in.text("unit"));
  set(out.user_minute, in.number("user_minute", kWeight));
  set(out.outage_hour, in.number("outage_hour", kWeight));
  set(out.staff_hour, in.number("staff_hour", kWeight));
  set(out.action, in.number("action", kWeight));
  if (out.user_minute + out.outage_hour + out.staff_hour + out.action == 0) {
    in.error_of_map("a cost without a weight above 0",
                    "write user_minute, outage_hour, staff_hour or action");
  }
}

void load_cost(MapReader& in, Loading& loading) {
  const auto section = in.optional("cost");
  if (!section) {
    return;
  }
  CostWeights& cost = loading.scenario.cost.emplace();
  cost.at = section->at();
  MapReader reader(*section, loading.reading);
  read_cost(reader, cost);
  reader.finish();
}

void load_objective(MapReader& in, Loading& loading) {
  const auto name = in.name("objective");
  if (!name) {
    return;
  }
  const std::vector<StudyMetric> metrics = study_metrics(loading.scenario);
  std::vector<std::string_view> known;
  for (const StudyMetric& metric : metrics) {
    if (metric.service.empty() && metric.name == name->text) {
      loading.scenario.objective = *name;
      return;
    }
    if (metric.service.empty()) {
      known.emplace_back(metric.name);
    }
  }
  in.error("objective",
           name->text == "cost"
               ? std::string("the objective is the cost, and nothing says what anything costs")
               : fmt::format("unknown metric {}", in_quotes(name->text)),
           name->text == "cost" ? "write a section cost: {user_minute: 0.5, staff_hour: 80}"
                                : hint_for(name->text, known, in.reading()));
}

}  // namespace switchfault
