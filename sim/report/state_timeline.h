// StateTimeline: the states of one service as all chosen user groups see it together, over time.
//
// A service counts as up for several groups when every one of them has it, as down when none has.

#ifndef SWITCHFAULT_REPORT_STATE_TIMELINE_H_
#define SWITCHFAULT_REPORT_STATE_TIMELINE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <switchfault/run.h>

namespace switchfault {

class StateTimeline {
 public:
  using Predicate = std::function<bool(ServiceState)>;

  // Of the service for the named groups; empty `users`: all that use it.
  StateTimeline(const RunLog& log, const std::string& service,
                const std::vector<std::string>& users);

  [[nodiscard]] bool empty() const { return demands_ == 0; }
  [[nodiscard]] ServiceState at(SimTime time) const;
  // At every instant of [from, to].
  [[nodiscard]] bool throughout(SimTime from, SimTime to, const Predicate& holds) const;
  // The first instant of [from, to] at which it holds.
  [[nodiscard]] std::optional<SimTime> first(SimTime from, SimTime to,
                                             const Predicate& holds) const;
  // Times at which the state changes, ascending; the first is time 0.
  struct Change {
    SimTime at;
    ServiceState state;
  };
  [[nodiscard]] const std::vector<Change>& changes() const { return changes_; }

 private:
  std::vector<Change> changes_;
  std::size_t demands_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_STATE_TIMELINE_H_
