// TimerQueue: the armed timers of one Simulator, with exactly one entry a timer.
//
// Most timers are armed again, later, long before they fire. That is one store into the timer's
// own Due: its entry stays where it is, at a deadline that has passed by, and is moved on when it
// comes up, at most once for each arming. Only an earlier deadline moves the entry at once, and
// cancelling removes it. Entries of the next millisecond or so stand in order in a 4-ary heap,
// whole keys being looked up only between equal times; all others wait unsorted in a TimerWheel.
// Arming later O(1); arming earlier, cancel, pop and each moving on O(log near), O(1) when far.

#ifndef SWITCHFAULT_CORE_TIMER_QUEUE_H_
#define SWITCHFAULT_CORE_TIMER_QUEUE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <switchfault/entity.h>
#include <switchfault/observation.h>
#include <switchfault/units.h>

#include "core/simulator.h"
#include "core/timer_wheel.h"

namespace switchfault {

class TimerQueue {
 public:
  // The constant part of a timer's event.
  struct Identity {
    Phase phase;
    Entity target;
    Entity source;
    InlineAction action;
    [[nodiscard]] EventKey key(SimTime at) const { return {at, phase, target, source, 0}; }
  };

  explicit TimerQueue(SimTime start = kTimeZero) : wheel_(start) {}

  // `due` belongs to the timer and stays registered until released; whoever moves it says so.
  void acquire(const Identity& identity, TimerDue& due);
  void relocate(TimerDue& due) { dues_[due.slot] = &due; }
  void release(TimerDue& due);  // Cancels.

  // REQUIRES: at < kNever.
  void arm(TimerDue& due, SimTime at, ObservationId cause) {
    const SimTime former = std::exchange(due.deadline, at);
    due.cause = cause;
    if (at < former) {
      enqueue(due);
    }
  }
  void cancel(TimerDue& due);

  // Deadline of the first timer if it is not later than `limit`, else kNever. Moves entries on.
  SimTime earliest(SimTime limit) {
    const SimTime first = heap_.empty() ? wheel_.next_opening() : heap_.front().at;
    return first <= limit && size() > 0 ? settle(limit) : kNever;
  }
  // No timer is due before; kNever when none is armed.
  [[nodiscard]] SimTime not_before() const {
    return heap_.empty() ? wheel_.next_opening()
                         : std::min(heap_.front().at, wheel_.next_opening());
  }
  // Of the first timer. REQUIRES: earliest() has just returned its deadline.
  [[nodiscard]] const Identity& front() const { return identities_[heap_.front().slot]; }
  // Disarms the first timer and returns its cause. REQUIRES: as front().
  ObservationId pop();

  [[nodiscard]] const Identity& identity(const TimerDue& due) const {
    return identities_[due.slot];
  }
  [[nodiscard]] std::size_t size() const { return heap_.size() + wheel_.size(); }  // Armed.
  [[nodiscard]] std::size_t owned() const { return identities_.size() - free_.size(); }

 private:
  using Slot = TimerWheel::Slot;
  using Position = std::uint32_t;
  static constexpr Position kNotNear = std::numeric_limits<Position>::max();
  static constexpr Position kChildren = 4;

  struct Entry {
    SimTime at;  // Not after the timer's deadline.
    Slot slot;
  };

  [[nodiscard]] bool earlier(const Entry& a, const Entry& b) const {
    return a.at != b.at ? a.at < b.at : earlier_in_instant(a, b);
  }
  [[nodiscard]] bool earlier_in_instant(const Entry& a, const Entry& b) const;
  void place(Position position, const Entry& entry) {
    heap_[position] = entry;
    positions_[entry.slot] = position;
  }
  SimTime settle(SimTime limit);
  void open_wheel();
  void enqueue(const TimerDue& due);
  void put(Slot slot, SimTime at);
  void remove(Position position);
  void sift_up(Position hole, const Entry& entry);
  void sift_down(Position hole, const Entry& entry);

  std::vector<Entry> heap_;          // Not beyond the wheel's horizon.
  std::vector<Position> positions_;  // By slot, in the heap.
  TimerWheel wheel_;
  std::vector<TimerDue*> dues_;       // By slot.
  std::vector<Identity> identities_;  // By slot.
  std::vector<Slot> free_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_TIMER_QUEUE_H_
