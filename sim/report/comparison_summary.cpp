// The terminal summary of a comparison: one sentence that answers, then each strategy, the pairs
// with the best one, and what holds under each alternative.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <switchfault/report.h>
#include <switchfault/study.h>

#include "report/study_text.h"

namespace switchfault {
namespace {

constexpr double kBar = 20;                // The longest bar of a tornado, in characters.
constexpr std::size_t kFailuresShown = 5;  // The journal has all.

class Summary {
 public:
  Summary(const StudyReport& report, const SummaryOptions& options)
      : report_(report), options_(options) {}

  std::string text() {
    if (!report_.notice.empty()) {
      out_ += report_.notice + "\n\n";
    }
    headline();
    out_ +=
        fmt::format("  {} {}replications of {} strategies with common random numbers, seed {}\n",
                    report_.replications, report_.selection ? "fresh " : "",
                    report_.strategies.size(), report_.seed);
    if (report_.selection) {
      selection(*report_.selection);
    }
    if (!report_.strategies.empty()) {
      strategies();
      weights();
      pairs();
      by_priority();
      alternatives();
      allocation();
      if (report_.ranges) {
        over_ranges(*report_.ranges);
        tornado(*report_.ranges);
      }
    }
    failures();
    footer();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string paint(std::string_view text, int color) const {
    return options_.color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
  }
  void heading(std::string_view text) { out_ += "\n" + paint(text, 1) + "\n"; }
  [[nodiscard]] const StudyMetric& objective() const { return report_.metrics[report_.objective]; }
  [[nodiscard]] std::string objective_text() const { return switchfault::objective_text(report_); }
  [[nodiscard]] std::string strategy(std::uint32_t index) const {
    return report_.strategies[index].name;
  }

  [[nodiscard]] bool concerns(const PairSummary& pair, std::uint32_t strategy) const {
    return pair.metric == report_.objective && (pair.a == strategy || pair.b == strategy);
  }

  // The pair as seen from `from`: difference and verdict of it against the other.
  [[nodiscard]] PairSummary seen_from(const PairSummary& pair, std::uint32_t from) const {
    if (pair.a == from) {
      return pair;
    }
    PairSummary turned = pair;
    std::swap(turned.a, turned.b);
    turned.difference = {-pair.difference.value, -pair.difference.high, -pair.difference.low};
    turned.verdict = pair.verdict == PairVerdict::better  ? PairVerdict::worse
                     : pair.verdict == PairVerdict::worse ? PairVerdict::better
                                                          : pair.verdict;
    return turned;
  }

  [[nodiscard]] std::vector<std::string> with_verdict(std::uint32_t from,
                                                      PairVerdict verdict) const {
    std::vector<std::string> names;
    for (const PairSummary& pair : report_.pairs) {
      if (concerns(pair, from) && seen_from(pair, from).verdict == verdict) {
        names.push_back(strategy(seen_from(pair, from).b));
      }
    }
    return names;
  }

  // "b beats c and d by …; no difference within 5 % to e".
  void headline() {
    out_ += report_.title + ": ";
    if (report_.strategies.empty()) {
      out_ += report_.selection && !report_.interrupted
                  ? "nothing is left to compare after the selection.\n"
                  : "nothing can be said, no replication is complete.\n";
      return;
    }
    const std::uint32_t first = report_.ranking.front();
    const auto beaten = with_verdict(first, PairVerdict::better);
    const auto same = with_verdict(first, PairVerdict::equivalent);
    const auto open = with_verdict(first, PairVerdict::undecided);
    const std::string name = objective_text();
    out_ += fmt::format(
        "{} has the best mean {}, {}", paint(strategy(first), 1), name,
        with_interval(objective(), report_.strategies[first].metrics[report_.objective].mean));
    if (!beaten.empty()) {
      out_ += fmt::format("; better than {}{}", listed(beaten), gap(first));
    }
    if (!same.empty()) {
      out_ += fmt::format("; equivalent to {} within {}", listed(same),
                          value_text(objective(), report_.pairs.front().margin));
    }
    if (!open.empty()) {
      out_ += fmt::format("; no difference can be shown to {}", listed(open));
    }
    out_ += ".\n";
  }

  // " by 41 ± 6 at least": to the nearest of those beaten.
  [[nodiscard]] std::string gap(std::uint32_t first) const {
    const PairSummary* nearest = nullptr;
    for (const PairSummary& pair : report_.pairs) {
      if (concerns(pair, first) && seen_from(pair, first).verdict == PairVerdict::better &&
          (nearest == nullptr ||
           std::abs(pair.difference.value) < std::abs(nearest->difference.value))) {
        nearest = &pair;
      }
    }
    if (nearest == nullptr) {
      return "";
    }
    Estimate difference = seen_from(*nearest, first).difference;
    difference.value = std::abs(difference.value);
    return fmt::format(" by {}{}", with_interval(objective(), difference),
                       with_verdict(first, PairVerdict::better).size() > 1 ? " and more" : "");
  }

  [[nodiscard]] std::string cell(const StrategySummary& row, std::string_view name) const {
    for (std::size_t i = 0; i < report_.metrics.size(); ++i) {
      if (report_.metrics[i].service.empty() && report_.metrics[i].name == name) {
        const MetricSummary& metric = row.metrics[i];
        return (metric.open > 0 ? ">" : "") + value_text(report_.metrics[i], metric.mean.value);
      }
    }
    return "-";
  }

  [[nodiscard]] std::size_t name_width() const {
    std::size_t width = 8;
    for (const StrategySummary& row : report_.strategies) {
      width = std::max(width, row.name.size());
    }
    return width;
  }

  // Who was dropped when, and what that saved.
  void selection(const SelectionReport& selection) {
    const std::string zone = value_text(objective(), selection.zone);
    heading(fmt::format("Selection: differences of {}{} or more are worth detecting", zone,
                        selection.share ? fmt::format(" ({:g} % of the smallest mean of a pilot)",
                                                      100 * *selection.share)
                                        : ""));
    std::size_t width = 8;
    for (const SelectionRow& row : selection.rows) {
      width = std::max(width, row.name.size());
    }
    out_ += fmt::format("  {:<{}} {:>12}\n", "strategy", width, "replications");
    for (std::size_t i = 0; i < selection.rows.size(); ++i) {
      const SelectionRow& row = selection.rows[i];
      out_ += fmt::format("  {:<{}} {:>12}  {}\n", row.name, width, row.replications,
                          fate(selection, i));
    }
    out_ += fmt::format("  {} runs; {} if none had been dropped: {:.0f} % saved\n", selection.runs,
                        selection.runs_of_all,
                        selection.runs_of_all == 0
                            ? 0
                            : 100 - 100 * static_cast<double>(selection.runs) /
                                        static_cast<double>(selection.runs_of_all));
    if (selection.selected) {
      const std::string& name = selection.rows[*selection.selected].name;
      out_ += fmt::format(
          "  {:g} %: {} is the best if the best is ahead by {}; otherwise one that is about as "
          "good\n",
          100 * report_.confidence, name, zone);
    }
  }

  [[nodiscard]] std::string fate(const SelectionReport& selection, std::size_t strategy) const {
    const SelectionRow& row = selection.rows[strategy];
    switch (row.fate) {
      case SelectionRow::Fate::contender:
        return selection.selected ? paint("selected", 1) : "contender";
      case SelectionRow::Fate::behind:
        return fmt::format("dropped: {} behind {}, {} allowed", value_text(objective(), row.behind),
                           selection.rows[row.by].name, value_text(objective(), row.allowed));
      case SelectionRow::Fate::failed:
        return "dropped: it failed";
    }
    return "";
  }

  void strategies() {
    heading(fmt::format("Strategies by {} ({:g} % intervals of the mean; > has a lower bound)",
                        objective_text(), 100 * report_.confidence));
    out_ += fmt::format("  {:<{}} {:>21} {:>11} {:>11} {:>10} {:>10} {:>11} {:>7} {:>8} {:>8}\n",
                        "strategy", name_width(), "mean", "median", "95 % below", "avail.",
                        "detection", "recovery", "actions", "staff h", "not rec.");
    for (const std::uint32_t index : report_.ranking) {
      const StrategySummary& row = report_.strategies[index];
      const MetricSummary& metric = row.metrics[report_.objective];
      out_ +=
          fmt::format("  {:<{}} {:>21} {:>11} {:>11} {:>10} {:>10} {:>11} {:>7} {:>8} {:>6.0f} %\n",
                      row.name, name_width(), with_interval(objective(), metric.mean),
                      quantile(metric, 0.5), quantile(metric, 0.95), cell(row, "availability"),
                      cell(row, "detection_s"), cell(row, "recovery_s"), cell(row, "actions"),
                      cell(row, "staff_hours"), 100 * row.not_recovered.value);
    }
  }

  // Only where faults are hastened.
  void weights() {
    if (!report_.strategies.front().weights) {
      return;
    }
    heading("Hastened faults: means are of weight x value, there are no quantiles");
    out_ += fmt::format("  {:<{}} {:>17} {:>15}  {}\n", "strategy", name_width(), "mean weight",
                        "effective runs", "gain over plain sampling");
    for (const std::uint32_t index : report_.ranking) {
      const StrategySummary& row = report_.strategies[index];
      const WeightSummary& weight = *row.weights;
      out_ +=
          fmt::format("  {:<{}} {:>17} {:>15}  {}{}\n", row.name, name_width(),
                      figure(weight.mean.value) + " ± " + figure(weight.mean.half_width()),
                      figure(weight.effective), figure(weight.gain),
                      weight.holds ? "" : "  the mean weight is not 1: do not trust its figures");
    }
  }

  [[nodiscard]] bool weights_hold() const {
    return std::all_of(
        report_.strategies.begin(), report_.strategies.end(),
        [](const StrategySummary& row) { return !row.weights || row.weights->holds; });
  }

  [[nodiscard]] std::string quantile(const MetricSummary& metric, double share) const {
    for (const auto& [order, estimate] : metric.quantiles) {
      if (order == share) {
        return value_text(report_.metrics[metric.metric], estimate.value);
      }
    }
    return "-";
  }

  void pairs() {
    const std::uint32_t first = report_.ranking.front();
    heading(fmt::format("{} against the others (intervals hold together at {:g} %)",
                        strategy(first), 100 * report_.confidence));
    out_ += fmt::format("  {:<{}} {:>23}  {:<10} {}\n", "against", name_width(), "difference",
                        "verdict", "common seeds divide the variance by");
    for (const std::uint32_t other : report_.ranking) {
      for (const PairSummary& pair : report_.pairs) {
        if (other == first || !concerns(pair, first) || !concerns(pair, other)) {
          continue;
        }
        const PairSummary row = seen_from(pair, first);
        out_ +=
            fmt::format("  {:<{}} {:>23}  {:<10} {}\n", strategy(other), name_width(),
                        with_interval(objective(), row.difference), pair_verdict_name(row.verdict),
                        row.variance_ratio > 0 ? figure(row.variance_ratio) : "always equal");
      }
    }
  }

  void by_priority() {
    const PriorityOrder& order = report_.by_priority;
    if (order.classes.size() < 2) {
      return;
    }
    heading(
        "Ranking by service priority (mean user_minutes_lost of each class; the first that "
        "decides counts)");
    out_ += fmt::format("  {:<{}} {:>4}", "strategy", name_width(), "rank");
    for (const PriorityClass& row : order.classes) {
      out_ += fmt::format(" {:>21}", fmt::format("priority {}", row.priority));
    }
    out_ += "\n";
    std::vector<std::uint32_t> sorted(report_.strategies.size());
    std::iota(sorted.begin(), sorted.end(), 0);
    std::stable_sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
      return order.ranks[a] < order.ranks[b];
    });
    for (const std::uint32_t index : sorted) {
      out_ += fmt::format("  {:<{}} {:>4}", strategy(index), name_width(), order.ranks[index]);
      for (const PriorityClass& row : order.classes) {
        out_ += fmt::format(" {:>21}", with_interval(report_.metrics.front(), row.means[index]));
      }
      out_ += "\n";
    }
    const auto open = std::count_if(order.pairs.begin(), order.pairs.end(), [](const auto& pair) {
      return pair.verdict == PairVerdict::undecided;
    });
    if (open > 0) {
      out_ += fmt::format("  {} of {} pairs are undecided; equal ranks are not told apart\n", open,
                          order.pairs.size());
    }
  }

  // The verdict on `other` as the best strategy sees it, with the assumptions held and over their
  // ranges.
  void over_ranges(const RangesReport& ranges) {
    const std::uint32_t first = report_.ranking.front();
    heading(
        fmt::format("{} over the ranges of assumed values (one at a time, {} of the "
                    "replications at each end)",
                    strategy(first), ranges.replications));
    out_ += fmt::format("  {:<{}} {:<17} {}\n", "against", name_width(), "assumptions held",
                        "over their ranges");
    for (const std::uint32_t other : report_.ranking) {
      for (std::size_t i = 0; i < ranges.pairs.size(); ++i) {
        const PairOverRanges& pair = ranges.pairs[i];
        if (other != first && (pair.a == first || pair.b == first) &&
            (pair.a == other || pair.b == other)) {
          // The pairs of the objective come first, in the same order.
          const PairVerdict held = as_seen(report_.pairs[i].verdict, pair.b == first);
          out_ +=
              fmt::format("  {:<{}} {:<17} {}\n", strategy(other), name_width(),
                          pair_verdict_name(held), survival(ranges, pair, held, pair.b == first));
        }
      }
    }
  }

  static PairVerdict as_seen(PairVerdict verdict, bool turned) {
    return !turned                          ? verdict
           : verdict == PairVerdict::better ? PairVerdict::worse
           : verdict == PairVerdict::worse  ? PairVerdict::better
                                            : verdict;
  }

  static std::string survival(const RangesReport& ranges, const PairOverRanges& pair,
                              PairVerdict held, bool turned) {
    if (pair.effect == RangeEffect::holds) {
      return std::string(pair_verdict_name(held));
    }
    const RangeSummary& range = ranges.ranges[pair.range];
    const std::string place = fmt::format("{} at {}", range.path, range.end(pair.high).value);
    return pair.effect == RangeEffect::open
               ? "undecided: cannot be told with " + place
               : fmt::format("undecided: {} with {}",
                             pair_verdict_name(as_seen(pair.at_end, turned)), place);
  }

  // Which assumption moves the answer most.
  void tornado(const RangesReport& ranges) {
    if (ranges.ranges.empty()) {
      return;
    }
    const std::uint32_t first = report_.ranking.front();
    std::size_t width = 10;
    for (const RangeSummary& range : ranges.ranges) {
      width = std::max(width, range.path.size());
    }
    heading(fmt::format("What moves the mean {} of {}", objective_text(), strategy(first)));
    out_ += fmt::format("  {:<{}} {:>28} {:>28} {:>23}\n", "assumption", width, "low end",
                        "high end", "difference");
    const double most = std::abs(ranges.ranges.front().swing.value);
    for (const RangeSummary& range : ranges.ranges) {
      const double share = most > 0 ? std::abs(range.swing.value) / most : 0;
      out_ += fmt::format("  {:<{}} {:>28} {:>28} {:>23} {}\n", range.path, width,
                          at_end(range.low, first), at_end(range.high, first),
                          with_interval(objective(), range.swing),
                          std::string(static_cast<std::size_t>(std::lround(share * kBar)), '#'));
    }
  }

  [[nodiscard]] std::string at_end(const RangeEndSummary& end, std::uint32_t strategy) const {
    const std::string mean =
        end.means.empty() ? "-" : value_text(objective(), end.means[strategy].value);
    return fmt::format("{}: {}", end.value, mean);
  }

  // On the night nobody knows which it is: the mean of each strategy under each, and how much it
  // loses against the one that would have been best there.
  void alternatives() {
    if (report_.alternatives.empty()) {
      return;
    }
    heading(fmt::format("Under each alternative (mean {}; regret: above its best strategy)",
                        objective_text()));
    for (const AlternativeSummary& alternative : report_.alternatives) {
      std::vector<std::string> best;
      for (const std::uint32_t index : alternative.best) {
        best.push_back(strategy(index));
      }
      out_ += fmt::format("  {}, {} of {} replications: {}\n", alternative.name,
                          alternative.replications, report_.replications,
                          best.empty() ? "undecided" : "best is " + listed(best));
      for (const std::uint32_t index : alternative.ranking) {
        const MetricSummary& metric = alternative.strategies[index].metrics[report_.objective];
        out_ += fmt::format("    {:<{}} {:>23}  regret {}\n", strategy(index), name_width(),
                            with_interval(objective(), metric.mean), regret(alternative, index));
      }
    }
    if (report_.stratified) {
      out_ +=
          "  everything above and below that is not of one alternative weighs each by its weight,\n"
          "  not by how often it was drawn\n";
    }
    if (!report_.alternatives_not_drawn.empty()) {
      out_ += fmt::format("  never drawn, so nothing is said of it: {}\n",
                          listed(report_.alternatives_not_drawn));
    }
    largest_regrets();
  }

  // Only where replications were allotted.
  void allocation() {
    if (!report_.allocation) {
      return;
    }
    heading(
        "Replications of each alternative: as many as its share of the nights, their spread and\n"
        "the work of one ask for; the others were passed over, not run");
    std::size_t width = 11;
    for (const AllocationReport::Row& row : report_.allocation->rows) {
      width = std::max(width, row.name.size());
    }
    out_ += fmt::format("  {:<{}} {:>7} {:>7} {:>11} {:>13}\n", "alternative", width, "share",
                        "run", "passed over", "events each");
    for (const AllocationReport::Row& row : report_.allocation->rows) {
      out_ += fmt::format("  {:<{}} {:>5.0f} % {:>7} {:>11} {:>13}\n",
                          row.name.empty() ? "none" : row.name, width, 100 * row.share,
                          row.replications, row.passed_over, figure(row.events));
    }
  }

  // With the interval of the difference, where there is one.
  [[nodiscard]] std::string regret(const AlternativeSummary& alternative,
                                   std::uint32_t index) const {
    const std::uint32_t best = alternative.ranking.front();
    for (const PairSummary& pair : alternative.pairs) {
      if (index != best && (pair.a == index || pair.b == index) &&
          (pair.a == best || pair.b == best)) {
        Estimate difference = pair.difference;
        difference.value = alternative.regret[index];
        return with_interval(objective(), difference);
      }
    }
    return value_text(objective(), alternative.regret[index]);
  }

  void largest_regrets() {
    std::vector<std::pair<double, std::uint32_t>> largest;
    for (const std::uint32_t index : report_.ranking) {
      double most = 0;
      for (const AlternativeSummary& alternative : report_.alternatives) {
        most = std::max(most, alternative.regret[index]);
      }
      largest.emplace_back(most, index);
    }
    std::stable_sort(largest.begin(), largest.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> texts;
    texts.reserve(largest.size());
    for (const auto& [most, index] : largest) {
      texts.push_back(strategy(index) + " " + value_text(objective(), most));
    }
    out_ += "  largest regret whichever it is: " + listed(texts) + "\n";
  }

  void failures() {
    failures(report_.failures, "runs failed; their replications do not count");
    if (report_.selection) {
      failures(report_.selection->failures,
               "runs of the selection failed; it cannot say whether their strategies are better");
    }
  }

  void failures(const std::vector<ReplicationFailure>& failures, std::string_view what) {
    if (failures.empty()) {
      return;
    }
    heading(fmt::format("{} {}", failures.size(), what));
    for (std::size_t i = 0; i < std::min(failures.size(), kFailuresShown); ++i) {
      const ReplicationFailure& failure = failures[i];
      out_ += fmt::format("  replication {}: {}\n    switchfault run {} --strategy {} --seed {}\n",
                          failure.replication, failure.error, report_.scenario_path,
                          failure.strategy_name, failure.seed);
    }
  }

  [[nodiscard]] std::string obstacle(const RangesReport& ranges) const {
    if (!ranges.obstacle) {
      return "";
    }
    const PairOverRanges& pair = *ranges.obstacle;
    const RangeSummary& range = ranges.ranges[pair.range];
    return fmt::format(": {} {} {} with {} at {}", strategy(pair.b),
                       pair.at_end == PairVerdict::worse ? "is better than" : "cannot be told from",
                       strategy(pair.a), range.path, range.end(pair.high).value);
  }

  // Why the selection leaves a study open that its figures would decide.
  [[nodiscard]] std::string why_open() const {
    if (!weights_hold()) {
      return ": the weights of hastened faults do not average 1";
    }
    if (!report_.selection || report_.interrupted) {
      return "";
    }
    const SelectionReport& selection = *report_.selection;
    if (!selection.failures.empty()) {
      return ": a strategy was dropped because it failed";
    }
    if (!selection.selected) {
      return fmt::format(": the selection had not ended after {} replications",
                         selection.replications);
    }
    return report_.best.empty() ? ": fresh seeds do not show whether the last one dropped is better"
                                : ": on fresh seeds the last one dropped is better";
  }

  void footer() {
    out_ += "\n";
    if (!report_.seeds.empty()) {
      out_ += fmt::format("Replication 0 again: switchfault run {} --strategy NAME --seed {}\n",
                          report_.scenario_path, report_.seeds.front());
    }
    if (report_.interrupted) {
      out_ += "interrupted: only the replications completed so far\n";
    }
    if (!report_.precise) {
      out_ += fmt::format("the precision of {:g} %{} was not reached\n", 100 * *report_.precision,
                          report_.precision_floor > 0
                              ? " or " + value_text(objective(), report_.precision_floor)
                              : "");
    }
    std::vector<std::string> best;
    for (const std::uint32_t index : report_.best) {
      best.push_back(strategy(index));
    }
    const std::string first = report_.verdict == "decided" ? ": " + listed(best) : why_open();
    out_ += report_.verdict + (report_.ranges ? ", assumptions held" : "") + first + "\n";
    if (report_.ranges) {
      out_ += fmt::format("{}, over the ranges of assumed values{}{}\n", report_.ranges->verdict,
                          report_.ranges->interrupted ? " (interrupted)" : "",
                          obstacle(*report_.ranges));
    }
  }

  const StudyReport& report_;
  const SummaryOptions& options_;
  std::string out_;
};

}  // namespace

std::string format_comparison(const StudyReport& report, const SummaryOptions& options) {
  return Summary(report, options).text();
}

}  // namespace switchfault
