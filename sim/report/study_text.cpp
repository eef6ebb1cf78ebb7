#include "report/study_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace switchfault {
namespace {

std::string time_text(double value_s) {
  return std::isfinite(value_s) ? format_duration(std::chrono::round<std::chrono::seconds>(
                                      std::chrono::duration<double>(value_s)))
                                : "-";
}

}  // namespace

std::string figure(double value) {
  if (!std::isfinite(value)) {
    return "-";
  }
  const double size = std::abs(value);
  if (size < 1000) {
    return fmt::format("{:.3g}", value);
  }
  std::string digits = fmt::format("{:.0f}", size);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, 1, ',');
  }
  return (value < 0 ? "-" : "") + digits;
}

std::string value_text(const StudyMetric& metric, double value) {
  if (metric.unit == "s") {
    return value < 0 ? "-" + time_text(-value) : time_text(value);
  }
  return metric.unit == "share" ? fmt::format("{:.3f} %", 100 * value) : figure(value);
}

std::string with_interval(const StudyMetric& metric, const Estimate& estimate) {
  return value_text(metric, estimate.value) + " ± " + value_text(metric, estimate.half_width());
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  }
  return text;
}

std::string objective_text(const StudyReport& report) {
  const StudyMetric& metric = report.metrics[report.objective];
  const bool unit = metric.name == "cost" && !metric.unit.empty();
  return metric_text(metric) + (unit ? " in " + metric.unit : "");
}

std::size_t width_of(const std::string& text) {
  constexpr unsigned kContinues = 0x80;
  constexpr unsigned kMask = 0xc0;
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & kMask) != kContinues;
  }));
}

}  // namespace switchfault
