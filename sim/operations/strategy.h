// StrategyExecutor: carries out the steps of a run book.
//
// Steps run one after another, except those put in the background. A step waits for what it needs,
// picks its targets from the inventory in its order, and makes attempts (operations/attempt.h) on
// them, so many at a time. It has failed when a target failed after all retries; then it goes on,
// stops, or branches as the step says. A standing step goes on to the end: it works on a target
// every time monitoring sees it as the step says.

#ifndef SWITCHFAULT_OPERATIONS_STRATEGY_H_
#define SWITCHFAULT_OPERATIONS_STRATEGY_H_

#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "net/network.h"
#include "operations/access.h"
#include "operations/artefacts.h"
#include "operations/attempt.h"
#include "operations/diagnosis.h"
#include "operations/operator_view.h"
#include "operations/people.h"
#include "os/action.h"
#include "services/services.h"

namespace switchfault {

class StrategyExecutor final : public ObservationListener, public AttemptOwner {
 public:
  struct Context {
    AttemptContext attempt;
    Diagnosis& diagnosis;
    std::span<const ActionKind> actions;
  };
  StrategyExecutor(const Context& context, const OperationsConfig& operations,
                   const StrategyConfig& strategy);
  ~StrategyExecutor();

  void start();  // Time 0.
  void incident_detected();
  void observed(ObservationId id, const Observation& observation) override;
  void attempt_ended(Attempt& attempt, bool success) override;

  [[nodiscard]] const std::string& step_name(std::uint32_t index) const;
  [[nodiscard]] std::string attempt_name(std::uint32_t index) const;
  [[nodiscard]] const std::string& name() const { return strategy_.name; }

 private:
  struct Step;

  void advance();  // Starts what may start now.
  void begin(Step& step);
  void look_at_needs(Step& step);
  [[nodiscard]] bool need_met(Step& step, std::size_t index);
  [[nodiscard]] bool channel_works(Step& step, const Need& need);
  void waits(Step& step, const std::string& what);
  void skip_to(const std::string& name);
  void look_again();
  void wake_at(Step& step, SimTime at);
  void run_targets(Step& step);
  void forget_ended();
  void collect_targets(Step& step);
  void look_at_standing(Step& step);
  [[nodiscard]] bool side_is_busy(const Step& step, NodeIndex node) const;
  [[nodiscard]] bool is_seen_otherwise_by_now(const Step& step, std::size_t number) const;
  void start_attempt(Step& step, std::size_t number);
  void finish(Step& step, bool success, const std::string& why);
  [[nodiscard]] Entity entity_of(const Step& step) const;

  Context context_;
  const OperationsConfig& operations_;
  const StrategyConfig& strategy_;
  std::deque<Step> steps_;                         // Timers in them need stable addresses.
  std::deque<std::unique_ptr<Attempt>> attempts_;  // Nothing where one has ended.
  std::vector<std::uint32_t> open_;                // The others.
  struct AttemptPlace {
    std::uint32_t step;
    std::size_t target;
  };
  std::vector<AttemptPlace> owners_;  // By attempt.
  Timer look_;                        // Something was observed that people may wait for.
  // How often an action was tried on a target: the occurrence of its draws, whichever step asks.
  std::map<std::pair<std::string, std::uint64_t>, std::uint32_t> tried_;
  std::size_t next_ = 0;  // The step that waits for its turn.
  bool started_ = false;
  bool incident_ = false;
  bool stopped_ = false;
  bool any_failed_ = false;
  bool done_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_STRATEGY_H_
