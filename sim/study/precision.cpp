#include "study/precision.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"

namespace switchfault {

std::vector<std::size_t> look_counts(const PrecisionPlan& plan) {
  SF_CHECK(plan.first >= 2 && plan.growth > 1 && plan.batch > 0);
  const auto whole = [&](double count) {
    const double batches = std::ceil(count / static_cast<double>(plan.batch));
    return static_cast<std::size_t>(batches) * plan.batch;
  };
  std::vector<std::size_t> counts;
  for (std::size_t count = whole(static_cast<double>(plan.first)); count < plan.maximum;
       count = std::max(count + plan.batch, whole(static_cast<double>(count) * plan.growth))) {
    counts.push_back(count);
  }
  counts.push_back(plan.maximum);
  return counts;
}

PrecisionLook look(const PrecisionPlan& plan, std::span<const double> values) {
  const std::vector<std::size_t> counts = look_counts(plan);
  const auto now = std::find(counts.begin(), counts.end(), values.size());
  SF_CHECK(now != counts.end() && plan.relative >= 0 && plan.floor >= 0);
  PrecisionLook result;
  result.interval =
      mean_interval(values, 1 - (1 - plan.level) / static_cast<double>(counts.size()));
  result.wanted = std::max(plan.floor, plan.relative * std::abs(result.interval.estimate));
  result.precise = result.interval.count > 1 && result.interval.half_width() <= result.wanted;
  result.next = now + 1 == counts.end() ? 0 : *(now + 1);
  return result;
}

}  // namespace switchfault
