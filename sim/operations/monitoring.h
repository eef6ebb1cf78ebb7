// Monitoring: polls over the simulated network, alarms after missed ones, and calls of users.
//
// A poll is a standing flow: it learns and refreshes as a real one and is not executed while it
// would only repeat itself. An alarm is raised after so many missed polls in a row. Users of a
// service that does not work call the help desk after a drawn time, over the channel "help desk" if
// one is declared; enough calls about one service, or an alarm, make an incident.

#ifndef SWITCHFAULT_OPERATIONS_MONITORING_H_
#define SWITCHFAULT_OPERATIONS_MONITORING_H_

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "net/standing_flow.h"
#include "operations/operator_view.h"
#include "services/services.h"

namespace switchfault {

class Monitoring final : public ObservationListener {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
    Network& network;
    Services& services;
    bool skip_quiet_time;
  };
  Monitoring(const Context& context, const Scenario& scenario, OperatorView& view);
  ~Monitoring();

  void start();
  [[nodiscard]] bool incident_known() const { return incident_known_; }
  // The monitor or user group of this index, for names.
  [[nodiscard]] std::string monitor_name(std::uint32_t index) const;
  [[nodiscard]] std::string users_name(std::uint32_t index) const;

  void observed(ObservationId id, const Observation& observation) override;

 private:
  class Poll;
  struct Caller;  // A demand whose users may call.

  void add_polls(const MonitorConfig& config, std::uint32_t monitor, std::uint32_t& number);
  void alarm(Entity monitor, NodeIndex node, bool raised);
  void call(Caller& caller);
  void detect(Entity source);
  [[nodiscard]] bool can_call(const Caller& caller) const;

  Context context_;
  const Scenario& scenario_;
  OperatorView& view_;
  std::vector<std::unique_ptr<Poll>> polls_;
  std::deque<Caller> callers_;  // By demand; timers in them need stable addresses.
  std::vector<const MonitorConfig*> monitors_;
  std::vector<const UserGroupConfig*> groups_;
  std::vector<std::uint32_t> calls_;  // By service.
  bool incident_known_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_MONITORING_H_
