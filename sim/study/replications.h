// Replications: one strategy under one seed, run and reduced to its figures.
//
// A pure function of (scenario, strategy, seed), for any thread: what it returns is what `run
// --seed` of the same strategy shows. Times that had not ended when the run did count up to its end
// and are marked as open.

#ifndef SWITCHFAULT_STUDY_REPLICATIONS_H_
#define SWITCHFAULT_STUDY_REPLICATIONS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <switchfault/report.h>
#include <switchfault/run.h>
#include <switchfault/study.h>

namespace switchfault {

// What is to be run.
struct ReplicationTask {
  std::uint64_t replication = 0;
  std::uint32_t strategy = 0;
  std::uint64_t seed = 0;
};

// Reduces runs of one scenario to the values of its metrics.
class Measurement {
 public:
  // REQUIRES: `scenario` and `metrics` outlive it; `metrics` are those of the scenario.
  Measurement(const Scenario& scenario, const std::vector<StudyMetric>& metrics)
      : scenario_(scenario), metrics_(metrics) {}

  // Sets all but the task's own fields.
  void take(const RunLog& log, const Report& report, StrategyReplication& out) const;

 private:
  const Scenario& scenario_;
  const std::vector<StudyMetric>& metrics_;
};

class Replications {
 public:
  // REQUIRES: the references outlive it.
  Replications(const Scenario& scenario, const std::vector<StudyMetric>& metrics,
               const std::vector<std::string>& strategies)
      : scenario_(scenario), strategies_(strategies), measurement_(scenario, metrics) {}

  // What throws while it runs becomes its error. `go_on` is asked now and then; once it is false
  // the result is worth nothing.
  [[nodiscard]] StrategyReplication run(const ReplicationTask& task,
                                        const std::function<bool()>& go_on) const;

 private:
  const Scenario& scenario_;
  const std::vector<std::string>& strategies_;
  Measurement measurement_;
};

// Hours that people were bound by steps and diagnosis: from the call, travel included, until they
// were free again.
double staff_hours(const RunLog& log);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_REPLICATIONS_H_
