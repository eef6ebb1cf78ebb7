#include <algorithm>

#include <fmt/format.h>

#include "io/check_boots.h"
#include "io/check_node_parts.h"
#include "io/check_scenario.h"
#include "io/shift_calendar.h"

namespace switchfault {
namespace {

bool has_skill(const PeoplePool& pool, const std::string& skill) {
  return skill.empty() ||
         std::find(pool.skills.begin(), pool.skills.end(), skill) != pool.skills.end();
}

void check_person(const References& all, const Need& need) {
  const auto index = all.pools.refer(need.what);
  if (!index) {
    return;
  }
  const PeoplePool& pool = all.scenario.operations.people[*index];
  if (pool.count == 0) {
    all.sink.error(need.at, fmt::format("the pool {} has nobody in it", in_quotes(pool.name)));
  } else if (!has_skill(pool, need.skill)) {
    std::vector<std::string_view> skills(pool.skills.begin(), pool.skills.end());
    all.sink.error(need.at,
                   fmt::format("nobody in the pool {} has the skill {}", in_quotes(pool.name),
                               in_quotes(need.skill)),
                   suggestion(need.skill, skills));
  } else if (!pool.can_be_called_in && !on_shift_during(pool, all.scenario.clock)) {
    all.sink.error(need.at,
                   fmt::format("nobody of the pool {} is on shift during the run, and they cannot "
                               "be called in",
                               in_quotes(pool.name)),
                   "write call_in: 45m at the pool, or shifts that meet the clock");
  }
}

void check_need(const References& all, const Need& need) {
  if (need.kind == "person") {
    check_person(all, need);
  } else if (need.kind == "access") {
    all.chains.refer(need.what);
  } else if (need.kind == "artefact") {
    all.artefacts.refer(need.what);
  } else if (need.kind == "channel") {
    all.channels.refer(need.what);
  } else if (need.kind == "diagnosis" && !all.scenario.operations.diagnosis) {
    all.sink.error(need.at, "operations say nothing of a diagnosis",
                   "write operations: {diagnosis: {duration: 30m}}");
  }
}

// The instances or services that an action works on have to be named.
void check_targets(References& all, const StepConfig& step, const KindInfo& action) {
  if (step.standing && action.targets != TargetKind::nodes) {
    all.sink.error(step.at, fmt::format("the action '{}' works on no nodes, so that monitoring "
                                        "never sees them as a standing order says",
                                        action.name));
  }
  switch (action.targets) {
    case TargetKind::none:
      break;
    case TargetKind::nodes:
      if (!step.targets.at.known()) {
        all.sink.error(step.at,
                       fmt::format("the action '{}' works on nodes; which ones?", action.name),
                       "write targets: all, a name, or criteria such as {role: core}");
      }
      break;
    case TargetKind::services:
      if (step.target_services.empty()) {
        all.sink.error(step.at,
                       fmt::format("the action '{}' works on services; which ones?", action.name),
                       "write target_services: [...]");
      }
      break;
  }
}

void check_step(References& all, const StepConfig& step, const NameTable& steps) {
  std::vector<std::size_t> nodes;
  if (step.targets.at.known()) {
    nodes = check_selector(step.targets, all, true);
  }
  for (const Name& service : step.target_services) {
    all.services.refer(service);
  }
  const auto action = std::find_if(all.catalog.actions.begin(), all.catalog.actions.end(),
                                   [&](const KindInfo& kind) { return kind.name == step.action; });
  if (action != all.catalog.actions.end()) {
    check_targets(all, step, *action);
    check_boot_times(all, all.catalog.actions, step.action, step.arguments, nodes, step.at);
    check_processes(all, *action, step.arguments, nodes);
  }
  for (const Name& chain : step.access) {
    all.chains.refer(chain);
  }
  for (const Need& need : step.needs) {
    check_need(all, need);
  }
  if (step.verify.kind == Verification::Kind::service) {
    all.services.refer(step.verify.target);
  }
  if (step.on_failure.kind == OnFailure::Kind::go_to) {
    steps.refer({step.on_failure.step, step.at});
  }
}

}  // namespace

void check_strategies(References& all) {
  for (const StrategyConfig& strategy : all.scenario.strategies) {
    NameTable steps("step", all.sink);
    for (const StepConfig& step : strategy.steps) {
      steps.add(step.name, step.at);
    }
    for (const StepConfig& step : strategy.steps) {
      check_step(all, step, steps);
    }
  }
}

}  // namespace switchfault
