// Workforce: who runs the replications of a study, the threads of this process (WorkerPool) or of
// several (RankPool).
//
// Tasks start about in the order in which they were submitted; results come in any order and carry
// their index. One thread submits and takes. Destroying it drops what has not begun and tells what
// runs to stop.

#ifndef SWITCHFAULT_STUDY_WORKFORCE_H_
#define SWITCHFAULT_STUDY_WORKFORCE_H_

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "study/replications.h"

namespace switchfault {

class Workforce {
 public:
  virtual ~Workforce() = default;
  virtual void submit(const ReplicationTask& task) = 0;
  // The next result, waiting for it no longer than this. Throws RankLost.
  virtual std::optional<StrategyReplication> take(std::chrono::milliseconds wait) = 0;
  // Submitted and not taken.
  [[nodiscard]] virtual std::size_t open() const = 0;
  // Runs that can be under way at the same time.
  [[nodiscard]] virtual std::size_t threads() const = 0;
  // What came of it, for other ranks to know when it ends. Nobody hears it unless it is said.
  virtual void conclude(const std::vector<double>& /*outcome*/) {}
};

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_WORKFORCE_H_
