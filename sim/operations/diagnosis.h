// Diagnosis: how long the people look for the cause, wrong hypotheses included.
//
// Each wrong hypothesis is believed first with its own probability and costs its time before the
// right one is found; one person of the pool is busy with it. The draws do not depend on the
// strategy.

#ifndef SWITCHFAULT_OPERATIONS_DIAGNOSIS_H_
#define SWITCHFAULT_OPERATIONS_DIAGNOSIS_H_

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "operations/people.h"

namespace switchfault {

class Diagnosis final : public PersonWaiter {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
    People& people;
  };
  // `config` may be null: then the cause is known as soon as there is an incident.
  Diagnosis(const Context& context, const DiagnosisConfig* config);

  void start();
  [[nodiscard]] bool done() const { return done_; }
  void person_ready(PersonIndex person) override;

 private:
  void next();

  Context context_;
  const DiagnosisConfig* config_;
  Timer timer_;
  PersonIndex person_ = PersonIndex::none;
  std::size_t hypothesis_ = 0;
  bool believed_ = false;  // The hypothesis before this one was followed.
  bool looking_ = false;   // The right one is being found.
  bool done_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_DIAGNOSIS_H_
