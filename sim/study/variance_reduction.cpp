#include "study/variance_reduction.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/check.h"
#include "study/sample.h"

namespace switchfault {
namespace {

// Sums of squares about the means, of a sample or of it without one value: removing x from n values
// about mean m takes (x - m)^2 n / (n - 1) off their sum of squares.
struct Squares {
  double a = 0, b = 0, difference = 0;
};

double log_factor(const Squares& squares) {
  return std::log((squares.a + squares.b) / squares.difference);
}

Interval jackknife(const std::vector<Squares>& parts, const Squares& all, double level) {
  const auto n = static_cast<double>(parts.size());
  std::vector<double> pseudo;
  pseudo.reserve(parts.size());
  for (const Squares& part : parts) {
    const Squares without{.a = all.a - part.a * n / (n - 1),
                          .b = all.b - part.b * n / (n - 1),
                          .difference = all.difference - part.difference * n / (n - 1)};
    pseudo.push_back(n * log_factor(all) - (n - 1) * log_factor(without));
  }
  Interval interval = mean_interval(pseudo, level);
  if (interval.count < parts.size()) {  // All the variance is one replication's.
    interval.low = -std::numeric_limits<double>::infinity();
    interval.high = std::numeric_limits<double>::infinity();
  }
  interval.estimate = std::exp(log_factor(all));
  interval.low = std::exp(interval.low);
  interval.high = std::exp(interval.high);
  interval.count = parts.size();
  return interval;
}

}  // namespace

VarianceReduction variance_reduction(std::span<const double> a, std::span<const double> b,
                                     double level) {
  SF_CHECK(a.size() == b.size());
  std::vector<double> first;
  std::vector<double> second;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::isfinite(a[i]) && std::isfinite(b[i])) {
      first.push_back(a[i]);
      second.push_back(b[i]);
    }
  }
  const double mean_a = summarise(first).mean;
  const double mean_b = summarise(second).mean;
  Squares all;
  std::vector<Squares> parts;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double x = first[i] - mean_a;
    const double y = second[i] - mean_b;
    parts.push_back({.a = x * x, .b = y * y, .difference = (x - y) * (x - y)});
    all.a += parts.back().a;
    all.b += parts.back().b;
    all.difference += parts.back().difference;
  }
  const double degrees = first.size() > 1 ? static_cast<double>(first.size() - 1) : 1;
  VarianceReduction result{.independent = (all.a + all.b) / degrees,
                           .paired = all.difference / degrees};
  if (all.a > 0 && all.b > 0) {
    result.correlation = (all.a + all.b - all.difference) / (2 * std::sqrt(all.a * all.b));
  }
  if (all.difference > 0 && first.size() > 2) {
    result.factor = jackknife(parts, all, level);
  } else {
    const double factor = result.independent / result.paired;
    result.factor = {.estimate = factor,
                     .low = 0,
                     .high = std::numeric_limits<double>::infinity(),
                     .level = level,
                     .count = first.size()};
  }
  return result;
}

}  // namespace switchfault
