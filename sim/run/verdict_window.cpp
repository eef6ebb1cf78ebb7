#include "run/verdict_window.h"

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::size_t kFirstSize = 1024;

}  // namespace

VerdictWindow::VerdictWindow(std::size_t sides) : sides_(sides), ring_(kFirstSize) {
  SF_CHECK(sides == 1 || sides == kSides);
}

void VerdictWindow::widen() {
  std::vector<Entry> wider(ring_.size() * 2);
  for (std::uint64_t number = oldest_; number < next_; ++number) {
    wider[number & (wider.size() - 1)].record = record(number);
  }
  ring_ = std::move(wider);
}

// Field by field: a record made elsewhere and copied costs several times as much.
std::uint64_t VerdictWindow::send(SimTime at, std::uint32_t sense, std::uint32_t length) {
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

void VerdictWindow::judge(Side side, std::uint64_t number, const PacketOutcome& outcome) {
  SF_CHECK(number >= oldest_ && number < next_);
  PacketOutcome& judgement = record(number).outcomes[static_cast<std::size_t>(side)];
  SF_CHECK(!judged(judgement) && judged(outcome));
  judgement.delay = outcome.delay;
  judgement.place = outcome.place;
  judgement.copies = outcome.copies;
  judgement.verdict = outcome.verdict;
}

const PacketRecord* VerdictWindow::take(bool all) {
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

}  // namespace switchfault
