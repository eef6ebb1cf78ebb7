// Operations: people who bring services back, over paths, on what they can see.
//
// Monitoring polls nodes over the simulated network, users call, the help desk raises an incident;
// then a strategy's steps run: each waits for what it needs (people, access, diagnosis, artefacts,
// approval, channels), acts on its targets in its order and width, verifies, retries, branches.
// Everything is decided on the operator view (operator_view.h), never on truth. Not modelled:
// mistakes while typing, fatigue.

#ifndef SWITCHFAULT_OPERATIONS_OPERATIONS_H_
#define SWITCHFAULT_OPERATIONS_OPERATIONS_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "net/network.h"
#include "os/action.h"
#include "services/services.h"

namespace switchfault {

class Operations {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
    Network& network;
    Services& services;
    std::span<SwitchOs* const> instances;  // By NodeIndex; null where there is no OS.
    std::span<const ActionKind> actions;
    bool skip_quiet_time;
  };
  // `strategy` is null when nobody does anything but look.
  Operations(const Context& context, const Scenario& scenario, const StrategyConfig* strategy);
  ~Operations();
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  // Monitoring begins, the strategy waits for its start condition.
  void start();

  // The name of an entity numbered here: monitor, step, action, person; empty for others.
  [[nodiscard]] std::string name(Entity entity) const;
  // Model limits met, in words ("step reload: success not stated, taken as certain").
  [[nodiscard]] std::vector<std::string> not_modelled() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_OPERATIONS_H_
