#include "operations/operations.h"

#include <algorithm>
#include <optional>

#include "operations/monitoring.h"
#include "operations/strategy.h"

namespace switchfault {

struct Operations::Impl final : public ObservationListener {
  Impl(const Context& context, const Scenario& given_scenario, const StrategyConfig* given_strategy)
      : simulator(context.simulator),
        scenario(given_scenario),
        strategy(given_strategy),
        view(context.network),
        people({.simulator = context.simulator,
                .log = context.log,
                .random = context.random,
                .clock = given_scenario.clock},
               given_scenario.operations.people),
        access(context.network, context.services, given_scenario.operations.access),
        artefacts({.simulator = context.simulator, .log = context.log, .random = context.random},
                  given_scenario.operations.artefacts),
        monitoring({.simulator = context.simulator,
                    .log = context.log,
                    .random = context.random,
                    .network = context.network,
                    .services = context.services,
                    .skip_quiet_time = context.skip_quiet_time},
                   given_scenario, view),
        diagnosis(
            {.simulator = context.simulator,
             .log = context.log,
             .random = context.random,
             .people = people},
            given_scenario.operations.diagnosis ? &*given_scenario.operations.diagnosis : nullptr),
        response(context.simulator, Phase::operations, Entity{EntityKind::scenario, 0},
                 Entity{EntityKind::scenario, 2}, [this] { respond(); }) {
    if (strategy != nullptr) {
      executor.emplace(StrategyExecutor::Context{.attempt = {.simulator = context.simulator,
                                                             .log = context.log,
                                                             .random = context.random,
                                                             .network = context.network,
                                                             .services = context.services,
                                                             .instances = context.instances,
                                                             .people = people,
                                                             .access = access,
                                                             .artefacts = artefacts,
                                                             .view = view},
                                                 .diagnosis = diagnosis,
                                                 .actions = context.actions},
                       given_scenario.operations, *strategy);
    }
    context.log.subscribe(*this);
  }

  void observed(ObservationId /*id*/, const Observation& observation) override {
    if (observation.kind == ObservationKind::incident_detected) {
      response.arm(simulator.now() + Duration{1});
    }
  }

  void respond() {
    if (executor) {
      diagnosis.start();
      executor->incident_detected();
    }
  }

  Simulator& simulator;
  const Scenario& scenario;
  const StrategyConfig* strategy;
  OperatorView view;
  People people;
  Access access;
  Artefacts artefacts;
  Monitoring monitoring;
  Diagnosis diagnosis;
  std::optional<StrategyExecutor> executor;
  Timer response;
};

Operations::Operations(const Context& context, const Scenario& scenario,
                       const StrategyConfig* strategy)
    : impl_(std::make_unique<Impl>(context, scenario, strategy)) {}
Operations::~Operations() = default;

void Operations::start() {
  impl_->monitoring.start();
  if (impl_->executor) {
    impl_->executor->start();
  }
}

std::string Operations::name(Entity entity) const {
  const Impl& impl = *impl_;
  if (entity.kind() == EntityKind::monitor) {
    return impl.monitoring.monitor_name(entity.index());
  }
  if (entity.kind() == EntityKind::users) {
    return impl.monitoring.users_name(entity.index());
  }
  if (entity.kind() == EntityKind::person) {
    return impl.people.name(static_cast<PersonIndex>(entity.index()));
  }
  if (!impl.executor) {
    return "";
  }
  if (entity.kind() == EntityKind::strategy) {
    return impl.executor->name();
  }
  if (entity.kind() == EntityKind::step) {
    return impl.executor->step_name(entity.index());
  }
  return entity.kind() == EntityKind::action ? impl.executor->attempt_name(entity.index()) : "";
}

std::vector<std::string> Operations::not_modelled() const {
  std::vector<std::string> lines;
  const Impl& impl = *impl_;
  if (impl.strategy != nullptr) {
    for (const StepConfig& step : impl.strategy->steps) {
      if (!step.success) {
        lines.push_back("step " + step.name + ": success is not stated, taken as certain");
      }
    }
  }
  if (!impl.scenario.operations.calls_stated &&
      std::any_of(impl.scenario.users.begin(), impl.scenario.users.end(),
                  [](const UserGroupConfig& users) { return users.calls; })) {
    lines.emplace_back("operations.calls_to_detect is not stated, 3 is used");
  }
  return lines;
}

}  // namespace switchfault
