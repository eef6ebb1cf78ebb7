// FunctionQueue: the event queue that one writes first, the yardstick of the kernel benches.
//
// std::priority_queue over (time, insertion number, std::function). The callables captured here fit
// into std::function itself, so it is not charged for allocations.

#ifndef SWITCHFAULT_BENCH_KERNEL_FUNCTION_QUEUE_H_
#define SWITCHFAULT_BENCH_KERNEL_FUNCTION_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

#include <switchfault/units.h>

namespace switchfault::bench {

class FunctionQueue {
 public:
  struct Event {
    SimTime at;
    std::uint64_t insertion;
    std::function<void()> action;
  };

  void push(SimTime at, std::function<void()> action) {
    queue_.push({at, insertions_++, std::move(action)});
  }
  Event pop() {
    // Only the action is moved out; the order of the queue does not depend on it.
    Event event = std::move(const_cast<Event&>(queue_.top()));
    queue_.pop();
    return event;
  }

 private:
  struct Later {
    bool operator()(const Event& a, const Event& b) const {
      return a.at != b.at ? a.at > b.at : a.insertion > b.insertion;
    }
  };
  std::priority_queue<Event, std::vector<Event>, Later> queue_;
  std::uint64_t insertions_ = 0;
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_KERNEL_FUNCTION_QUEUE_H_
