#include "core/timer_queue.h"

#include <algorithm>
#include <span>

#include "core/check.h"
#include "core/prefetch.h"

namespace switchfault {

void TimerQueue::acquire(const Identity& identity, TimerDue& due) {
  if (free_.empty()) {
    SF_CHECK(identities_.size() < kNotNear);
    due.slot = static_cast<Slot>(identities_.size());
    identities_.push_back(identity);
    positions_.push_back(kNotNear);
    wheel_.add_slot();
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
  const Position position = positions_[due.slot];
  if (position != kNotNear) {
    if (due.deadline < heap_[position].at) {
      sift_up(position, {due.deadline, due.slot});
    }
    return;
  }
  if (wheel_.holds(due.slot)) {
    if (wheel_.opening(due.slot) <= due.deadline) {
      return;
    }
    wheel_.withdraw(due.slot);
  }
  put(due.slot, due.deadline);
}

// REQUIRES: the timer has no entry.
void TimerQueue::put(Slot slot, SimTime at) {
  if (wheel_.beyond_horizon(at)) {
    wheel_.file(slot, at);
    return;
  }
  heap_.push_back({at, slot});
  sift_up(static_cast<Position>(heap_.size() - 1), {at, slot});
}

void TimerQueue::cancel(TimerDue& due) {
  if (const Position position = positions_[due.slot]; position != kNotNear) {
    remove(position);
  } else if (wheel_.holds(due.slot)) {
    wheel_.withdraw(due.slot);
  }
  due.deadline = kNever;
}

// Moves entries on until the first one stands at its timer's deadline or after `limit`.
SimTime TimerQueue::settle(SimTime limit) {
  while (true) {
    if (heap_.empty()) {
      if (wheel_.size() == 0 || wheel_.next_opening() > limit) {
        return kNever;
      }
      open_wheel();
      continue;
    }
    const Entry first = heap_.front();
    if (first.at > limit) {
      return kNever;
    }
    const SimTime deadline = dues_[first.slot]->deadline;
    if (deadline == first.at) {
      return deadline;
    }
    if (wheel_.beyond_horizon(deadline)) {
      remove(0);
      wheel_.file(first.slot, deadline);
    } else {
      sift_down(0, {deadline, first.slot});
    }
  }
}

// Most timers have been armed again since their slots were filed. They lie anywhere in memory: all
// of a batch are on their way before the first is looked at.
void TimerQueue::open_wheel() {
  wheel_.open();
  TimerWheel::Batch batch;
  while (wheel_.take(batch)) {
    for (const Slot slot : batch.span()) {
      prefetch(dues_[slot]);
    }
    for (const Slot slot : batch.span()) {
      put(slot, dues_[slot]->deadline);
    }
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
  positions_[heap_[position].slot] = kNotNear;
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
