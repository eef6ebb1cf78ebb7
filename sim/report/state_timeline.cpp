#include "report/state_timeline.h"

#include <algorithm>

namespace switchfault {
namespace {

ServiceState together(const std::vector<ServiceState>& states) {
  const auto all = [&](ServiceState state) {
    return std::all_of(states.begin(), states.end(), [&](ServiceState s) { return s == state; });
  };
  if (all(ServiceState::up)) {
    return ServiceState::up;
  }
  return all(ServiceState::down) ? ServiceState::down : ServiceState::degraded;
}

}  // namespace

StateTimeline::StateTimeline(const RunLog& log, const std::string& service,
                             const std::vector<std::string>& users) {
  std::vector<std::size_t> position(log.demands.size(), log.demands.size());
  for (std::size_t i = 0; i < log.demands.size(); ++i) {
    const DemandInfo& demand = log.demands[i];
    if (demand.service_name == service &&
        (users.empty() ||
         std::find(users.begin(), users.end(), demand.users_name) != users.end())) {
      position[i] = demands_++;
    }
  }
  std::vector<ServiceState> states(demands_, ServiceState::up);
  changes_.push_back({kTimeZero, ServiceState::up});
  for (const Observation& observation : log.observations) {
    if (observation.kind != ObservationKind::service_state ||
        position[observation.subject.index()] == log.demands.size()) {
      continue;
    }
    states[position[observation.subject.index()]] = static_cast<ServiceState>(observation.value);
    const ServiceState now = together(states);
    if (changes_.back().at == observation.at) {
      changes_.back().state = now;
    } else if (changes_.back().state != now) {
      changes_.push_back({observation.at, now});
    }
  }
}

ServiceState StateTimeline::at(SimTime time) const {
  ServiceState state = changes_.front().state;
  for (const Change& change : changes_) {
    if (change.at > time) {
      break;
    }
    state = change.state;
  }
  return state;
}

bool StateTimeline::throughout(SimTime from, SimTime to, const Predicate& holds) const {
  return !first(from, to, [&](ServiceState state) { return !holds(state); });
}

std::optional<SimTime> StateTimeline::first(SimTime from, SimTime to,
                                            const Predicate& holds) const {
  if (from > to) {
    return std::nullopt;
  }
  if (holds(at(from))) {
    return from;
  }
  for (const Change& change : changes_) {
    if (change.at > from && change.at <= to && holds(change.state)) {
      return change.at;
    }
  }
  return std::nullopt;
}

}  // namespace switchfault
