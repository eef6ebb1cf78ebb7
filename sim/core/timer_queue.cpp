#include "core/timer_queue.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {

void TimerQueue::acquire(const Identity& identity, TimerDue& due) {
  if (free_.empty()) {
    SF_CHECK(identities_.size() < kNotArmed);
    due.slot = static_cast<Slot>(identities_.size());
    identities_.push_back(identity);
    positions_.push_back(kNotArmed);
    dues_.push_back(&due);
    return;
  }
  due.slot = free_.back();
  free_.pop_back();
  identities_[due.slot] = identity;
  dues_[due.slot] = &due;
}

void TimerQueue::release(TimerDue& due) {
  cancel(due);
  dues_[due.slot] = nullptr;
  free_.push_back(due.slot);
}

// The timer has no entry yet, or one that may stand at a later time.
void TimerQueue::enqueue(const TimerDue& due) {
  const Entry entry{due.deadline, due.slot};
  Position position = positions_[due.slot];
  if (position == kNotArmed) {
    position = static_cast<Position>(heap_.size());
    heap_.push_back(entry);
  } else if (entry.at >= heap_[position].at) {
    return;
  }
  sift_up(position, entry);
}

void TimerQueue::cancel(TimerDue& due) {
  if (positions_[due.slot] != kNotArmed) {
    remove(positions_[due.slot]);
    positions_[due.slot] = kNotArmed;
    due.deadline = kNever;
  }
}

ObservationId TimerQueue::pop() {
  TimerDue& due = *dues_[heap_.front().slot];
  cancel(due);
  return due.cause;
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
    // A large heap lies outside the second-level cache: the children of all four brothers, which
    // stand side by side, are on their way while the brothers are compared. (Written out here:
    // g++ drops a call to a function that does nothing but prefetch.)
    const Position below = child * kChildren + 1;
    if (below + kGrandchildren <= size) {
      for (Position i = 0; i < kGrandchildren; i += kEntriesPerLine) {
        __builtin_prefetch(&heap_[below + i]);
      }
      __builtin_prefetch(&heap_[below + kGrandchildren - 1]);
    }
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
  // Whoever is first now will be looked at soon.
  __builtin_prefetch(dues_[heap_.front().slot]);
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
