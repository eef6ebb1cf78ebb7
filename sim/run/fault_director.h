// FaultDirector: when and where faults strike, and what ends them.
//
// Holds one Fault object per (scenario fault, selected instance). Triggers are evaluated here
// alone: timers with computed deadlines, observations, and the tap on chip tables. Eligibility is
// looked at again after each upgrade, configuration change, boot and replacement. One of several
// alternatives is drawn per run and kept from the operations.

#ifndef SWITCHFAULT_RUN_FAULT_DIRECTOR_H_
#define SWITCHFAULT_RUN_FAULT_DIRECTOR_H_

#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <switchfault/run.h>
#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "os/fault.h"
#include "os/selection.h"

namespace switchfault {

class FaultDirector final : public ObservationListener, public OsListener {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
    std::span<const Candidate> candidates;  // By NodeIndex.
    std::span<SwitchOs* const> instances;   // By NodeIndex.
    std::span<const FaultKind> kinds;
    std::int64_t start_unix_ns;
  };
  // Throws InputError when a fault selects nothing.
  FaultDirector(const Context& context, const Scenario& scenario);
  ~FaultDirector();

  // Time 0: triggers are armed, faults that began before are injected.
  void start();
  [[nodiscard]] const std::vector<FaultInfo>& faults() const { return infos_; }
  [[nodiscard]] std::vector<std::string> not_modelled() const;
  // Logarithm of how likely the run's triggers were under their own laws, over how likely they were
  // as hastened. 0 when none is.
  [[nodiscard]] double log_weight() const;

  void observed(ObservationId id, const Observation& observation) override;
  void chip_changed(SwitchOs& os, const ChipWrite* write) override;
  void sessions_changed(SwitchOs& os) override { chip_changed(os, nullptr); }
  void configuration_changed(SwitchOs& os, std::string_view key) override;

 private:
  struct Strike;  // One fault on one instance.

  void add(const FaultConfig& config, const std::string& alternative);
  void arm(Strike& strike);
  [[nodiscard]] Duration draw_age(Strike& strike) const;
  void arm_after(Strike& strike);
  [[nodiscard]] bool happens(Strike& strike) const;
  void arm_followers(const Strike& leader);
  void cancel_followers(const Strike& leader);
  void hasten(Strike& strike, Duration drawn);
  void settle(Strike& strike);
  void others_changed(const Strike& strike);
  [[nodiscard]] double hastening_of(const Strike& strike) const;
  void inject(Strike& strike);
  void clear(Strike& strike, std::string_view by);
  void booted(Strike& strike);
  void event_seen(Strike& strike, const Observation& observation);
  void look_at_eligibility(Strike& strike);
  void do_later(Strike& strike);

  Context context_;
  std::vector<FaultInfo> infos_;
  std::vector<const FaultConfig*> configs_;
  std::deque<Strike> strikes_;  // Timers in them need stable addresses.
  const std::vector<SourceFile>* files_;
  double log_weight_ = 0;  // Of what is settled.
  bool started_ = false;
  bool watches_tables_ = false;  // Some fault waits for a table to fill.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_FAULT_DIRECTOR_H_
