// TimerQueue: the armed timers of one Simulator, a 4-ary heap that knows where each timer stands.
//
// A timer owns a slot from construction to destruction; an armed one has exactly one heap entry,
// which re-arming moves, so the queue never grows by it. Entries are 16 bytes; whole keys are
// looked up only between timers of equal deadlines. arm, cancel and pop O(log armed), re-arming to
// a later time usually a few levels; earliest O(1); memory 60 bytes a timer.

#ifndef SWITCHFAULT_CORE_TIMER_QUEUE_H_
#define SWITCHFAULT_CORE_TIMER_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <switchfault/entity.h>
#include <switchfault/units.h>

#include "core/simulator.h"

namespace switchfault {

class TimerQueue {
 public:
  using Slot = std::uint32_t;

  // The constant part of a timer's event.
  struct Identity {
    Phase phase;
    Entity target;
    Entity source;
    InlineAction action;
    [[nodiscard]] EventKey key(SimTime at) const { return {at, phase, target, source, 0}; }
  };
  struct Entry {
    SimTime at;
    Slot slot;
    ObservationId cause;
  };

  Slot acquire(const Identity& identity);
  void release(Slot slot);  // Cancels.

  void arm(Slot slot, SimTime deadline, ObservationId cause);
  void cancel(Slot slot);
  [[nodiscard]] SimTime deadline(Slot slot) const;  // kNever when not armed.
  [[nodiscard]] const Identity& identity(Slot slot) const { return identities_[slot]; }

  [[nodiscard]] SimTime earliest() const { return heap_.empty() ? kNever : heap_.front().at; }
  // REQUIRES: not empty.
  [[nodiscard]] const Entry& front() const { return heap_.front(); }
  Entry pop();

  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  [[nodiscard]] std::size_t owned() const { return identities_.size() - free_.size(); }

 private:
  using Position = std::uint32_t;
  static constexpr Position kNotArmed = std::numeric_limits<Position>::max();
  static constexpr Position kChildren = 4;

  [[nodiscard]] bool earlier(const Entry& a, const Entry& b) const {
    return a.at != b.at ? a.at < b.at : earlier_in_instant(a, b);
  }
  [[nodiscard]] bool earlier_in_instant(const Entry& a, const Entry& b) const;
  void place(Position position, const Entry& entry) {
    heap_[position] = entry;
    positions_[entry.slot] = position;
  }
  void sift_up(Position hole, const Entry& entry);
  void sift_down(Position hole, const Entry& entry);
  void remove(Position position);

  std::vector<Entry> heap_;
  std::vector<Position> positions_;   // By slot.
  std::vector<Identity> identities_;  // By slot.
  std::vector<Slot> free_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_TIMER_QUEUE_H_
