#include "kernel/ratio_table.h"

#include <algorithm>

#include <fmt/format.h>

#include "kernel/kernel_bench.h"

namespace switchfault::bench {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

// Median and extremes of numerator / denominator, round by round.
std::string ratio(const std::vector<double>& numerator, const std::vector<double>& denominator) {
  std::vector<double> ratios;
  for (std::size_t round = 0; round < std::min(numerator.size(), denominator.size()); ++round) {
    ratios.push_back(numerator[round] / denominator[round]);
  }
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  return fmt::format("{:.2f} ({:.2f}-{:.2f})", median(ratios), *least, *most);
}

}  // namespace

bool RatioTable::ReportContext(const Context&) {
  return true;
}

void RatioTable::ReportRuns(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    if (run.error_occurred || run.run_type != Run::RT_Iteration) {
      continue;
    }
    const std::string& full_name = run.run_name.function_name;
    const std::size_t slash = full_name.rfind('/');
    const std::string name = full_name.substr(0, slash);
    const std::string engine = full_name.substr(slash + 1);
    auto found = std::ranges::find(cases_, name, &Case::name);
    if (found == cases_.end()) {
      cases_.push_back({name, {}, {}, {}});
      found = cases_.end() - 1;
    }
    if (!found->times.contains(engine)) {
      found->engines.push_back(engine);
    }
    found->times[engine].push_back(run.GetAdjustedCPUTime());
    if (const auto entries = run.counters.find("entries"); entries != run.counters.end()) {
      found->entries[engine] = entries->second;
    }
  }
}

const RatioTable::Case* RatioTable::find(const std::string& name) const {
  const auto found = std::ranges::find(cases_, name, &Case::name);
  return found == cases_.end() ? nullptr : &*found;
}

std::string RatioTable::text() const {
  std::string text = fmt::format("{:<26}{:<14}{:>10}  {:<20} {}\n", "case", "engine", "ns median",
                                 "ratio to ours", "entries a timer");
  for (const Case& one : cases_) {
    const auto ours = one.times.find(kOurs);
    for (const std::string& engine : one.engines) {
      const Rounds& times = one.times.at(engine);
      const bool other = ours != one.times.end() && engine != kOurs;
      text += fmt::format("{:<26}{:<14}{:>10.1f}  {:<20}", one.name, engine, median(times),
                          other ? ratio(times, ours->second) : "");
      if (const auto entries = one.entries.find(engine); entries != one.entries.end()) {
        text += fmt::format(" {:.1f}", entries->second);
      }
      text.erase(text.find_last_not_of(' ') + 1);
      text += '\n';
    }
  }
  return text + growth();
}

std::string RatioTable::growth() const {
  std::string text;
  for (const std::string law : {"hold/exponential", "hold/packet", "hold/bimodal", "phold"}) {
    const Case* small = find(law + "/1000");
    const Case* large = find(law + "/1000000");
    if (small != nullptr && large != nullptr && small->times.contains(kOurs) &&
        large->times.contains(kOurs)) {
      text += fmt::format("{:<26}{:<24}  {}\n", law, "ours, 1e6 over 1e3 pending",
                          ratio(large->times.at(kOurs), small->times.at(kOurs)));
    }
  }
  return text;
}

}  // namespace switchfault::bench
