#include "io/sections.h"

namespace switchfault {

void read_scenario(MapReader& in, Loading& loading) {
  Scenario& scenario = loading.scenario;
  set(scenario.title, in.text("title"));
  set(scenario.notice, in.text("notice"));
  if (const auto seed = in.integer("seed", {.min = 0})) {
    scenario.seed = static_cast<std::uint64_t>(*seed);
  }
  load_clock(in, loading);
  load_services(in, loading);
  load_users(in, loading);
  load_probes(in, loading);
  load_traffic(in, loading);
  load_operations(in, loading);
  load_faults(in, loading);
  load_strategies(in, loading);
  load_expectations(in, loading);
  load_cost(in, loading);
  load_objective(in, loading);
}

}  // namespace switchfault
