// hold/<law>/<pending>: what does one pop and one push cost when so many events wait?
//
// The queue alone, at a constant population: the earliest event is taken out and put back later by
// an increment of the law (exponential, packet, bimodal; see draws.h).
//   switchfault    EventQueue with whole keys
//   std_event      std::priority_queue of the same records in the same order: what the radix heap
//                  brings
//   std_function   std::priority_queue of (time, insertion, std::function): what one writes first

#include <cstddef>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/event_queue.h"
#include "kernel/draws.h"
#include "kernel/function_queue.h"
#include "kernel/kernel_bench.h"

namespace switchfault::bench {
namespace {

PendingEvent numbered_event(SimTime at, std::uint64_t number) {
  const Entity node(EntityKind::node, static_cast<std::uint32_t>(number % 1024));
  return {at,          number, [number] { benchmark::DoNotOptimize(number); },
          node,        node,   ObservationId::none,
          Phase::frame};
}

class RadixHeap {
 public:
  void push(SimTime at, std::uint64_t number) { push(numbered_event(at, number)); }
  void hold(Duration increment) {
    queue_.advance();
    PendingEvent event = queue_.pop();
    event.at += increment;
    push(event);
  }

 private:
  void push(const PendingEvent& event) { queue_.push(event.key(), event.action, event.cause); }

  EventQueue queue_{kTimeZero};
};

class StdEvents {
 public:
  void push(SimTime at, std::uint64_t number) { queue_.push(numbered_event(at, number)); }
  void hold(Duration increment) {
    PendingEvent event = queue_.top();
    queue_.pop();
    event.at += increment;
    queue_.push(event);
  }

 private:
  struct Later {
    bool operator()(const PendingEvent& a, const PendingEvent& b) const {
      return a.at != b.at ? a.at > b.at : a.key() > b.key();
    }
  };
  std::priority_queue<PendingEvent, std::vector<PendingEvent>, Later> queue_;
};

class StdFunctions {
 public:
  void push(SimTime at, std::uint64_t number) {
    queue_.push(at, [number] { benchmark::DoNotOptimize(number); });
  }
  void hold(Duration increment) {
    FunctionQueue::Event event = queue_.pop();
    queue_.push(event.at + increment, std::move(event.action));
  }

 private:
  FunctionQueue queue_;
};

template <typename Queue>
void hold(benchmark::State& state, Law law, std::size_t pending) {
  Queue queue;
  Increments increments(law);
  for (std::size_t i = 0; i < pending; ++i) {
    queue.push(kTimeZero + increments.next(), i);
  }
  for (std::size_t i = 0; i < 2 * pending; ++i) {  // To the law's stationary spread.
    queue.hold(increments.next());
  }
  for ([[maybe_unused]] auto iteration : state) {
    queue.hold(increments.next());
  }
}

}  // namespace

void register_hold() {
  const std::vector<std::pair<std::string, Law>> laws = {
      {"exponential", Law::exponential}, {"packet", Law::packet}, {"bimodal", Law::bimodal}};
  for (const auto& [name, law] : laws) {
    for (std::size_t pending = 100; pending <= 1'000'000; pending *= 10) {
      const std::string title = "hold/" + name + "/" + std::to_string(pending) + "/";
      // clang++ 14 cannot capture the name of a structured binding.
      const auto add = [&title, pending, law = law](const char* engine, auto* function) {
        benchmark::RegisterBenchmark((title + engine).c_str(), function, law, pending)
            ->Iterations(kIterations);
      };
      add(kOurs, hold<RadixHeap>);
      add("std_event", hold<StdEvents>);
      add("std_function", hold<StdFunctions>);
    }
  }
}

}  // namespace switchfault::bench
