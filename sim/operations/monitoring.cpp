#include "operations/monitoring.h"

#include <algorithm>

#include "core/by_name.h"
#include "core/draw_law.h"
#include "os/selection.h"

namespace switchfault {
namespace {

// The channel over which users reach the help desk.
constexpr std::string_view kHelpDesk = "help_desk";

}  // namespace

// One monitor polling one node.
class Monitoring::Poll final : public StandingFlow {
 public:
  Poll(Monitoring& monitoring, const MonitorConfig& config, Entity monitor, NodeIndex node,
       const Packet& packet, const Schedule& schedule)
      : StandingFlow(monitoring.context_.simulator, monitoring.context_.network, schedule,
                     monitoring.context_.skip_quiet_time),
        monitoring_(monitoring),
        config_(config),
        monitor_(monitor),
        from_(monitoring.context_.network.find_node(config.host.text)),
        node_(node),
        packet_(packet) {}

 private:
  Outcome execute(std::int64_t /*n*/, ReadSet& reads, ReadSet& kept) override {
    Context& context = monitoring_.context_;
    const WalkResult result = context.network.exchange(from_, packet_, reads, kept);
    const bool answered = result.delivered();
    const bool changed = answered != answered_;
    misses_ = answered ? 0 : misses_ + 1;
    if (changed) {
      answered_ = answered;
      // Silence has the reason that the walk found; an answer follows on the silence before it.
      const ObservationId why = answered ? seen_ : result.cause;
      if (why != ObservationId::none) {
        context.simulator.set_cause(why);
      }
      seen_ = context.log.append(ObservationKind::poll_state, monitor_,
                                 {.object = context.network.node(node_).entity,
                                  .value = answered ? 1 : 0,
                                  .text = disposition_name(result.disposition)});
      monitoring_.view_.poll(node_, answered);
    }
    if (misses_ == config_.lost || (answered && alarmed_)) {
      alarmed_ = !answered;
      const CauseScope scope(context.simulator, seen_);
      monitoring_.alarm(monitor_, node_, alarmed_);
    }
    const bool counting = !answered && misses_ < config_.lost;
    const bool certain = result.share <= 0 || result.share >= 1;
    return {.quiet = !changed && !result.learned && certain && !counting};
  }

  Monitoring& monitoring_;
  const MonitorConfig& config_;
  Entity monitor_;
  NodeIndex from_, node_;
  Packet packet_;
  std::uint32_t misses_ = 0;
  ObservationId seen_ = ObservationId::none;  // When it last began or ceased to answer.
  bool answered_ = true;
  bool alarmed_ = false;
};

struct Monitoring::Caller {
  std::uint32_t demand = 0;
  std::uint32_t users = 0;
  std::uint64_t stable_id = 0;
  std::uint32_t outages = 0;
  bool suffers = false;
  Timer timer;
};

Monitoring::Monitoring(const Context& context, const Scenario& scenario, OperatorView& view)
    : context_(context),
      scenario_(scenario),
      view_(view),
      monitors_(by_name(scenario.operations.monitors)),
      groups_(by_name(scenario.users)),
      calls_(context.services.count()) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < monitors_.size(); ++i) {
    add_polls(*monitors_[i], static_cast<std::uint32_t>(i), number);
  }
  const auto& demands = context_.services.demands();
  for (std::size_t i = 0; i < demands.size(); ++i) {
    const auto users = std::find(groups_.begin(), groups_.end(), demands[i].users);
    Caller& caller = callers_.emplace_back();
    caller.demand = static_cast<std::uint32_t>(i);
    caller.users = static_cast<std::uint32_t>(users - groups_.begin());
    caller.stable_id = stable_hash(demands[i].users->name) ^
                       (stable_hash(context_.services.config(demands[i].service).name) << 1U);
    const Entity entity{EntityKind::demand, caller.demand};
    caller.timer = Timer(context_.simulator, Phase::operations, entity, entity,
                         [this, &caller] { call(caller); });
  }
  context_.log.subscribe(*this);
}

Monitoring::~Monitoring() = default;

void Monitoring::add_polls(const MonitorConfig& config, std::uint32_t monitor,
                           std::uint32_t& number) {
  const Network& network = context_.network;
  const NodeIndex from = network.find_node(config.host.text);
  for (std::size_t i = 0; i < network.node_count(); ++i) {
    const auto index = static_cast<NodeIndex>(i);
    const Node& node = network.node(index);
    if (index == from ||
        !matches(config.targets, {.config = node.config, .stable_id = node.stable_id})) {
      continue;
    }
    const std::string& text = node.config->management_address;
    const auto prefix = IpPrefix::parse(text);
    auto destination = prefix ? std::optional(prefix->address()) : IpAddress::parse(text);
    if (!destination && node.os == nullptr) {
      destination = network.address_of(index, false);
    }
    if (!destination) {
      continue;  // Nowhere to be polled: unknown to the operator.
    }
    const bool ipv6 = !destination->is_v4();
    const auto source = network.address_of(from, ipv6);
    if (!source) {
      continue;
    }
    const Entity entity{EntityKind::monitor, monitor};
    // Monitors spread their polls over the interval; the phase of each is a draw.
    const Duration phase = context_.random.uniform({.purpose = Purpose{"monitor.phase"},
                                                    .entity = node.stable_id,
                                                    .occurrence = stable_hash(config.name)},
                                                   Duration::zero(), config.interval);
    view_.poll(index, true);
    polls_.push_back(
        std::make_unique<Poll>(*this, config, entity, index,
                               Packet{.source = *source,
                                      .destination = *destination,
                                      .protocol = ipv6 ? IpProtocol::icmp6 : IpProtocol::icmp},
                               StandingFlow::Schedule{.anchor = kTimeZero + phase,
                                                      .period = config.interval,
                                                      .phase = Phase::traffic,
                                                      .target = entity,
                                                      .source = {EntityKind::monitor, number++}}));
  }
}

void Monitoring::start() {
  for (const auto& poll : polls_) {
    poll->start();
  }
}

void Monitoring::alarm(Entity monitor, NodeIndex node, bool raised) {
  context_.log.append(ObservationKind::alarm, monitor,
                      {.object = context_.network.node(node).entity, .value = raised ? 1 : 0});
  if (raised) {
    detect(monitor);
  }
}

void Monitoring::observed(ObservationId /*id*/, const Observation& observation) {
  if (observation.kind != ObservationKind::service_state) {
    return;
  }
  Caller& caller = callers_[observation.subject.index()];
  caller.suffers = observation.value != static_cast<std::int64_t>(ServiceState::up);
  const UserGroupConfig& users = *groups_[caller.users];
  if (!caller.suffers || !users.calls) {
    caller.timer.cancel();
    return;
  }
  if (!caller.timer.armed()) {
    const Duration wait = draw(context_.random,
                               {.purpose = Purpose{"users.call_after"},
                                .entity = caller.stable_id,
                                .occurrence = caller.outages++},
                               users.call_after);
    // Strictly later: this is called from the settling of the present instant.
    caller.timer.arm(context_.simulator.now() + std::max(wait, Duration{1}));
  }
}

bool Monitoring::can_call(const Caller& caller) const {
  for (const ChannelConfig& channel : scenario_.operations.channels) {
    if (channel.name != kHelpDesk || !channel.service) {
      continue;
    }
    const ServiceIndex service = context_.services.find(channel.service->text);
    const auto& places = groups_[caller.users]->places;
    return std::any_of(places.begin(), places.end(), [&](const Name& place) {
      return context_.services.usable_from(context_.network.find_node(place.text), service);
    });
  }
  return true;  // Independent of this network, or not declared.
}

void Monitoring::call(Caller& caller) {
  const Services::Demand& demand = context_.services.demands()[caller.demand];
  if (!can_call(caller)) {
    const Duration again = draw(context_.random,
                                {.purpose = Purpose{"users.call_again"},
                                 .entity = caller.stable_id,
                                 .occurrence = caller.outages++},
                                groups_[caller.users]->call_after);
    caller.timer.arm(context_.simulator.now() + std::max(again, Duration{std::chrono::minutes{1}}));
    return;
  }
  const auto service = static_cast<std::uint32_t>(demand.service);
  const Entity users{EntityKind::users, caller.users};
  context_.log.append(ObservationKind::call_received, users,
                      {.object = {EntityKind::service, service}});
  if (++calls_[service] >= scenario_.operations.calls_to_detect) {
    detect(users);
  }
}

void Monitoring::detect(Entity source) {
  if (!incident_known_) {
    incident_known_ = true;
    context_.log.append(ObservationKind::incident_detected, {EntityKind::scenario, 0},
                        {.object = source});
  }
}

std::string Monitoring::monitor_name(std::uint32_t index) const {
  return monitors_[index]->name;
}
std::string Monitoring::users_name(std::uint32_t index) const {
  return groups_[index]->name;
}

}  // namespace switchfault
