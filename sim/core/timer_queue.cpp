#include "core/timer_queue.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {

TimerQueue::Slot TimerQueue::acquire(const Identity& identity) {
  if (free_.empty()) {
    SF_CHECK(identities_.size() < kNotArmed);
    identities_.push_back(identity);
    positions_.push_back(kNotArmed);
    return static_cast<Slot>(identities_.size() - 1);
  }
  const Slot slot = free_.back();
  free_.pop_back();
  identities_[slot] = identity;
  return slot;
}

void TimerQueue::release(Slot slot) {
  cancel(slot);
  free_.push_back(slot);
}

void TimerQueue::arm(Slot slot, SimTime deadline, ObservationId cause) {
  const Entry entry{deadline, slot, cause};
  Position position = positions_[slot];
  if (position == kNotArmed) {
    position = static_cast<Position>(heap_.size());
    heap_.push_back(entry);
    sift_up(position, entry);
  } else if (deadline < heap_[position].at) {
    sift_up(position, entry);
  } else {
    sift_down(position, entry);
  }
}

void TimerQueue::cancel(Slot slot) {
  if (positions_[slot] != kNotArmed) {
    remove(positions_[slot]);
    positions_[slot] = kNotArmed;
  }
}

SimTime TimerQueue::deadline(Slot slot) const {
  return positions_[slot] == kNotArmed ? kNever : heap_[positions_[slot]].at;
}

TimerQueue::Entry TimerQueue::pop() {
  const Entry first = heap_.front();
  remove(0);
  positions_[first.slot] = kNotArmed;
  return first;
}

bool TimerQueue::earlier_in_instant(const Entry& a, const Entry& b) const {
  return identities_[a.slot].key(a.at) < identities_[b.slot].key(b.at);
}

void TimerQueue::sift_up(Position hole, const Entry& entry) {
  while (hole > 0) {
    const Position parent = (hole - 1) / kChildren;
    if (!earlier(entry, heap_[parent])) {
      break;
    }
    place(hole, heap_[parent]);
    hole = parent;
  }
  place(hole, entry);
}

void TimerQueue::sift_down(Position hole, const Entry& entry) {
  const auto size = static_cast<Position>(heap_.size());
  for (Position child = hole * kChildren + 1; child < size; child = hole * kChildren + 1) {
    const Position end = std::min(child + kChildren, size);
    Position best = child;
    for (Position other = child + 1; other < end; ++other) {
      if (earlier(heap_[other], heap_[best])) {
        best = other;
      }
    }
    if (!earlier(heap_[best], entry)) {
      break;
    }
    place(hole, heap_[best]);
    hole = best;
  }
  place(hole, entry);
}

// The last entry fills the gap and finds its place from there, up or down.
void TimerQueue::remove(Position position) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position == heap_.size()) {
    return;
  }
  if (position > 0 && earlier(last, heap_[(position - 1) / kChildren])) {
    sift_up(position, last);
  } else {
    sift_down(position, last);
  }
}

}  // namespace switchfault
