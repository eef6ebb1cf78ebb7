#include "run/time_bins.h"

#include "core/check.h"

namespace switchfault {

void TimeBins::find_bin(Duration since) {
  SF_CHECK(since >= Duration::zero());
  while (since / width_ >= static_cast<std::int64_t>(kBins)) {
    join();
  }
  current_ = static_cast<std::size_t>(since / width_);
  begin_ = static_cast<std::int64_t>(current_) * width_;
}

void TimeBins::widen(Duration width) {
  while (width_ < width) {
    join();
  }
}

void TimeBins::join() {
  width_ *= 2;
  current_ /= 2;
  begin_ = static_cast<std::int64_t>(current_) * width_;
  for (std::size_t i = 0; i < kBins; ++i) {
    const std::size_t from = 2 * i;
    bins_[i] = from >= kBins
                   ? ApplicationReport::Bin{}
                   : ApplicationReport::Bin{.sent = bins_[from].sent + bins_[from + 1].sent,
                                            .lost_by_faults = bins_[from].lost_by_faults +
                                                              bins_[from + 1].lost_by_faults};
  }
}

}  // namespace switchfault
