#include "study/intervals.h"

#include <cmath>
#include <limits>

#include "core/check.h"
#include "study/distributions.h"
#include "study/sample.h"

namespace switchfault {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Interval unbounded(double estimate, double level, std::size_t count) {
  return {
      .estimate = estimate, .low = -kInfinity, .high = kInfinity, .level = level, .count = count};
}

// The first of 0 .. count with the property, which all later ones have too.
template <typename Property>
std::size_t first_rank(std::size_t count, const Property& property) {
  std::size_t low = 0;
  while (low < count) {
    const std::size_t middle = low + (count - low) / 2;
    if (property(middle)) {
      count = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

MeanError mean_error(std::span<const double> values) {
  const SampleSummary summary = summarise(values);
  const auto count = static_cast<double>(summary.count);
  return {.mean = summary.count == 0 ? std::numeric_limits<double>::quiet_NaN() : summary.mean,
          .error = summary.count < 2 ? 0 : summary.deviation / std::sqrt(count),
          .degrees = summary.count < 2 ? 0 : count - 1,
          .count = summary.count};
}

Interval student_interval(const MeanError& mean, double level) {
  SF_CHECK(level > 0 && level < 1);
  if (mean.count < 2) {
    return unbounded(mean.mean, level, mean.count);
  }
  const double half =
      mean.error == 0 ? 0 : mean.error * student_t_quantile(mean.degrees, (1 + level) / 2);
  return {.estimate = mean.mean,
          .low = mean.mean - half,
          .high = mean.mean + half,
          .level = level,
          .count = mean.count,
          .constant = mean.error == 0};
}

Interval mean_interval(std::span<const double> values, double level) {
  return student_interval(mean_error(values), level);
}

// The l-th smallest value lies above the quantile only when fewer than l values lie at or below the
// quantile, and how many do is a binomial number.
Interval quantile_interval(std::span<const double> sorted, double share, double level) {
  SF_CHECK(level > 0 && level < 1 && share > 0 && share < 1);
  const std::size_t count = sorted.size();
  if (count == 0) {
    return unbounded(std::numeric_limits<double>::quiet_NaN(), level, 0);
  }
  const double tail = (1 - level) / 2;
  Interval interval = unbounded(sample_quantile(sorted, share), level, count);
  // How many ranks are improbably low, and how many are not yet improbably high.
  const std::size_t below = first_rank(
      count, [&](std::size_t rank) { return binomial_probability(count, share, rank) > tail; });
  const std::size_t above = first_rank(count, [&](std::size_t rank) {
    return binomial_probability(count, share, rank) >= 1 - tail;
  });
  if (below > 0) {
    interval.low = sorted[below - 1];
  }
  if (above < count) {
    interval.high = sorted[above];
  }
  interval.constant = interval.low == interval.high;
  return interval;
}

Interval proportion_interval(std::size_t successes, std::size_t trials, double level) {
  SF_CHECK(level > 0 && level < 1 && successes <= trials);
  if (trials == 0) {
    return {
        .estimate = std::numeric_limits<double>::quiet_NaN(), .low = 0, .high = 1, .level = level};
  }
  const double tail = (1 - level) / 2;
  const auto yes = static_cast<double>(successes);
  const auto no = static_cast<double>(trials - successes);
  return {.estimate = yes / (yes + no),
          .low = successes == 0 ? 0 : beta_quantile(yes, no + 1, tail),
          .high = successes == trials ? 1 : beta_quantile(yes + 1, no, 1 - tail),
          .level = level,
          .count = trials,
          .constant = successes == 0 || successes == trials};
}

Interval ratio_interval(std::span<const double> numerators, std::span<const double> denominators,
                        double level) {
  SF_CHECK(level > 0 && level < 1 && numerators.size() == denominators.size());
  double over = 0;
  double under = 0;
  std::size_t count = 0;
  const auto usable = [&](std::size_t i) {
    return std::isfinite(numerators[i]) && std::isfinite(denominators[i]);
  };
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    if (usable(i)) {
      over += numerators[i];
      under += denominators[i];
      ++count;
    }
  }
  if (under == 0) {
    return unbounded(std::numeric_limits<double>::quiet_NaN(), level, count);
  }
  const double ratio = over / under;
  double squares = 0;
  for (std::size_t i = 0; i < numerators.size(); ++i) {
    if (usable(i)) {
      const double residual = numerators[i] - ratio * denominators[i];
      squares += residual * residual;
    }
  }
  const auto n = static_cast<double>(count);
  const double error = count < 2 ? 0 : std::sqrt(squares * n / (n - 1)) / std::abs(under);
  return student_interval(
      {.mean = ratio, .error = error, .degrees = count < 2 ? 0 : n - 1, .count = count}, level);
}

double unseen_share(std::size_t count, double level) {
  SF_CHECK(level > 0 && level < 1);
  return count == 0 ? 1 : 1 - std::pow(1 - level, 1 / static_cast<double>(count));
}

}  // namespace switchfault
