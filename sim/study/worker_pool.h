// WorkerPool: threads that run replications, whole runs in parallel.
//
// Tasks start in the order in which they were submitted; results come in any order and carry their
// index. One thread submits and takes. Destroying the pool drops what has not begun and tells what
// runs to stop.

#ifndef SWITCHFAULT_STUDY_WORKER_POOL_H_
#define SWITCHFAULT_STUDY_WORKER_POOL_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "study/replications.h"

namespace switchfault {

class WorkerPool {
 public:
  // REQUIRES: `replications` outlives it; threads > 0.
  WorkerPool(const Replications& replications, std::uint32_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(const ReplicationTask& task);
  // The next result, waiting for it no longer than this.
  std::optional<StrategyReplication> take(std::chrono::milliseconds wait);
  // Submitted and not taken.
  [[nodiscard]] std::size_t open() const { return open_; }
  [[nodiscard]] std::size_t threads() const { return threads_.size(); }

 private:
  void work();

  const Replications& replications_;
  std::mutex mutex_;
  std::condition_variable work_there_, result_there_;
  std::deque<ReplicationTask> tasks_;
  std::deque<StrategyReplication> results_;
  std::atomic<bool> stop_{false};
  std::size_t open_ = 0;  // Of the submitting thread alone.
  std::vector<std::thread> threads_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_WORKER_POOL_H_
