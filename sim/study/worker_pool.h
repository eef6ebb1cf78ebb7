// WorkerPool: threads of this process that run replications, whole runs in parallel.
//
// Tasks start in the order in which they were submitted.

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
#include "study/workforce.h"

namespace switchfault {

class WorkerPool final : public Workforce {
 public:
  // REQUIRES: `replications` outlives it; threads > 0.
  WorkerPool(const Replications& replications, std::uint32_t threads);
  ~WorkerPool() override;
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void submit(const ReplicationTask& task) override;
  std::optional<StrategyReplication> take(std::chrono::milliseconds wait) override;
  [[nodiscard]] std::size_t open() const override { return open_; }
  [[nodiscard]] std::size_t threads() const override { return threads_.size(); }

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
