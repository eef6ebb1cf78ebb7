// TimeBins: counts over time without knowing how long it will take: a fixed number of bins, twice
// as wide whenever time runs beyond the last.

#ifndef SWITCHFAULT_RUN_TIME_BINS_H_
#define SWITCHFAULT_RUN_TIME_BINS_H_

#include <array>
#include <cstddef>
#include <vector>

#include <switchfault/replay.h>

namespace switchfault {

class TimeBins {
 public:
  static constexpr std::size_t kBins = 128;
  static constexpr Duration kFirstWidth = std::chrono::milliseconds{1};

  // REQUIRES: since >= 0.
  void add(Duration since, bool lost_by_faults) {
    if (since < begin_ || since >= begin_ + width_) {
      find_bin(since);
    }
    ApplicationReport::Bin& bin = bins_[current_];
    ++bin.sent;
    bin.lost_by_faults += lost_by_faults ? 1U : 0U;
  }
  [[nodiscard]] Duration width() const { return width_; }
  // So wide at least; a doubling of kFirstWidth.
  void widen(Duration width);
  [[nodiscard]] std::vector<ApplicationReport::Bin> bins() const {
    return {bins_.begin(), bins_.end()};
  }

 private:
  void find_bin(Duration since);
  void join();

  Duration width_ = kFirstWidth;
  std::size_t current_ = 0;  // Where the last one was counted …
  Duration begin_{};         // … from when on.
  std::array<ApplicationReport::Bin, kBins> bins_{};
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_TIME_BINS_H_
