// The terminal summary of a replay: one sentence first, then which traffic failed when, what became
// of all packets, and who stood for whom.

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <switchfault/replay.h>

#include "report/cause_chain.h"

namespace switchfault {
namespace {

constexpr std::size_t kRowsShown = 10;  // Of long lists; the journal has all.
constexpr std::size_t kBarWidth = 64;

std::string time_text(SimTime time) {
  return format_duration(std::chrono::round<std::chrono::milliseconds>(time.time_since_epoch()));
}

// 1234567 as 1,234,567.
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, 1, ',');
  }
  return digits;
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(count), count == 1 ? one : many);
}

std::string delay_text(const std::optional<TrafficReport::Delay>& delay) {
  return delay ? fmt::format("{}/{}", format_duration(delay->median), format_duration(delay->p99))
               : "-";
}

std::string end_text(const std::string& address, std::uint16_t port) {
  return port == 0                                ? address
         : address.find(':') == std::string::npos ? fmt::format("{}:{}", address, port)
                                                  : fmt::format("[{}]:{}", address, port);
}

class Summary {
 public:
  Summary(const Report& report, const ReplayReport& replay, const SummaryOptions& options)
      : report_(report), replay_(replay), options_(options) {}

  std::string text() {
    if (!report_.notice.empty()) {
      out_ += report_.notice + "\n\n";
    }
    headline();
    traffic();
    applications();
    over_time();
    worst_flows();
    dispositions();
    losses();
    mapping();
    expectations();
    footer();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string paint(std::string_view text, int color) const {
    return options_.color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
  }
  void heading(std::string_view text) { out_ += "\n" + paint(text, 1) + "\n"; }

  // "3 of 40 flows of 2 applications would have failed, from 10m to 14m, because of …".
  void headline() {
    const auto hit = std::count_if(replay_.applications.begin(), replay_.applications.end(),
                                   [](const ApplicationReport& row) { return row.failed > 0; });
    if (replay_.failed == 0) {
      out_ += fmt::format("{}: none of {} would have failed by the faults.\n", report_.title,
                          counted(replay_.conversations, "flow", "flows"));
      return;
    }
    SimTime first = SimTime::max();
    SimTime last = SimTime::min();
    for (const ApplicationReport& row : replay_.applications) {
      first = std::min(first, row.first_failure.value_or(first));
      last = std::max(last, row.last_failure.value_or(last));
    }
    out_ += fmt::format(
        "{}: {} of {} ({} of {}) would have failed, from {} to {}{}; {}.\n", report_.title,
        grouped(replay_.failed), counted(replay_.conversations, "flow", "flows"), hit,
        counted(replay_.applications.size(), "application", "applications"), time_text(first),
        time_text(last), because(),
        replay_.for_good == 0
            ? "all got through again"
            : fmt::format("{} got nothing through again", grouped(replay_.for_good)));
  }

  // ", because of panic-of-s2 (no_carrier at s1:eth2)": where most packets were lost.
  [[nodiscard]] std::string because() const {
    if (replay_.losses.empty()) {
      return "";
    }
    const LossPlace& most = replay_.losses.front();
    const std::string what = fmt::format("{} at {}", most.verdict, most.place);
    const std::string cause = cause_of(most);
    return cause.empty() ? fmt::format(", because of {}", what)
                         : fmt::format(", because of {} ({})", cause, what);
  }

  // The fault or action behind what changed last at the place before the first loss there;
  // otherwise the last fault that struck before it.
  [[nodiscard]] std::string cause_of(const LossPlace& loss) const {
    const RunLog& log = replay_.log;
    ObservationId last = ObservationId::none;
    for (std::size_t i = 0; i < log.observations.size() && log.observations[i].at <= loss.first;
         ++i) {
      const Observation& observation = log.observations[i];
      if (observation.subject == loss.entity || observation.object == loss.entity) {
        last = static_cast<ObservationId>(i);
      }
    }
    const Entity entity = behind(log, last, loss.first);
    if (entity.kind() == EntityKind::fault) {
      return log.faults[entity.index()].name;
    }
    if (entity.kind() == EntityKind::action) {
      return "the action " + std::string(log.name(entity));
    }
    const FaultReport* latest = nullptr;
    for (const FaultReport& fault : report_.faults) {
      if (fault.first_injected && *fault.first_injected <= loss.first &&
          (latest == nullptr || *latest->first_injected < *fault.first_injected)) {
        latest = &fault;
      }
    }
    return latest == nullptr ? "" : latest->name;
  }

  void traffic() {
    const ReplayTrace& trace = replay_.trace;
    const bool as_recorded = replay_.speed.numerator == replay_.speed.denominator;
    out_ += fmt::format(
        "  {}, {}, {} not readable; {} sent from {} to {}{}{}\n",
        counted(trace.packets, "packet", "packets"), counted(trace.bytes, "byte", "bytes"),
        grouped(trace.unreadable), grouped(trace.sent), time_text(replay_.first_sent),
        time_text(replay_.last_sent),
        as_recorded ? ""
                    : fmt::format(", {:g} times as fast",
                                  static_cast<double>(replay_.speed.numerator) /
                                      static_cast<double>(replay_.speed.denominator)),
        trace.loops > 1 ? fmt::format(", {} times over", trace.loops) : "");
    if (trace.backward > 0) {
      out_ += fmt::format("  {} stamped earlier than one before: sent at the time of the latest\n",
                          counted(trace.backward, "packet is", "packets are"));
    }
    if (trace.end.how != CaptureEnd::How::complete && !replay_.interrupted) {
      out_ += fmt::format("  The capture is not complete: {}\n", trace.end.reason);
    }
    if (replay_.together > 0) {
      out_ += fmt::format("  {} accounted with others of the same hosts and service\n",
                          counted(replay_.together, "packet is", "packets are"));
    }
    out_ +=
        "  Open-loop: packets are offered at their recorded times, whatever became of those "
        "before.\n";
  }

  void applications() {
    if (replay_.applications.empty()) {
      return;
    }
    heading("By service and application (lost and delay: with the faults, then without)");
    out_ += fmt::format("  {:<18} {:>7} {:>7} {:>8} {:>9} {:>9} {:>9} {:>10} {:>10}  {}\n", "name",
                        "flows", "failed", "for good", "packets", "lost", "baseline", "first",
                        "last", "delay p50/p99");
    std::vector<const ApplicationReport*> rows;
    for (const ApplicationReport& row : replay_.applications) {
      rows.push_back(&row);
    }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const ApplicationReport* a, const ApplicationReport* b) {
                       return a->lost_by_faults > b->lost_by_faults;
                     });
    for (std::size_t i = 0; i < rows.size() && i < 2 * kRowsShown; ++i) {
      const ApplicationReport& row = *rows[i];
      out_ += fmt::format("  {:<18} {:>7} {:>7} {:>8} {:>9} {:>9} {:>9} {:>10} {:>10}  {} {}\n",
                          row.name, grouped(row.conversations), grouped(row.failed),
                          grouped(row.for_good), grouped(row.packets), grouped(row.run.lost),
                          grouped(row.baseline.lost),
                          row.first_failure ? time_text(*row.first_failure) : "-",
                          row.last_failure ? time_text(*row.last_failure) : "-",
                          delay_text(row.run.delay), delay_text(row.baseline.delay));
    }
    left_out(rows.size(), 2 * kRowsShown);
  }

  void left_out(std::size_t all, std::size_t shown) {
    if (all > shown) {
      out_ += fmt::format("  … and {} more, in the journal\n", all - shown);
    }
  }

  // '#' every packet of the column was lost by the faults, '-' some were.
  [[nodiscard]] static std::string bar(const ApplicationReport& row, std::size_t bins_used) {
    std::string cells(kBarWidth, ' ');
    for (std::size_t cell = 0; cell < kBarWidth; ++cell) {
      ApplicationReport::Bin sum;
      const std::size_t from = cell * bins_used / kBarWidth;
      const std::size_t to = std::max(from + 1, (cell + 1) * bins_used / kBarWidth);
      for (std::size_t i = from; i < to; ++i) {
        sum.sent += row.bins[i].sent;
        sum.lost_by_faults += row.bins[i].lost_by_faults;
      }
      cells[cell] = sum.sent == 0                    ? ' '
                    : sum.lost_by_faults == sum.sent ? '#'
                    : sum.lost_by_faults > 0         ? '-'
                                                     : '.';
    }
    return cells;
  }

  void over_time() {
    if (replay_.failed == 0) {
      return;
    }
    std::size_t used = 1;
    Duration bin{};
    for (const ApplicationReport& row : replay_.applications) {
      bin = row.bin;
      for (std::size_t i = 0; i < row.bins.size(); ++i) {
        used = row.bins[i].sent > 0 ? std::max(used, i + 1) : used;
      }
    }
    heading(fmt::format("Over time, {} to {} (# all packets lost by the faults, - some, . none)",
                        time_text(replay_.first_sent),
                        time_text(replay_.first_sent + bin * static_cast<std::int64_t>(used))));
    std::size_t shown = 0;
    for (const ApplicationReport& row : replay_.applications) {
      if (row.failed > 0 && ++shown <= kRowsShown) {
        out_ += fmt::format("  {:<18} |{}|\n", row.name, bar(row, used));
      }
    }
    left_out(shown, kRowsShown);
  }

  void worst_flows() {
    std::vector<const FlowReport*> rows;
    for (const FlowReport& flow : replay_.flows) {
      if (flow.lost_by_faults > 0) {
        rows.push_back(&flow);
      }
    }
    if (rows.empty()) {
      return;
    }
    std::stable_sort(rows.begin(), rows.end(), [](const FlowReport* a, const FlowReport* b) {
      return a->lost_by_faults > b->lost_by_faults;
    });
    heading("Worst flows");
    for (std::size_t i = 0; i < rows.size() && i < kRowsShown; ++i) {
      const FlowReport& flow = *rows[i];
      std::string outage = "no outage";
      if (!flow.run.outages.empty()) {
        const auto longest = std::max_element(
            flow.run.outages.begin(), flow.run.outages.end(),
            [&](const TrafficGap& a, const TrafficGap& b) { return length(a) < length(b); });
        outage = fmt::format("{} to {}", time_text(longest->start),
                             longest->end ? time_text(*longest->end) : "the end");
      }
      out_ += fmt::format(
          "  {:<44} {:<10} {:>7} of {:>7} lost, {}{}\n",
          fmt::format("{} > {}", end_text(flow.source, flow.source_port),
                      end_text(flow.destination, flow.destination_port)),
          flow.application, grouped(flow.lost_by_faults), grouped(flow.packets), outage,
          flow.run.outage_count > 1 ? fmt::format(" and {} more", flow.run.outage_count - 1) : "");
    }
    left_out(rows.size(), kRowsShown);
  }

  [[nodiscard]] Duration length(const TrafficGap& gap) const {
    return gap.end.value_or(replay_.last_sent) - gap.start;
  }

  void dispositions() {
    std::map<std::string_view, std::array<std::uint64_t, 2>> rows;
    std::vector<std::string_view> order;
    for (const auto* side : {&replay_.dispositions, &replay_.baseline_dispositions}) {
      for (const VerdictCount& count : *side) {
        if (!rows.contains(count.verdict)) {
          order.emplace_back(count.verdict);
        }
        rows[count.verdict][side == &replay_.dispositions ? 0 : 1] = count.packets;
      }
    }
    heading("What became of the packets");
    out_ += fmt::format("  {:<20} {:>12} {:>15}\n", "", "with faults", "without faults");
    for (const std::string_view name : order) {
      out_ += fmt::format("  {:<20} {:>12} {:>15}\n", name, grouped(rows[name][0]),
                          grouped(rows[name][1]));
    }
    out_ += fmt::format("  {:<20} {:>12} {:>15}\n", "sum", grouped(replay_.trace.packets),
                        grouped(replay_.trace.packets));
    for (const VerdictCount& count : replay_.trace.unreadable_by) {
      out_ += fmt::format("  unreadable: {} ({})\n", count.verdict, grouped(count.packets));
    }
  }

  void losses() {
    if (replay_.losses.empty()) {
      return;
    }
    heading("Where the faults took packets");
    for (std::size_t i = 0; i < replay_.losses.size() && i < kRowsShown; ++i) {
      const LossPlace& loss = replay_.losses[i];
      const std::string cause = cause_of(loss);
      out_ += fmt::format("  {:>9}  {} at {}, {} to {}{}\n", grouped(loss.packets), loss.verdict,
                          loss.place, time_text(loss.first), time_text(loss.last),
                          cause.empty() ? "" : ", by " + cause);
    }
    left_out(replay_.losses.size(), kRowsShown);
  }

  // Addresses that stand for the same host for the same reason share a row.
  void mapping() {
    struct Row {
      const MappedAddress* first = nullptr;
      std::size_t more = 0;
    };
    std::vector<Row> rows;
    std::map<std::pair<std::string, std::string>, std::size_t> known;
    for (const MappedAddress& address : replay_.mapping) {
      const auto [place, added] =
          known.try_emplace({address.node + " " + address.address, address.why}, rows.size());
      if (added) {
        rows.push_back({.first = &address});
      } else {
        ++rows[place->second].more;
      }
    }
    if (rows.empty()) {
      return;
    }
    heading("Who stands for whom");
    for (std::size_t i = 0; i < rows.size() && i < 2 * kRowsShown; ++i) {
      const MappedAddress& row = *rows[i].first;
      const std::string recorded = rows[i].more == 0
                                       ? row.recorded
                                       : fmt::format("{} and {} more", row.recorded, rows[i].more);
      const std::string place = row.node.empty() ? "nobody"
                                : row.address.empty()
                                    ? row.node
                                    : fmt::format("{} at {}", row.node, row.address);
      out_ += fmt::format("  {:<30} {:<24} {}\n", recorded, place, row.why);
    }
    if (rows.size() > 2 * kRowsShown) {
      out_ += fmt::format("  … and {} more; --write-map writes them all\n",
                          rows.size() - 2 * kRowsShown);
    }
  }

  void expectations() {
    if (report_.expectations.empty()) {
      return;
    }
    heading("Expectations");
    for (const ExpectationReport& expectation : report_.expectations) {
      const std::string verdict = !expectation.judged ? "  not judged"
                                  : expectation.held  ? paint("  held      ", 32)
                                                      : paint("  FAILED    ", 31);
      out_ += fmt::format("{} {}: {}\n", verdict, expectation.name, expectation.observed);
    }
  }

  void footer() {
    out_ += fmt::format("\n{}: strategy {}, seed {}, fingerprint {}{}\n", report_.verdict,
                        report_.strategy.empty() ? "none" : report_.strategy, report_.seed,
                        replay_.fingerprint, replay_.interrupted ? ", INCOMPLETE" : "");
  }

  const Report& report_;
  const ReplayReport& replay_;
  SummaryOptions options_;
  std::string out_;
};

}  // namespace

std::string format_replay(const Report& report, const ReplayReport& replay,
                          const SummaryOptions& options) {
  return Summary(report, replay, options).text();
}

}  // namespace switchfault
