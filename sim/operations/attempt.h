// Attempt: one action on one target, from calling somebody to having verified it.
//
//   person ─▶ access ─▶ hands on ─▶ action starts ─▶ its effect is complete ─▶ verified ─▶ end
//
// The first missing link of the chains is named when nobody gets in. The path is looked at again at
// the end of the hands-on time, unless the action takes its own path down; then it is looked at
// from the end of the boot until verify.within has passed. Success is drawn per (action, target,
// attempt) and never depends on the strategy.

#ifndef SWITCHFAULT_OPERATIONS_ATTEMPT_H_
#define SWITCHFAULT_OPERATIONS_ATTEMPT_H_

#include <memory>
#include <span>
#include <string>

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "net/network.h"
#include "operations/access.h"
#include "operations/artefacts.h"
#include "operations/operator_view.h"
#include "operations/people.h"
#include "os/action.h"
#include "services/services.h"

namespace switchfault {

struct AttemptContext {
  Simulator& simulator;
  ObservationLog& log;
  const Random& random;
  Network& network;
  Services& services;
  std::span<SwitchOs* const> instances;
  People& people;
  const Access& access;
  Artefacts& artefacts;
  const OperatorView& view;
};

class Attempt;
class AttemptOwner {
 public:
  virtual void attempt_ended(Attempt& attempt, bool success) = 0;

 protected:
  ~AttemptOwner() = default;
};

// What an attempt is made on: a node, a service, or nothing.
struct AttemptTarget {
  NodeIndex node = NodeIndex::none;
  ServiceIndex service = ServiceIndex::none;
  std::uint64_t stable_id = 0;  // Keys the draws.
};

class Attempt final : public PersonWaiter {
 public:
  struct Setup {
    const StepConfig* step;
    Entity step_entity;
    const ActionKind* kind;
    AttemptTarget target;
    Entity entity;             // Of kind action.
    std::uint32_t occurrence;  // Of this action on this target.
  };
  Attempt(const AttemptContext& context, const Setup& setup, AttemptOwner& owner);
  ~Attempt();
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  void start();
  // Something was observed: it explains what is found when its effect is looked at again.
  void noticed(ObservationId id, const Observation& observation);
  // The effect may be complete, the verification may hold.
  void look_again();
  void person_ready(PersonIndex person) override;

  [[nodiscard]] const Setup& setup() const { return setup_; }
  [[nodiscard]] bool running() const { return stage_ != Stage::ended; }
  [[nodiscard]] bool waits_for_effect() const {
    return stage_ == Stage::effect || stage_ == Stage::verification;
  }

 private:
  enum class Stage : std::uint8_t { person, hands_on, effect, verification, ended };

  void timer_fired();
  void begin_hands_on();
  void hands_off();
  void change_service();
  void effect_complete();
  [[nodiscard]] bool effect_is_complete() const;
  [[nodiscard]] bool verified() const;
  // None when no chain is needed or one of them works.
  [[nodiscard]] std::optional<MissingLink> missing_access() const;
  [[nodiscard]] const Need* person_need() const;
  [[nodiscard]] std::string site_needed() const;
  [[nodiscard]] Entity object() const;
  void fail(ObservationKind kind, const std::string& why, Entity about);
  void end(bool success);

  AttemptContext context_;
  Setup setup_;
  AttemptOwner& owner_;
  Timer timer_;
  std::unique_ptr<Action> action_;
  PersonIndex person_ = PersonIndex::none;
  ObservationId noticed_ = ObservationId::none;  // The last one about the target.
  Stage stage_ = Stage::ended;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_ATTEMPT_H_
