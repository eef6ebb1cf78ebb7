// RankPool: the threads of this process and those of the other ranks as one workforce, and what a
// rank other than 0 does.
//
// Runs are handed out one by one to whoever has a thread idle, and one more, so that the next is
// there when one ends: no rank waits while another has much left. Which rank ran what leaves no
// trace in the results. A rank that says nothing for a minute is lost; there is no second try of
// its runs here, since the launchers end all ranks when one dies: the study stops, and its store
// goes on with them later.

#ifndef SWITCHFAULT_STUDY_RANK_POOL_H_
#define SWITCHFAULT_STUDY_RANK_POOL_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <switchfault/ranks.h>

#include "study/rank_message.h"
#include "study/worker_pool.h"
#include "study/workforce.h"

namespace switchfault {

struct RankPoolOptions {
  std::uint32_t threads = 1;  // Of this process.
  std::string study;          // Digest; that of every rank must be equal.
  std::chrono::milliseconds lost_after = std::chrono::minutes{1};
};

// Of rank 0.
class RankPool final : public Workforce {
 public:
  // REQUIRES: the references outlive it.
  RankPool(const Replications& replications, Ranks& ranks, RankPoolOptions options);
  ~RankPool() override;
  RankPool(const RankPool&) = delete;
  RankPool& operator=(const RankPool&) = delete;

  void submit(const ReplicationTask& task) override;
  // Throws InputError, too: a rank refused.
  std::optional<StrategyReplication> take(std::chrono::milliseconds wait) override;
  [[nodiscard]] std::size_t open() const override { return open_; }
  [[nodiscard]] std::size_t threads() const override;
  void conclude(const std::vector<double>& outcome) override { outcome_ = outcome; }

 private:
  using Clock = std::chrono::steady_clock;
  struct Member {
    std::uint32_t threads = 0;           // 0: not heard of yet.
    std::vector<ReplicationTask> begun;  // Handed to it, no result yet. Not of this process.
    Clock::time_point heard;             // Last sign of life.
  };

  [[nodiscard]] std::size_t begun(std::uint32_t rank) const;
  void hand_out();
  void receive();
  void receive(std::uint32_t from, RankNote note);
  void keep_alive();

  Ranks& ranks_;
  RankPoolOptions options_;
  WorkerPool own_;
  std::vector<Member> members_;  // By rank.
  std::deque<ReplicationTask> waiting_;
  std::deque<StrategyReplication> results_;  // Of other ranks.
  std::size_t open_ = 0;
  Clock::time_point told_;  // That this one is alive.
  std::vector<double> outcome_;
};

// Threads of this process, or the pool of all ranks when there are others. REQUIRES: as of
// RankPool.
std::unique_ptr<Workforce> workforce(const Replications& replications, Ranks* ranks,
                                     RankPoolOptions options);

// What the other ranks do until rank 0 ends the study or leaves. `go_on` is asked now and then;
// once it is false rank 0 is told that this rank was interrupted. Returns what rank 0 concluded;
// nothing: there is no rank 0 any more. Throws RankLost.
std::optional<std::vector<double>> serve(const Replications& replications, Ranks& ranks,
                                         const RankPoolOptions& options,
                                         const std::function<bool()>& go_on);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_RANK_POOL_H_
