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

}  // namespace switchfault
