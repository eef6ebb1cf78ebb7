#include "run/world.h"

#include <algorithm>

#include "actions/catalog.h"
#include "core/by_name.h"
#include "core/check.h"
#include "core/node_criteria.h"
#include "faults/catalog.h"
#include "net/port_names.h"
#include "protocols/catalog.h"

namespace switchfault {
namespace {

const std::string& id_of(const NodeConfig& node) {
  return node.id.empty() ? node.name : node.id;
}

const StrategyConfig* chosen_strategy(const Scenario& scenario, const std::string& name) {
  if (name.empty()) {
    return scenario.strategies.empty() ? nullptr : &scenario.strategies.front();
  }
  std::vector<std::string_view> known;
  for (const StrategyConfig& strategy : scenario.strategies) {
    if (strategy.name == name) {
      return &strategy;
    }
    known.emplace_back(strategy.name);
  }
  DiagnosticSink sink(scenario.files);
  sink.error({}, "unknown strategy '" + name + "'", suggestion(name, known));
  sink.throw_if_any();
  return nullptr;
}

}  // namespace

World::World(const Scenario& scenario, const RunOptions& options)
    : scenario_(scenario),
      options_(options),
      end_(kTimeZero +
           std::min(options.until.value_or(scenario.clock.duration), scenario.clock.duration)),
      simulator_(options.seed.value_or(scenario.seed), kTimeZero - scenario.clock.warm_up),
      log_(simulator_),
      random_(options.seed.value_or(scenario.seed)),
      strategy_(chosen_strategy(scenario, options.strategy)),
      fault_kinds_(fault_catalog()),
      action_kinds_(action_catalog()),
      protocol_kinds_(protocol_catalog()) {
  log_.set_recording(false);
  nodes_.reserve(scenario.topology.nodes.size());
  for (const NodeConfig& node : scenario.topology.nodes) {
    nodes_.push_back(&node);
  }
  sort_naturally(nodes_, [](const NodeConfig* node) { return std::string_view(id_of(*node)); });
  PortNames names(scenario.topology, nodes_);
  build_instances(names);
  network_ = std::make_unique<Network>(Network::Context{.simulator = simulator_,
                                                        .log = log_,
                                                        .random = random_,
                                                        .skip_quiet_time = options.skip_quiet_time},
                                       scenario.topology, std::move(names), nodes_, instances_,
                                       protocol_kinds_);
  services_ = std::make_unique<Services>(
      Services::Context{.simulator = simulator_, .log = log_, .network = *network_}, scenario);
  faults_ = std::make_unique<FaultDirector>(
      FaultDirector::Context{.simulator = simulator_,
                             .log = log_,
                             .random = random_,
                             .candidates = candidates_,
                             .instances = instances_,
                             .kinds = fault_kinds_,
                             .start_unix_ns = scenario.clock.start_unix_ns},
      scenario);
  operations_ =
      std::make_unique<Operations>(Operations::Context{.simulator = simulator_,
                                                       .log = log_,
                                                       .random = random_,
                                                       .network = *network_,
                                                       .services = *services_,
                                                       .instances = instances_,
                                                       .actions = action_kinds_,
                                                       .skip_quiet_time = options.skip_quiet_time},
                                   scenario, strategy_);
  build_probes();
  build_traffic();
  build_capture();
  simulator_.schedule({.at = kTimeZero,
                       .phase = Phase::environment,
                       .target = {EntityKind::scenario, 0},
                       .source = {EntityKind::scenario, 0}},
                      [this] { begin(); });
  network_->start();
}

World::~World() = default;

void World::build_instances(const PortNames& names) {
  std::uint32_t process_base = 0;
  instances_.reserve(nodes_.size());
  const bool faults = !scenario_.faults.empty() || !scenario_.one_of.empty();
  candidates_.reserve(faults ? nodes_.size() : 0);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const NodeConfig& config = *nodes_[i];
    const std::uint64_t stable_id = stable_hash(id_of(config));
    SwitchOs* os = nullptr;
    if (has_os(config.kind)) {
      owned_.push_back(std::make_unique<SwitchOs>(
          SwitchOs::Context{.simulator = simulator_, .log = log_, .random = random_}, config,
          Entity{EntityKind::node, static_cast<std::uint32_t>(i)}, stable_id, process_base,
          names.of(i).size()));
      os = owned_.back().get();
      process_base += static_cast<std::uint32_t>(os->processes().size());
    }
    instances_.push_back(os);
    if (faults) {
      candidates_.push_back({.config = &config, .os = os, .stable_id = stable_id});
    }
  }
}

void World::build_probes() {
  std::uint32_t index = 0;
  for (const ProbeConfig* config : by_name(scenario_.probes, naturally_before)) {
    probes_.push_back(
        std::make_unique<Probe>(Probe::Context{.simulator = simulator_,
                                               .log = log_,
                                               .network = *network_,
                                               .skip_quiet_time = options_.skip_quiet_time},
                                *config, Entity{EntityKind::probe, index++}));
  }
}

void World::build_traffic() {
  for (const TrafficConfig* config : by_name(scenario_.traffic, naturally_before)) {
    traffic_.push_back(std::make_unique<TrafficSource>(*config, random_, *network_, end_));
  }
}

void World::build_capture() {
  if (options_.captures.empty()) {
    return;
  }
  capture_ =
      std::make_unique<FrameCapture>(options_.captures, *network_, scenario_.clock.start_unix_ns);
  for (const PortRef port : capture_->ports()) {
    network_->packets().capture(port, *capture_);
  }
}

void World::begin() {
  simulator_.set_cause(ObservationId::none);
  log_.set_recording(true);
  log_.append(ObservationKind::run_started, {EntityKind::scenario, 0});
  services_->start();
  faults_->start();
  operations_->start();
  for (const auto& probe : probes_) {
    probe->start();
  }
  for (const auto& source : traffic_) {
    network_->packets().add_origin(*source);
  }
}

void World::run_until(SimTime until) {
  simulator_.run_until(std::min(until, end_));
}

RunLog World::take_log() {
  RunLog log;
  log.strategy = strategy_ == nullptr ? "" : strategy_->name;
  log.seed = simulator_.seed();
  log.end = simulator_.now();
  log.fingerprint = log_.fingerprint();
  log.observations = log_.observations();
  log.texts = log_.texts();
  for (const Services::Demand& demand : services_->demands()) {
    log.demands.push_back(
        {.service_name = services_->config(demand.service).name, .users_name = demand.users->name});
  }
  log.faults = faults_->faults();
  log.log_weight = faults_->log_weight();
  log.not_modelled = faults_->not_modelled();
  for (const std::string& line : operations_->not_modelled()) {
    log.not_modelled.push_back(line);
  }
  std::sort(log.not_modelled.begin(), log.not_modelled.end());
  log.not_modelled.erase(std::unique(log.not_modelled.begin(), log.not_modelled.end()),
                         log.not_modelled.end());
  for (const auto& source : traffic_) {
    log.traffic.push_back(source->info());
  }
  std::vector<Entity> entities;
  for (const Observation& observation : log.observations) {
    entities.push_back(observation.subject);
    entities.push_back(observation.object);
  }
  std::sort(entities.begin(), entities.end());
  entities.erase(std::unique(entities.begin(), entities.end()), entities.end());
  for (const Entity entity : entities) {
    log.names.push_back({.entity = entity, .name = name(entity), .at = place(entity)});
  }
  log.events = simulator_.executed();
  return log;
}

std::string World::name(Entity entity) const {
  switch (entity.kind()) {
    case EntityKind::none:
      return "";
    case EntityKind::scenario:
      return "scenario";
    case EntityKind::fault:
      return faults_->faults()[entity.index()].name;
    case EntityKind::node:
      return nodes_[entity.index()]->name;
    case EntityKind::process:
      for (const auto& os : owned_) {
        for (const Process& process : os->processes()) {
          if (process.entity == entity) {
            return os->config().name + " " + std::string(process.name);
          }
        }
      }
      return "process";
    case EntityKind::service:
      return services_->config(static_cast<ServiceIndex>(entity.index())).name;
    case EntityKind::demand: {
      const Services::Demand& demand = services_->demands()[entity.index()];
      return services_->config(demand.service).name + " for " + demand.users->name;
    }
    case EntityKind::probe:
      return probes_[entity.index()]->config().name;
    case EntityKind::port:
    case EntityKind::link:
    case EntityKind::interface:
    case EntityKind::domain:
      return network_->name(entity);
    case EntityKind::users:
    case EntityKind::monitor:
    case EntityKind::strategy:
    case EntityKind::step:
    case EntityKind::action:
    case EntityKind::person:
    case EntityKind::chain:
    case EntityKind::expectation:
      return operations_->name(entity);
  }
  return "";
}

SourcePos World::place(Entity entity) const {
  if (entity.kind() == EntityKind::fault) {
    return faults_->faults()[entity.index()].at;
  }
  if (entity.kind() == EntityKind::node) {
    return nodes_[entity.index()]->at;
  }
  return {};
}

}  // namespace switchfault
