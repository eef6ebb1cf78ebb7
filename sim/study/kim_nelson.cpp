#include "study/kim_nelson.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/check.h"
#include "study/sample.h"

namespace switchfault {

// With the triangular continuation region (c = 1): h^2 = 2 eta (n0 - 1) and
// eta = ((2 alpha / (k - 1))^(-2 / (n0 - 1)) - 1) / 2.
KimNelson::KimNelson(const SelectionPlan& plan, std::size_t strategies)
    : plan_(plan), strategies_(strategies), next_(plan.first), contenders_(strategies) {
  SF_CHECK(strategies > 0 && plan.first >= 2 && plan.batch > 0 && plan.indifference > 0);
  SF_CHECK(plan.level > 1 / static_cast<double>(strategies + 1) && plan.level < 1);
  std::iota(contenders_.begin(), contenders_.end(), std::size_t{0});
  if (strategies > 1) {
    const auto degrees = static_cast<double>(plan.first - 1);
    const double error = 2 * (1 - plan.level) / static_cast<double>(strategies - 1);
    h_squared_ = (std::pow(error, -2 / degrees) - 1) * degrees;
  }
}

void KimNelson::estimate_variances(std::span<const std::vector<double>> values) {
  variances_.assign(strategies_ * strategies_, 0);
  for (const std::size_t a : contenders_) {
    for (const std::size_t b : contenders_) {
      if (a >= b) {
        continue;
      }
      const double deviation = summarise(paired_differences(std::span(values[a]).first(next_),
                                                            std::span(values[b]).first(next_)))
                                   .deviation;
      variances_[a * strategies_ + b] = variances_[b * strategies_ + a] = deviation * deviation;
    }
  }
}

// How far the sum of one may lie behind that of the other after next_ replications, over their
// number: max(0, (delta / 2r) (h^2 S^2 / delta^2 - r)).
double KimNelson::allowance(std::size_t a, std::size_t b) const {
  const auto r = static_cast<double>(next_);
  const double delta = plan_.indifference;
  const double variance = variances_[a * strategies_ + b];
  return std::max(0.0, delta / (2 * r) * (h_squared_ * variance / (delta * delta) - r));
}

void KimNelson::look(std::span<const std::vector<double>> values) {
  SF_CHECK(!decided() && values.size() == strategies_);
  if (variances_.empty()) {
    estimate_variances(values);
  }
  const double sign = plan_.better == Better::higher ? 1 : -1;
  std::vector<double> means(strategies_);
  for (const std::size_t s : contenders_) {
    SF_CHECK(values[s].size() >= next_);
    const SampleSummary summary = summarise(std::span(values[s]).first(next_));
    SF_CHECK(summary.count == next_);
    means[s] = sign * summary.mean;
  }
  std::vector<std::size_t> remaining;
  for (const std::size_t i : contenders_) {
    if (const auto drop = left_behind(i, means)) {
      dropped_.push_back(*drop);
    } else {
      remaining.push_back(i);
    }
  }
  contenders_ = remaining;
  next_ += plan_.batch;
}

// By the one that is ahead by most more than is allowed; equal ones lose to the first of them once
// nothing is allowed any more.
std::optional<KimNelsonDrop> KimNelson::left_behind(std::size_t i,
                                                    const std::vector<double>& means) const {
  std::optional<KimNelsonDrop> drop;
  for (const std::size_t other : contenders_) {
    const double behind = means[other] - means[i];
    const double allowed = i == other ? 0 : allowance(i, other);
    const bool tie_lost = behind == 0 && other < i && allowed == 0;
    if (i != other && (behind > allowed || tie_lost) &&
        (!drop || behind - allowed > drop->behind - drop->allowed)) {
      drop = {.strategy = i, .by = other, .after = next_, .behind = behind, .allowed = allowed};
    }
  }
  return drop;
}

std::size_t KimNelson::most_replications() const {
  SF_CHECK(!variances_.empty());
  double most = 0;
  for (const std::size_t a : contenders_) {
    for (const std::size_t b : contenders_) {
      const double variance = a == b ? 0 : variances_[a * strategies_ + b];
      most = std::max(most, h_squared_ * variance / (plan_.indifference * plan_.indifference));
    }
  }
  const double beyond = std::max(0.0, std::ceil(most) - static_cast<double>(plan_.first));
  return plan_.first +
         static_cast<std::size_t>(std::ceil(beyond / static_cast<double>(plan_.batch))) *
             plan_.batch;
}

}  // namespace switchfault
