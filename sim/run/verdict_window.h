// VerdictWindow: packets that are sent and not yet judged in both runs, in the order of sending.
//
// Packets end out of order; accounts want them in order, with the outcomes of both runs side by
// side. The window holds what lies between the oldest packet without both outcomes and the newest.
// Its memory grows with what is in flight, not with the capture.

#ifndef SWITCHFAULT_RUN_VERDICT_WINDOW_H_
#define SWITCHFAULT_RUN_VERDICT_WINDOW_H_

#include <array>
#include <cstdint>
#include <vector>

#include <switchfault/entity.h>
#include <switchfault/units.h>

#include "core/check.h"
#include "run/packet_verdict.h"

namespace switchfault {

// The run with faults, and the same without.
enum class Side : std::uint8_t { run, baseline };
inline constexpr std::size_t kSides = 2;

struct PacketOutcome {
  Duration delay{};          // From sending to the last delivery, or to the loss.
  Entity place;              // Where it ended.
  std::uint32_t copies = 0;  // Delivered.
  PacketVerdict verdict{NotSent::unfinished};
};

struct PacketRecord {
  SimTime sent;
  std::uint32_t sense = 0;   // Of a conversation, see FlowAccounts.
  std::uint32_t length = 0;  // As recorded.
  std::array<PacketOutcome, kSides> outcomes;

  [[nodiscard]] const PacketOutcome& run() const { return outcomes[0]; }
  [[nodiscard]] const PacketOutcome& baseline() const { return outcomes[1]; }
  [[nodiscard]] bool lost_by_faults() const {
    return run().verdict.lost() && baseline().verdict.delivered();
  }
};

class VerdictWindow {
 public:
  // With one side its verdict is all that a packet waits for.
  explicit VerdictWindow(std::size_t sides = kSides);

  // The number of the packet: 0, 1, 2 …
  // Field by field: a record made elsewhere and copied costs several times as much.
  std::uint64_t send(SimTime at, std::uint32_t sense, std::uint32_t length) {
    if (next_ - oldest_ == ring_.size()) {
      widen();
    }
    PacketRecord& sent = record(next_);
    sent.sent = at;
    sent.sense = sense;
    sent.length = length;
    for (PacketOutcome& outcome : sent.outcomes) {
      outcome.delay = Duration::zero();
      outcome.verdict = PacketVerdict(NotSent::unfinished);
    }
    return next_++;
  }
  // REQUIRES: sent, and not yet judged on this side.
  void judge(Side side, std::uint64_t number, const PacketOutcome& outcome) {
    SF_CHECK(number >= oldest_ && number < next_);
    PacketOutcome& judgement = record(number).outcomes[static_cast<std::size_t>(side)];
    SF_CHECK(!judged(judgement) && judged(outcome));
    judgement.delay = outcome.delay;
    judgement.place = outcome.place;
    judgement.copies = outcome.copies;
    judgement.verdict = outcome.verdict;
  }
  // The oldest packet while it is judged on all sides (or `all`), and forgets it; null: none.
  // Valid until the next send.
  const PacketRecord* take(bool all = false) {
    if (oldest_ == next_) {
      return nullptr;
    }
    const PacketRecord& first = record(oldest_);
    if (!all && !(judged(first.run()) && (sides_ == 1 || judged(first.baseline())))) {
      return nullptr;
    }
    ++oldest_;
    return &first;
  }

  [[nodiscard]] std::uint64_t oldest() const { return oldest_; }  // == next(): empty.
  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  // One line of the cache; what is not judged is unfinished.
  struct alignas(64) Entry {
    PacketRecord record;
  };
  static_assert(sizeof(Entry) == 64);
  [[nodiscard]] PacketRecord& record(std::uint64_t number) {
    return ring_[number & (ring_.size() - 1)].record;
  }
  [[nodiscard]] static bool judged(const PacketOutcome& outcome) {
    return outcome.verdict != PacketVerdict(NotSent::unfinished);
  }
  void widen();

  std::size_t sides_;
  std::vector<Entry> ring_;  // A power of two; entry i holds packet i modulo its size.
  std::uint64_t oldest_ = 0, next_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_VERDICT_WINDOW_H_
