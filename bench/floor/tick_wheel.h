// TickWheel: a hierarchical timing wheel with ticks of 1 ns and 64 slots a level, and nothing else.
//
// A slot is a first-in-first-out list of nodes in one slab.
// An event waits on the level of the highest digit in which its time differs from the wheel's; when
// a slot of a higher level is reached, its list is handed down in order, so events of one time
// leave in the order of their insertion. No cancelling, no keys, no causes. push O(1), pop O(1)
// plus O(levels) an event.

#ifndef SWITCHFAULT_BENCH_FLOOR_TICK_WHEEL_H_
#define SWITCHFAULT_BENCH_FLOOR_TICK_WHEEL_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace switchfault::bench {

template <typename Event>
class TickWheel {
 public:
  TickWheel() { slots_.fill({kNone, kNone}); }

  // REQUIRES: at is not before the event popped last.
  void push(std::uint64_t at, const Event& event) {
    Index index = free_;
    if (index == kNone) {
      index = static_cast<Index>(nodes_.size());
      nodes_.emplace_back();
    } else {
      free_ = nodes_[index].next;
    }
    nodes_[index].at = at;
    nodes_[index].event = event;
    append(index);
    ++size_;
  }

  // REQUIRES: not empty.
  Event pop() {
    while (occupied_[0] == 0) {
      hand_down();
    }
    const auto value = static_cast<unsigned>(std::countr_zero(occupied_[0]));
    Slot& slot = slots_[value];
    const Index index = slot.first;
    Node& node = nodes_[index];
    now_ = node.at;
    slot.first = node.next;
    if (slot.first == kNone) {
      occupied_[0] &= occupied_[0] - 1;
    }
    node.next = free_;
    free_ = index;
    --size_;
    return node.event;
  }

  [[nodiscard]] std::uint64_t now() const { return now_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }

 private:
  using Index = std::uint32_t;
  static constexpr unsigned kDigitBits = 6;  // A word is the map of a level's 64 slots.
  static constexpr unsigned kValues = 1U << kDigitBits;
  static constexpr unsigned kLevels = (64 + kDigitBits - 1) / kDigitBits;
  static constexpr Index kNone = std::numeric_limits<Index>::max();

  struct Node {
    std::uint64_t at;
    Event event;
    Index next;
  };

  struct Slot {
    Index first, last;
  };

  void append(Index index) {
    Node& node = nodes_[index];
    const unsigned level =
        (static_cast<unsigned>(std::bit_width((node.at ^ now_) | 1U)) - 1) / kDigitBits;
    const unsigned value = static_cast<unsigned>(node.at >> (level * kDigitBits)) % kValues;
    Slot& slot = slots_[level * kValues + value];
    node.next = kNone;
    if (slot.first == kNone) {
      slot.first = index;
      occupied_[level] |= std::uint64_t{1} << value;
      occupied_levels_ |= 1U << level;
    } else {
      nodes_[slot.last].next = index;
    }
    slot.last = index;
  }

  // Moves to the beginning of the first slot of the lowest level that has one.
  void hand_down() {
    const auto level = static_cast<unsigned>(std::countr_zero(occupied_levels_ & ~1U));
    const auto value = static_cast<unsigned>(std::countr_zero(occupied_[level]));
    occupied_[level] &= occupied_[level] - 1;
    if (occupied_[level] == 0) {
      occupied_levels_ &= ~(1U << level);
    }
    const unsigned shift = level * kDigitBits;
    now_ = ((now_ >> (shift + kDigitBits) << kDigitBits) | value) << shift;
    Slot& slot = slots_[level * kValues + value];
    Index index = std::exchange(slot.first, kNone);
    while (index != kNone) {
      const Index next = nodes_[index].next;
      append(index);
      index = next;
    }
  }

  std::uint64_t now_ = 0;
  std::uint64_t size_ = 0;
  Index free_ = kNone;
  std::vector<Node> nodes_;
  std::uint32_t occupied_levels_ = 0;  // Bit 0 is not kept up to date.
  std::array<std::uint64_t, kLevels> occupied_{};
  std::array<Slot, std::size_t{kLevels} * kValues> slots_;
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_FLOOR_TICK_WHEEL_H_
