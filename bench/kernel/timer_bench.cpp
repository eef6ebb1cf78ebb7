// timers/<count>: what does one re-arming cost, expiries included, and does the queue grow by it?
//
// `count` timers of 3 s to 1 day; each is re-armed once a simulated second on average, and about
// 0.67 % of the re-armings come too late. 30 simulated seconds or a million re-armings, whichever
// is more. The counter `entries` is the number of queue entries a timer at the end.
//   switchfault    Timer::arm, with Simulator::run_until before each
//   tombstones     std::priority_queue of (deadline, timer, generation); an entry of an old
//                  generation is skipped when it comes up
//   std_set        std::set of (deadline, timer), erase and insert

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/simulator.h"
#include "kernel/draws.h"
#include "kernel/kernel_bench.h"

namespace switchfault::bench {
namespace {

// Of the protocols: VRRP and RSTP, LACP, OSPF, BGP, ARP and MAC ageing, a lease.
constexpr std::array<int, 8> kPeriodSeconds = {3, 6, 15, 40, 90, 180, 300, 86'400};

Duration period(std::size_t timer) {
  return std::chrono::seconds{kPeriodSeconds[timer % kPeriodSeconds.size()]};
}

// The first arming of each timer falls somewhere into the second before the start.
constexpr SimTime kFirst = kTimeZero - std::chrono::seconds{1};
SimTime first_arming(std::size_t timer, std::size_t count) {
  return kFirst + Duration{static_cast<std::int64_t>(timer * 1'000'000'000 / count)};
}

class OurTimers {
 public:
  explicit OurTimers(std::size_t count) {
    timers_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      timers_.emplace_back(simulator_, Phase::protocol,
                           Entity(EntityKind::port, static_cast<std::uint32_t>(i)), Entity(),
                           [this] { ++expired_; });
      run_until(first_arming(i, count));
      rearm(i);
    }
  }
  void run_until(SimTime now) { simulator_.run_until(now); }
  void rearm(std::size_t timer) { timers_[timer].arm(simulator_.now() + period(timer)); }
  [[nodiscard]] std::size_t entries() const { return simulator_.timer_entries(); }
  [[nodiscard]] std::size_t expired() const { return expired_; }

 private:
  Simulator simulator_{0, kFirst};
  std::vector<Timer> timers_;
  std::size_t expired_ = 0;
};

class Tombstones {
 public:
  explicit Tombstones(std::size_t count) : generations_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      run_until(first_arming(i, count));
      rearm(i);
    }
  }
  void run_until(SimTime now) {
    now_ = now;
    while (!queue_.empty() && queue_.top().at <= now) {
      const Entry entry = queue_.top();
      queue_.pop();
      expired_ += entry.generation == generations_[entry.timer] ? 1U : 0U;
    }
  }
  void rearm(std::size_t timer) {
    queue_.push({now_ + period(timer), static_cast<std::uint32_t>(timer), ++generations_[timer]});
  }
  [[nodiscard]] std::size_t entries() const { return queue_.size(); }
  [[nodiscard]] std::size_t expired() const { return expired_; }

 private:
  struct Entry {
    SimTime at;
    std::uint32_t timer;
    std::uint32_t generation;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.at != b.at ? a.at > b.at : a.timer > b.timer;
    }
  };
  std::priority_queue<Entry, std::vector<Entry>, Later> queue_;
  std::vector<std::uint32_t> generations_;
  SimTime now_;
  std::size_t expired_ = 0;
};

class SetOfTimers {
 public:
  explicit SetOfTimers(std::size_t count) : deadlines_(count, kNever) {
    for (std::size_t i = 0; i < count; ++i) {
      run_until(first_arming(i, count));
      rearm(i);
    }
  }
  void run_until(SimTime now) {
    now_ = now;
    while (!queue_.empty() && queue_.begin()->first <= now) {
      deadlines_[queue_.begin()->second] = kNever;
      queue_.erase(queue_.begin());
      ++expired_;
    }
  }
  void rearm(std::size_t timer) {
    if (deadlines_[timer] != kNever) {
      queue_.erase({deadlines_[timer], timer});
    }
    deadlines_[timer] = now_ + period(timer);
    queue_.emplace(deadlines_[timer], timer);
  }
  [[nodiscard]] std::size_t entries() const { return queue_.size(); }
  [[nodiscard]] std::size_t expired() const { return expired_; }

 private:
  std::set<std::pair<SimTime, std::size_t>> queue_;
  std::vector<SimTime> deadlines_;
  SimTime now_;
  std::size_t expired_ = 0;
};

template <typename Timers>
void rearm(benchmark::State& state, std::size_t count) {
  Timers timers(count);
  Xorshift random;
  SimTime now = kTimeZero;
  const Duration pause = Duration{1'000'000'000 / static_cast<std::int64_t>(count)};
  for ([[maybe_unused]] auto iteration : state) {
    now += pause;
    timers.run_until(now);
    timers.rearm(random.below(count));
  }
  state.counters["entries"] = static_cast<double>(timers.entries()) / static_cast<double>(count);
  state.counters["expired_share"] =
      static_cast<double>(timers.expired()) / static_cast<double>(state.iterations());
}

}  // namespace

void register_timers() {
  for (std::size_t count = 100; count <= 100'000; count *= 10) {
    const std::string title = "timers/" + std::to_string(count) + "/";
    const std::int64_t iterations = std::max(30 * static_cast<std::int64_t>(count), kIterations);
    const auto add = [&](const char* engine, auto* function) {
      benchmark::RegisterBenchmark((title + engine).c_str(), function, count)
          ->Iterations(iterations);
    };
    add(kOurs, rearm<OurTimers>);
    add("tombstones", rearm<Tombstones>);
    add("std_set", rearm<SetOfTimers>);
  }
}

}  // namespace switchfault::bench
