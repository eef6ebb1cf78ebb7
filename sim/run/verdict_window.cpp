#include "run/verdict_window.h"

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::size_t kFirstSize = 1024;

}  // namespace

VerdictWindow::VerdictWindow() : ring_(kFirstSize) {}

std::uint64_t VerdictWindow::send(SimTime at, std::uint32_t sense, std::uint32_t length) {
  if (next_ - oldest_ == ring_.size()) {
    std::vector<Entry> wider(ring_.size() * 2);
    for (std::uint64_t number = oldest_; number < next_; ++number) {
      wider[number & (wider.size() - 1)] = entry(number);
    }
    ring_ = std::move(wider);
  }
  entry(next_) = {.record = {.sent = at, .sense = sense, .length = length, .outcomes = {}}};
  return next_++;
}

void VerdictWindow::judge(Side side, std::uint64_t number, const PacketOutcome& outcome) {
  SF_CHECK(number >= oldest_ && number < next_);
  Entry& judged = entry(number);
  const auto index = static_cast<std::size_t>(side);
  SF_CHECK(!judged.judged[index]);
  judged.judged[index] = true;
  judged.record.outcomes[index] = outcome;
}

const PacketRecord* VerdictWindow::take(bool all) {
  if (oldest_ == next_) {
    return nullptr;
  }
  const Entry& first = entry(oldest_);
  if (!all && !(first.judged[0] && first.judged[1])) {
    return nullptr;
  }
  ++oldest_;
  return &first.record;
}

}  // namespace switchfault
