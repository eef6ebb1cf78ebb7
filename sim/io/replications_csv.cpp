// Every run of a comparison as a table: one row a strategy and replication (docs/compare.md).

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include <switchfault/study.h>

namespace switchfault {
namespace {

// RFC 4180: quoted when it has to be.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + '"';
}

}  // namespace

std::string replications_csv(const StudyReport& report) {
  std::string text = "replication,seed,strategy,alternative,recovered,error,log_weight";
  for (const StudyMetric& metric : report.metrics) {
    text += "," + field(metric_text(metric));
  }
  text += "\r\n";
  for (const StrategyReplication& result : report.results) {
    const std::string& strategy = report.strategies.empty()
                                      ? std::to_string(result.strategy)
                                      : report.strategies[result.strategy].name;
    text += fmt::format("{},{},{},{},{},{},{}", result.replication, result.seed, field(strategy),
                        field(result.alternative), result.recovered ? 1 : 0, field(result.error),
                        result.log_weight);
    for (std::size_t i = 0; i < report.metrics.size(); ++i) {
      // The shortest text that reads back as the same number.
      text += i < result.values.size() ? fmt::format(",{}", result.values[i]) : ",";
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace switchfault
