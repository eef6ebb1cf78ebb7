#include "run/delay_sketch.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::uint64_t kPerDoubling = DelaySketch::kPerDoubling;

// The greatest value of a bucket.
std::uint64_t last_of(std::uint64_t number) {
  if (number < kPerDoubling) {
    return number;
  }
  const std::uint64_t doublings = number / kPerDoubling - 1;
  const std::uint64_t mantissa = kPerDoubling + number % kPerDoubling;
  return ((mantissa + 1) << doublings) - 1;
}

}  // namespace

void DelaySketch::count(std::uint16_t number, std::uint64_t delays) {
  const auto found =
      std::lower_bound(buckets_.begin(), buckets_.end(), number,
                       [](const Bucket& bucket, std::uint16_t n) { return bucket.number < n; });
  last_ = static_cast<std::uint32_t>(found - buckets_.begin());
  if (found != buckets_.end() && found->number == number) {
    found->count += delays;
    return;
  }
  buckets_.insert(found, {.number = number, .count = delays});
  while (buckets_.size() > kMaxBuckets) {
    join();
  }
}

void DelaySketch::add(const DelaySketch& other) {
  count_ += other.count_;
  sum_ns_ += other.sum_ns_;
  min_ = std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  while (joined_ < other.joined_) {
    join();
  }
  for (const Bucket& bucket : other.buckets_) {
    count(static_cast<std::uint16_t>(bucket.number >> (joined_ - other.joined_)), bucket.count);
  }
}

void DelaySketch::join() {
  ++joined_;
  std::size_t kept = 0;
  for (const Bucket& bucket : buckets_) {
    const auto number = static_cast<std::uint16_t>(bucket.number >> 1U);
    if (kept > 0 && buckets_[kept - 1].number == number) {
      buckets_[kept - 1].count += bucket.count;
    } else {
      buckets_[kept++] = {.number = number, .count = bucket.count};
    }
  }
  buckets_.resize(kept);
}

Duration DelaySketch::mean() const {
  SF_CHECK(count_ > 0);
  return Duration{static_cast<std::int64_t>(sum_ns_ / count_)};
}

Duration DelaySketch::quantile(double share) const {
  SF_CHECK(count_ > 0 && share > 0 && share <= 1);
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (const Bucket& bucket : buckets_) {
    seen += bucket.count;
    if (seen >= wanted) {
      const std::uint64_t last = last_of(((std::uint64_t{bucket.number} + 1) << joined_) - 1);
      return Duration{std::clamp(static_cast<std::int64_t>(last), min_, max_)};
    }
  }
  return max();
}

}  // namespace switchfault
