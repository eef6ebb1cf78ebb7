// DelaySketch: quantiles of many delays in little memory.
//
// Logarithmic buckets, 64 to a doubling; only those in use are kept, sorted. Beyond kMaxBuckets of
// them neighbours are joined and all buckets are twice as wide from then on, so that a flow with
// delays all over still costs under a kibibyte. Quantiles are exact within one bucket (1.6 % until
// buckets are joined) and never outside the least and greatest delay seen. The order in which
// delays are added does not matter.

#ifndef SWITCHFAULT_RUN_DELAY_SKETCH_H_
#define SWITCHFAULT_RUN_DELAY_SKETCH_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <switchfault/units.h>

#include "core/check.h"

namespace switchfault {

class DelaySketch {
 public:
  static constexpr std::size_t kMaxBuckets = 48;
  static constexpr unsigned kFractionBits = 6;
  static constexpr std::uint64_t kPerDoubling = 1U << kFractionBits;

  // REQUIRES: delay >= 0.
  void add(Duration delay) {
    SF_CHECK(delay >= Duration::zero());
    const std::int64_t ns = delay.count();
    ++count_;
    sum_ns_ += static_cast<std::uint64_t>(ns);
    min_ = std::min(min_, ns);
    max_ = std::max(max_, ns);
    const auto number =
        static_cast<std::uint16_t>(number_of(static_cast<std::uint64_t>(ns)) >> joined_);
    if (last_ < buckets_.size() && buckets_[last_].number == number) {
      ++buckets_[last_].count;
    } else {
      count(number, 1);
    }
  }
  // All delays of another one: the same as if each had been added.
  void add(const DelaySketch& other);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  // REQUIRES: count() > 0 for all below.
  [[nodiscard]] Duration min() const { return Duration{min_}; }
  [[nodiscard]] Duration max() const { return Duration{max_}; }
  [[nodiscard]] Duration mean() const;  // Rounded down.
  // The least delay that at least this share of all do not exceed. REQUIRES: 0 < share <= 1.
  [[nodiscard]] Duration quantile(double share) const;

 private:
  struct Bucket {
    std::uint16_t number;
    std::uint64_t count;
  };
  // Of the bucket of a value; below 64 ns each has its own.
  static std::uint64_t number_of(std::uint64_t value) {
    if (value < kPerDoubling) {
      return value;
    }
    const auto doublings = static_cast<unsigned>(std::bit_width(value)) - kFractionBits - 1;
    return (doublings + 1) * kPerDoubling + ((value >> doublings) - kPerDoubling);
  }
  // Into the bucket of this number, as numbered now.
  void count(std::uint16_t number, std::uint64_t delays);
  void join();

  std::vector<Bucket> buckets_;  // Sorted by number.
  std::uint64_t count_ = 0;
  std::uint64_t sum_ns_ = 0;
  std::int64_t min_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t max_ = 0;
  std::uint8_t joined_ = 0;  // How often.
  std::uint32_t last_ = 0;   // The bucket that was counted in last: most delays repeat.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_DELAY_SKETCH_H_
