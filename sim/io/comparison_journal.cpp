// The journal of a comparison: strategies, pairs and alternatives, with the distribution of each
// total metric (docs/journal.md). Long lists are written one row a line.

#include <cmath>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <switchfault/date_time.h>
#include <switchfault/study.h>
#include <switchfault/sweep.h>

#include "io/journal_document.h"

namespace switchfault {
namespace {

using Json = nlohmann::ordered_json;

// An end that the sample does not bound is null.
Json number(double value) {
  return std::isfinite(value) ? Json(rounded(value)) : Json();
}

void add_estimate(const Estimate& estimate, std::string_view name, Json& row) {
  row[std::string(name)] = number(estimate.value);
  row["half_width"] = number(estimate.half_width());
  row["low"] = number(estimate.low);
  row["high"] = number(estimate.high);
}

Json metric(const MetricSummary& summary, bool with_steps) {
  Json row = Json::object();
  add_estimate(summary.mean, "mean", row);
  row["deviation"] = number(summary.deviation);
  row["minimum"] = number(summary.minimum);
  row["maximum"] = number(summary.maximum);
  row["open"] = summary.open;
  Json quantiles = Json::array();
  for (const auto& [share, estimate] : summary.quantiles) {
    quantiles.push_back({{"share", share},
                         {"value", number(estimate.value)},
                         {"low", number(estimate.low)},
                         {"high", number(estimate.high)}});
  }
  row["quantiles"] = std::move(quantiles);
  if (with_steps) {
    Json steps = Json::array();
    for (const auto& [value, share] : summary.ecdf) {
      steps.push_back({number(value), rounded(share)});
    }
    row["ecdf"] = std::move(steps);
  }
  return row;
}

Json total_metrics(const StudyReport& report, const StrategySummary& strategy, bool with_steps) {
  Json metrics = Json::object();
  for (const MetricSummary& summary : strategy.metrics) {
    if (const StudyMetric& info = report.metrics[summary.metric]; info.service.empty()) {
      metrics[info.name] = metric(summary, with_steps);
    }
  }
  return metrics;
}

// One row a service and user group, as in the journal of a run.
Json service_rows(const StudyReport& report, const StrategySummary& strategy) {
  Json rows = Json::array();
  for (const MetricSummary& summary : strategy.metrics) {
    const StudyMetric& info = report.metrics[summary.metric];
    if (info.service.empty()) {
      continue;
    }
    if (rows.empty() || rows.back()["service"] != info.service ||
        rows.back()["users"] != info.users) {
      rows.push_back({{"service", info.service},
                      {"users", info.users},
                      {"priority", info.priority},
                      {"metrics", Json::object()}});
    }
    rows.back()["metrics"][info.name] = metric(summary, true);
  }
  return rows;
}

Json weights(const StrategySummary& summary) {
  if (!summary.weights) {
    return {};
  }
  Json row = Json::object();
  add_estimate(summary.weights->mean, "mean", row);
  row["holds"] = summary.weights->holds;
  row["effective"] = number(summary.weights->effective);
  row["gain"] = number(summary.weights->gain);
  return row;
}

Json strategy(const StudyReport& report, const StrategySummary& summary, bool with_rows) {
  Json not_recovered = Json::object();
  add_estimate(summary.not_recovered, "share", not_recovered);
  not_recovered["seeds"] = summary.not_recovered_seeds;
  Json row = {{"name", summary.name},
              {"summary", summary.summary},
              {"replications", summary.replications},
              {"not_recovered", std::move(not_recovered)},
              {"weights", weights(summary)},
              {"metrics", total_metrics(report, summary, with_rows)}};
  if (with_rows) {
    row["services"] = service_rows(report, summary);
  }
  return row;
}

Json pair(const StudyReport& report, const PairSummary& summary) {
  Json row = {{"a", report.strategies[summary.a].name},
              {"b", report.strategies[summary.b].name},
              {"metric", metric_text(report.metrics[summary.metric])}};
  add_estimate(summary.difference, "difference", row);
  row["margin"] = number(summary.margin);
  row["verdict"] = pair_verdict_name(summary.verdict);
  row["probability"] = number(summary.probability);
  row["variance_ratio"] = summary.variance_ratio > 0 ? number(summary.variance_ratio) : Json();
  return row;
}

Json names(const StudyReport& report, const std::vector<std::uint32_t>& strategies) {
  Json list = Json::array();
  for (const std::uint32_t index : strategies) {
    list.push_back(report.strategies[index].name);
  }
  return list;
}

Json alternative(const StudyReport& report, const AlternativeSummary& summary) {
  Json strategies = Json::array();
  for (std::size_t i = 0; i < summary.strategies.size(); ++i) {
    Json row = strategy(report, summary.strategies[i], false);
    row["regret"] = number(summary.regret[i]);
    strategies.push_back(std::move(row));
  }
  Json pairs = Json::array();
  for (const PairSummary& row : summary.pairs) {
    pairs.push_back(pair(report, row));
  }
  return {{"name", summary.name},
          {"replications", summary.replications},
          {"ranking", names(report, summary.ranking)},
          {"best", names(report, summary.best)},
          {"strategies", std::move(strategies)},
          {"pairs", std::move(pairs)}};
}

Json range_end(const StudyReport& report, const RangeEndSummary& end) {
  Json means = Json::object();
  for (std::size_t i = 0; i < end.means.size(); ++i) {
    Json mean = Json::object();
    add_estimate(end.means[i], "mean", mean);
    means[report.strategies[i].name] = std::move(mean);
  }
  Json pairs = Json::array();
  for (const PairSummary& row : end.pairs) {
    pairs.push_back(pair(report, row));
  }
  return {{"value", end.value},
          {"replications", end.replications},
          {"strategies", std::move(means)},
          {"pairs", std::move(pairs)}};
}

Json range(const StudyReport& report, const RangeSummary& summary) {
  Json row = {{"path", summary.path}, {"value", summary.value}, {"source", summary.source}};
  add_estimate(summary.swing, "swing", row);
  row["low_end"] = range_end(report, summary.low);
  row["high_end"] = range_end(report, summary.high);
  return row;
}

Json pair_over_ranges(const StudyReport& report, const PairOverRanges& pair) {
  Json row = {{"a", report.strategies[pair.a].name},
              {"b", report.strategies[pair.b].name},
              {"verdict", pair_verdict_name(pair.verdict)},
              {"effect", range_effect_name(pair.effect)}};
  if (pair.effect != RangeEffect::holds) {
    const RangeSummary& cause = report.ranges->ranges[pair.range];
    row["path"] = cause.path;
    row["value"] = cause.end(pair.high).value;
    row["verdict_there"] = pair_verdict_name(pair.at_end);
  }
  return row;
}

Json by_priority(const StudyReport& report) {
  Json classes = Json::array();
  for (const PriorityClass& row : report.by_priority.classes) {
    Json means = Json::object();
    for (std::size_t i = 0; i < row.means.size(); ++i) {
      Json mean = Json::object();
      add_estimate(row.means[i], "mean", mean);
      means[report.strategies[i].name] = std::move(mean);
    }
    classes.push_back({{"priority", row.priority},
                       {"margin", number(row.margin)},
                       {"strategies", std::move(means)}});
  }
  Json ranks = Json::object();
  for (std::size_t i = 0; i < report.by_priority.ranks.size(); ++i) {
    ranks[report.strategies[i].name] = report.by_priority.ranks[i];
  }
  Json pairs = Json::array();
  for (const PriorityOrder::Pair& row : report.by_priority.pairs) {
    pairs.push_back({{"a", report.strategies[row.a].name},
                     {"b", report.strategies[row.b].name},
                     {"verdict", pair_verdict_name(row.verdict)},
                     {"priority", row.priority}});
  }
  return {
      {"classes", std::move(classes)}, {"ranks", std::move(ranks)}, {"pairs", std::move(pairs)}};
}

Json over_ranges(const StudyReport& report) {
  if (!report.ranges) {
    return {};
  }
  Json pairs = Json::array();
  for (const PairOverRanges& row : report.ranges->pairs) {
    pairs.push_back(pair_over_ranges(report, row));
  }
  return {{"verdict", report.ranges->verdict},
          {"incomplete", report.ranges->interrupted},
          {"replications", report.ranges->replications},
          {"obstacle",
           report.ranges->obstacle ? pair_over_ranges(report, *report.ranges->obstacle) : Json()},
          {"pairs", std::move(pairs)}};
}

Json failures(const std::vector<ReplicationFailure>& failures) {
  Json rows = Json::array();
  for (const ReplicationFailure& failure : failures) {
    rows.push_back({{"strategy", failure.strategy_name},
                    {"replication", failure.replication},
                    {"seed", failure.seed},
                    {"error", failure.error}});
  }
  return rows;
}

Json selection(const StudyReport& report) {
  if (!report.selection) {
    return {};
  }
  const SelectionReport& selection = *report.selection;
  Json rows = Json::array();
  for (const SelectionRow& row : selection.rows) {
    rows.push_back({{"name", row.name},
                    {"fate", selection_fate_name(row.fate)},
                    {"replications", row.replications}});
    if (row.fate == SelectionRow::Fate::behind) {
      rows.back().update({{"by", selection.rows[row.by].name},
                          {"behind", number(row.behind)},
                          {"allowed", number(row.allowed)}});
    }
  }
  return {
      {"selected", selection.selected ? Json(selection.rows[*selection.selected].name) : Json()},
      {"confidence", report.confidence},
      {"zone", number(selection.zone)},
      {"share", selection.share ? number(*selection.share) : Json()},
      {"pilot", selection.pilot},
      {"replications", selection.replications},
      {"runs", selection.runs},
      {"runs_of_all", selection.runs_of_all},
      {"strategies", std::move(rows)},
      {"failures", failures(selection.failures)}};
}

Json allocation(const StudyReport& report) {
  if (!report.allocation) {
    return {};
  }
  Json rows = Json::array();
  for (const AllocationReport::Row& row : report.allocation->rows) {
    rows.push_back({{"name", row.name},
                    {"share", number(row.share)},
                    {"replications", row.replications},
                    {"passed_over", row.passed_over},
                    {"events", number(row.events)}});
  }
  return {{"alternatives", std::move(rows)},
          {"passed_over", report.allocation->passed_over},
          {"replications", report.allocation->replications}};
}

Json identity(const StudyReport& report) {
  return {{"format", "switchfault-journal"},
          {"schema_version", 1},
          {"program_version", report.program_version},
          {"scenario", {{"title", report.title}, {"notice", report.notice}}},
          {"seed", report.seed}};
}

Json head(const StudyReport& report) {
  Json document = identity(report);
  document.update({{"verdict", report.verdict},
                   {"incomplete", report.interrupted},
                   {"clock",
                    {{"start", format_date_time(report.start_unix_ns, Duration::zero())},
                     {"duration_s", seconds(report.duration)}}},
                   {"confidence", report.confidence},
                   {"precision", report.precision ? Json(*report.precision) : Json()},
                   {"precision_floor", number(report.precision_floor)},
                   {"precise", report.precise},
                   {"objective", metric_text(report.metrics[report.objective])},
                   {"replications", report.replications},
                   {"first_seeds", report.seeds},
                   {"ranking", names(report, report.ranking)},
                   {"best", names(report, report.best)},
                   {"by_priority", by_priority(report)},
                   {"over_ranges", over_ranges(report)},
                   {"selection", selection(report)},
                   {"alternatives_not_drawn", report.alternatives_not_drawn},
                   {"stratified", report.stratified},
                   {"allocation", allocation(report)},
                   {"failures", failures(report.failures)}});
  return document;
}

// One point of a sweep: totals of each strategy, pairs of the objective.
Json point(const SweepReport& sweep, const SweepPoint& point) {
  const StudyReport& report = point.report;
  Json settings = Json::object();
  for (std::size_t i = 0; i < point.levels.size(); ++i) {
    settings[sweep.factors[i].key] = point.levels[i];
  }
  Json strategies = Json::array();
  for (const StrategySummary& row : report.strategies) {
    strategies.push_back(strategy(report, row, false));
  }
  Json pairs = Json::array();
  for (const PairSummary& row : report.pairs) {
    if (row.metric == report.objective) {
      pairs.push_back(pair(report, row));
    }
  }
  return {{"settings", std::move(settings)},     {"verdict", report.verdict},
          {"incomplete", report.interrupted},    {"precise", report.precise},
          {"replications", report.replications}, {"ranking", names(report, report.ranking)},
          {"best", names(report, report.best)},  {"failures", failures(report.failures)},
          {"strategies", std::move(strategies)}, {"pairs", std::move(pairs)}};
}

Json head(const SweepReport& report) {
  const StudyReport& first = report.points.front().report;
  Json factors = Json::array();
  for (const SweepFactor& factor : report.factors) {
    factors.push_back({{"key", factor.key}, {"levels", factor.levels}});
  }
  Json document = identity(first);
  document.update({{"incomplete", report.interrupted},
                   {"confidence", first.confidence},
                   {"precision", first.precision ? Json(*first.precision) : Json()},
                   {"objective", metric_text(first.metrics[first.objective])},
                   {"first_seeds", first.seeds},
                   {"factors", std::move(factors)}});
  return document;
}

// The document so far without its end, for lists to be appended.
std::string opened(const Json& head) {
  std::string text = head.dump(2);
  constexpr std::size_t kClosing = 2;  // A line end and a brace.
  text.resize(text.size() - kClosing);
  return text;
}

// A list behind the last entry of a document, one row a line.
template <typename Rows, typename Row>
void append_list(std::string& text, std::string_view key, const Rows& rows, const Row& row_of) {
  text += fmt::format(",\n  \"{}\": [", key);
  bool first = true;
  for (const auto& row : rows) {
    text += first ? "\n    " : ",\n    ";
    text += row_of(row).dump();
    first = false;
  }
  text += first ? "]" : "\n  ]";
}

}  // namespace

std::string journal_json(const StudyReport& report) {
  std::string text = opened(head(report));
  append_list(text, "strategies", report.strategies,
              [&](const StrategySummary& row) { return strategy(report, row, true); });
  append_list(text, "pairs", report.pairs,
              [&](const PairSummary& row) { return pair(report, row); });
  append_list(text, "ranges", report.ranges ? report.ranges->ranges : std::vector<RangeSummary>{},
              [&](const RangeSummary& row) { return range(report, row); });
  append_list(text, "alternatives", report.alternatives,
              [&](const AlternativeSummary& row) { return alternative(report, row); });
  return text + "\n}\n";
}

std::string journal_json(const SweepReport& report) {
  std::string text = opened(head(report));
  append_list(text, "points", report.points,
              [&](const SweepPoint& row) { return point(report, row); });
  return text + "\n}\n";
}

}  // namespace switchfault
