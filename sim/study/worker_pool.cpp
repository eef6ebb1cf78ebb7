#include "study/worker_pool.h"

#include <utility>

#include "core/check.h"

namespace switchfault {

WorkerPool::WorkerPool(const Replications& replications, std::uint32_t threads)
    : replications_(replications) {
  SF_CHECK(threads > 0);
  threads_.reserve(threads);
  for (std::uint32_t i = 0; i < threads; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  work_there_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void WorkerPool::submit(const ReplicationTask& task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(task);
  }
  ++open_;
  work_there_.notify_one();
}

std::optional<StrategyReplication> WorkerPool::take(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  if (!result_there_.wait_for(lock, wait, [this] { return !results_.empty(); })) {
    return std::nullopt;
  }
  StrategyReplication result = std::move(results_.front());
  results_.pop_front();
  --open_;
  return result;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_there_.wait(lock, [this] { return stop_ || !tasks_.empty(); });
    if (stop_) {
      return;
    }
    const ReplicationTask task = tasks_.front();
    tasks_.pop_front();
    lock.unlock();
    StrategyReplication result = replications_.run(task, [this] { return !stop_; });
    lock.lock();
    if (!stop_) {
      results_.push_back(std::move(result));
      result_there_.notify_one();
    }
  }
}

}  // namespace switchfault
