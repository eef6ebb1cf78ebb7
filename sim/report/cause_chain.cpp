#include "report/cause_chain.h"

#include <algorithm>

namespace switchfault {
namespace {

const Observation& observation_at(const RunLog& log, ObservationId id) {
  return log.observations[static_cast<std::size_t>(id)];
}

// Nothing came up, or a blank node did.
bool is_failure(const RunLog& log, const Observation& observation) {
  return observation.kind == ObservationKind::boot_failed ||
         (observation.kind == ObservationKind::configuration &&
          log.text(observation.text) == "lost");
}

// How the boot that began with `id` had failed until then; none when it had not.
ObservationId failure_of_boot(const RunLog& log, ObservationId id, SimTime at) {
  const Observation& boot = observation_at(log, id);
  for (std::size_t i = static_cast<std::size_t>(id) + 1; i < log.observations.size(); ++i) {
    const Observation& observation = log.observations[i];
    if (observation.at > at) {
      break;
    }
    if (observation.subject != boot.subject) {
      continue;
    }
    if (is_failure(log, observation)) {
      return static_cast<ObservationId>(i);
    }
    if (observation.kind == ObservationKind::boot_started) {
      break;
    }
  }
  return ObservationId::none;
}

}  // namespace

std::vector<ObservationId> cause_chain(const RunLog& log, ObservationId from, SimTime at) {
  std::vector<ObservationId> chain;
  for (ObservationId id = from; id != ObservationId::none;) {
    if (observation_at(log, id).kind == ObservationKind::boot_started) {
      const ObservationId failure = failure_of_boot(log, id, at);
      // Once only: what explains the failure may be the boot itself.
      const bool known = std::find(chain.begin(), chain.end(), failure) != chain.end();
      id = failure == ObservationId::none || known ? id : failure;
    }
    chain.push_back(id);
    const Observation& observation = observation_at(log, id);
    id = observation.kind == ObservationKind::fault_injected ? ObservationId::none
                                                             : observation.cause;
  }
  return chain;
}

Entity behind(const RunLog& log, ObservationId from, SimTime at) {
  for (const ObservationId id : cause_chain(log, from, at)) {
    const Observation& observation = observation_at(log, id);
    if (observation.kind == ObservationKind::action_started ||
        observation.kind == ObservationKind::fault_injected) {
      return observation.subject;
    }
  }
  return {};
}

}  // namespace switchfault
