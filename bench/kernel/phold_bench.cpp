// phold/<pending>: how fast are events dispatched through the real engine?
//
// PHOLD with 1024 logical processes: an event picks a destination uniformly and schedules the next
// event there after 1 us + Exp(mean 1 us), so the population stays constant.
//   switchfault    Simulator::schedule and run_until, whole keys, causes, order checks, inline
//   actions std_function   a loop over std::priority_queue of (time, insertion, std::function)

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/simulator.h"
#include "kernel/draws.h"
#include "kernel/function_queue.h"
#include "kernel/kernel_bench.h"

namespace switchfault::bench {
namespace {

constexpr std::uint32_t kProcesses = 1024;

class OurPhold {
 public:
  explicit OurPhold(std::size_t pending) : sent_(kProcesses) {
    for (std::size_t i = 0; i < pending; ++i) {
      send(static_cast<std::uint32_t>(i % kProcesses));
    }
  }
  void run(std::int64_t events) {
    left_ = events;
    simulator_.run_until(kNever - Duration{1});
  }

 private:
  void receive(std::uint32_t process) {
    if (--left_ == 0) {
      simulator_.stop();
    }
    send(process);
  }
  void send(std::uint32_t from) {
    const auto to = static_cast<std::uint32_t>(increments_.below(kProcesses));
    const EventKey key{simulator_.now() + increments_.next(), Phase::frame,
                       Entity(EntityKind::node, to), Entity(EntityKind::node, from), sent_[from]++};
    simulator_.schedule(key, [this, to] { receive(to); });
  }

  Simulator simulator_;
  Increments increments_{Law::lookahead};
  std::vector<std::uint64_t> sent_;
  std::int64_t left_ = 0;
};

class StdPhold {
 public:
  explicit StdPhold(std::size_t pending) : sent_(kProcesses) {
    for (std::size_t i = 0; i < pending; ++i) {
      send(static_cast<std::uint32_t>(i % kProcesses));
    }
  }
  void run(std::int64_t events) {
    for (; events > 0; --events) {
      const FunctionQueue::Event event = queue_.pop();
      now_ = event.at;
      event.action();
    }
  }

 private:
  void send(std::uint32_t from) {
    const auto to = static_cast<std::uint32_t>(increments_.below(kProcesses));
    ++sent_[from];
    queue_.push(now_ + increments_.next(), [this, to] { send(to); });
  }

  FunctionQueue queue_;
  SimTime now_;
  Increments increments_{Law::lookahead};
  std::vector<std::uint64_t> sent_;
};

template <typename Phold>
void phold(benchmark::State& state, std::size_t pending) {
  Phold model(pending);
  model.run(2 * static_cast<std::int64_t>(pending));
  while (state.KeepRunningBatch(kIterations)) {
    model.run(kIterations);
  }
}

}  // namespace

void register_phold() {
  for (std::size_t pending = 1'000; pending <= 1'000'000; pending *= 10) {
    const std::string title = "phold/" + std::to_string(pending) + "/";
    const auto add = [&](const char* engine, auto* function) {
      benchmark::RegisterBenchmark((title + engine).c_str(), function, pending)
          ->Iterations(kIterations);
    };
    add(kOurs, phold<OurPhold>);
    add("std_function", phold<StdPhold>);
  }
}

}  // namespace switchfault::bench
