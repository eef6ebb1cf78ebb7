// The terminal summary of a sweep: one table with a row a point, and for each strategy its response
// curve as bars.

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <switchfault/report.h>
#include <switchfault/sweep.h>

#include "report/study_text.h"

namespace switchfault {
namespace {

constexpr std::size_t kBar = 50;  // Characters of the longest bar.

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

class SweepSummary {
 public:
  SweepSummary(const SweepReport& report, const SummaryOptions& options)
      : report_(report), options_(options) {
    for (std::size_t i = 0; i < report.factors.size(); ++i) {
      std::size_t width = report.factors[i].key.size();
      for (const std::string& level : report.factors[i].levels) {
        width = std::max(width, level.size());
      }
      widths_.push_back(width);
    }
  }

  std::string text() && {
    const StudyReport& first = report_.points.front().report;
    if (!first.notice.empty()) {
      out_ += first.notice + "\n\n";
    }
    out_ += fmt::format("{}: {} over {} points of {}\n", first.title, objective_text(first),
                        report_.points.size(), keys());
    out_ += fmt::format("  {} replications at the first point, the same seeds at all, seed {}\n",
                        first.replications, first.seed);
    for (const SweepPoint& point : report_.points) {
      for (const StrategySummary& strategy : point.report.strategies) {
        add_name(strategy.name);
      }
    }
    table();
    for (std::size_t i = 0; i < names_.size(); ++i) {
      curve(i);
    }
    footer();
    return std::move(out_);
  }

 private:
  void heading(const std::string& text) {
    out_ += "\n" + (options_.color ? "\x1b[1m" + text + "\x1b[0m" : text) + "\n";
  }
  [[nodiscard]] std::string keys() const {
    std::vector<std::string> keys;
    for (const SweepFactor& factor : report_.factors) {
      keys.push_back(factor.key);
    }
    return listed(keys);
  }
  void add_name(const std::string& name) {
    if (std::find(names_.begin(), names_.end(), name) == names_.end()) {
      names_.push_back(name);
    }
  }
  [[nodiscard]] std::string levels(const SweepPoint& point) const {
    std::string text;
    for (std::size_t i = 0; i < point.levels.size(); ++i) {
      text += (i == 0 ? "" : "  ") + padded(point.levels[i], widths_[i]);
    }
    return text;
  }
  // Null where every replication failed.
  [[nodiscard]] static const Estimate* mean(const SweepPoint& point, std::size_t strategy) {
    return point.report.strategies.empty()
               ? nullptr
               : &point.report.strategies[strategy].metrics[point.report.objective].mean;
  }
  [[nodiscard]] static const StudyMetric& metric(const SweepPoint& point) {
    return point.report.metrics[point.report.objective];
  }

  void table() {
    heading(fmt::format("Mean {} ({:g} % intervals)", objective_text(report_.points[0].report),
                        100 * report_.points[0].report.confidence));
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      std::size_t width = names_[i].size();
      for (const SweepPoint& point : report_.points) {
        width = std::max(width, width_of(cell(point, i)));
      }
      columns.push_back(width);
    }
    out_ += " ";
    for (std::size_t i = 0; i < widths_.size(); ++i) {
      out_ += " " + padded(report_.factors[i].key, widths_[i]) + " ";
    }
    for (std::size_t i = 0; i < names_.size(); ++i) {
      out_ += " " + padded(names_[i], columns[i]) + " ";
    }
    out_ += " best\n";
    for (const SweepPoint& point : report_.points) {
      out_ += "  " + levels(point) + " ";
      for (std::size_t i = 0; i < names_.size(); ++i) {
        out_ += " " + padded(cell(point, i), columns[i]) + " ";
      }
      out_ += " " + best(point) + "\n";
    }
  }

  [[nodiscard]] static std::string cell(const SweepPoint& point, std::size_t strategy) {
    const Estimate* value = mean(point, strategy);
    return value == nullptr ? "-" : with_interval(metric(point), *value);
  }

  [[nodiscard]] static std::string best(const SweepPoint& point) {
    std::vector<std::string> names;
    for (const std::uint32_t index : point.report.best) {
      names.push_back(point.report.strategies[index].name);
    }
    return names.empty() ? "undecided" : listed(names);
  }

  // The highest end of any interval: all curves have one scale.
  [[nodiscard]] double most_of_all() const {
    double most = 0;
    for (std::size_t strategy = 0; strategy < names_.size(); ++strategy) {
      for (const SweepPoint& point : report_.points) {
        const Estimate* value = mean(point, strategy);
        if (value != nullptr && std::isfinite(value->high)) {
          most = std::max(most, value->high);
        }
      }
    }
    return most;
  }

  // '#' up to the lower end of the interval, '-' up to the higher one.
  void curve(std::size_t strategy) {
    const double most = most_of_all();
    if (!(most > 0)) {
      return;
    }
    heading(fmt::format("Response of {} (# up to its interval, - over it; full width is {})",
                        names_[strategy], value_text(metric(report_.points[0]), most)));
    for (const SweepPoint& point : report_.points) {
      const Estimate* value = mean(point, strategy);
      const std::size_t low = value == nullptr ? 0 : cells(value->low, most);
      const std::size_t high = value == nullptr ? 0 : std::max(low, cells(value->high, most));
      out_ += fmt::format("  {}  {}{} {}\n", levels(point), std::string(low, '#'),
                          std::string(high - low, '-'),
                          value == nullptr ? "-" : value_text(metric(point), value->value));
    }
  }

  [[nodiscard]] static std::size_t cells(double value, double most) {
    const double share = std::isfinite(value) ? std::clamp(value / most, 0.0, 1.0) : 0;
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(kBar)));
  }

  void footer() {
    std::size_t failures = 0;
    for (const SweepPoint& point : report_.points) {
      failures += point.report.failures.size();
    }
    out_ += "\n";
    if (failures > 0) {
      out_ += fmt::format(
          "{} runs failed; their replications do not count (the journal has them)\n", failures);
    }
    if (report_.interrupted) {
      out_ += "interrupted: only the points and replications completed so far\n";
    }
    const auto decided =
        std::count_if(report_.points.begin(), report_.points.end(),
                      [](const SweepPoint& point) { return point.report.verdict == "decided"; });
    out_ += fmt::format("decided at {} of {} points\n", decided, report_.points.size());
  }

  const SweepReport& report_;
  const SummaryOptions& options_;
  std::vector<std::size_t> widths_;  // By factor.
  std::vector<std::string> names_;   // Of strategies.
  std::string out_;
};

}  // namespace

std::string format_sweep(const SweepReport& report, const SummaryOptions& options) {
  return SweepSummary(report, options).text();
}

}  // namespace switchfault
