// The journal of a replay: that of its run, and what became of the recorded packets
// (docs/journal.md). Flows are written one a line: there may be hundreds of thousands.

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <switchfault/date_time.h>
#include <switchfault/replay.h>

#include "io/journal_document.h"

namespace switchfault {
namespace {

using Json = nlohmann::ordered_json;

Json counts(const std::vector<VerdictCount>& verdicts) {
  Json row = Json::object();
  for (const VerdictCount& verdict : verdicts) {
    row[verdict.verdict] = verdict.packets;
  }
  return row;
}

Json delay(const TrafficReport& traffic) {
  if (!traffic.delay) {
    return {};
  }
  return {{"min", seconds(traffic.delay->min)},
          {"mean", seconds(traffic.delay->mean)},
          {"p50", seconds(traffic.delay->median)},
          {"p99", seconds(traffic.delay->p99)},
          {"max", seconds(traffic.delay->max)}};
}

void add_traffic(const TrafficReport& traffic, Json& row) {
  Json outages = Json::array();
  for (const TrafficGap& gap : traffic.outages) {
    outages.push_back(
        {{"start_s", seconds(gap.start)}, {"end_s", seconds(gap.end)}, {"lost", gap.lost}});
  }
  row["delivered"] = traffic.delivered;
  row["lost"] = traffic.lost;
  row["lost_by"] = counts(traffic.lost_by);
  row["first_loss_s"] = seconds(traffic.first_loss);
  row["last_loss_s"] = seconds(traffic.last_loss);
  row["outage_s"] = seconds(traffic.outage);
  row["outage_count"] = traffic.outage_count;
  row["outages"] = std::move(outages);
  row["delay_s"] = delay(traffic);
  row["reordered"] = traffic.reordered;
  row["duplicates"] = traffic.duplicates;
}

// What the run has, and the same of the baseline in a map of its own.
void add_both(const TrafficReport& run, const TrafficReport& baseline, Json& row) {
  add_traffic(run, row);
  Json calm = Json::object();
  add_traffic(baseline, calm);
  row["baseline"] = std::move(calm);
}

Json trace(const ReplayReport& replay) {
  const ReplayTrace& trace = replay.trace;
  const bool complete = trace.end.how == CaptureEnd::How::complete;
  const bool any = trace.packets > 0;
  return {{"packets", trace.packets},
          {"bytes", trace.bytes},
          {"unreadable", trace.unreadable},
          {"unreadable_by", counts(trace.unreadable_by)},
          {"sent", trace.sent},
          {"backward", trace.backward},
          {"loops", trace.loops},
          {"complete", complete},
          {"reason", trace.end.reason.empty() ? Json() : Json(trace.end.reason)},
          {"first", any ? Json(format_date_time(trace.first_unix_ns, Duration::zero())) : Json()},
          {"last", any ? Json(format_date_time(trace.last_unix_ns, Duration::zero())) : Json()},
          {"first_sent_s", trace.sent > 0 ? Json(seconds(replay.first_sent)) : Json()},
          {"last_sent_s", trace.sent > 0 ? Json(seconds(replay.last_sent)) : Json()},
          {"speed", rounded(static_cast<double>(replay.speed.numerator) /
                            static_cast<double>(replay.speed.denominator))},
          {"open_loop", true},
          {"conversations", replay.conversations},
          {"failed", replay.failed},
          {"for_good", replay.for_good},
          {"together", replay.together},
          {"fingerprint", replay.fingerprint}};
}

// Packets over time from the first one sent; the bins behind the last packet are left out.
Json over_time(const ApplicationReport& report) {
  Json sent = Json::array();
  Json lost = Json::array();
  std::size_t used = report.bins.size();
  while (used > 0 && report.bins[used - 1].sent == 0) {
    --used;
  }
  for (std::size_t i = 0; i < used; ++i) {
    sent.push_back(report.bins[i].sent);
    lost.push_back(report.bins[i].lost_by_faults);
  }
  return {{"bin_s", seconds(report.bin)},
          {"sent", std::move(sent)},
          {"lost_by_faults", std::move(lost)}};
}

Json application(const ApplicationReport& report) {
  Json row = {{"name", report.name},
              {"service", report.service},
              {"conversations", report.conversations},
              {"failed", report.failed},
              {"for_good", report.for_good},
              {"packets", report.packets},
              {"bytes", report.bytes},
              {"lost_by_faults", report.lost_by_faults},
              {"first_failure_s", seconds(report.first_failure)},
              {"last_failure_s", seconds(report.last_failure)},
              {"over_time", over_time(report)}};
  add_both(report.run, report.baseline, row);
  return row;
}

Json flow(const FlowReport& report) {
  Json row = {{"conversation", report.conversation},
              {"reply", report.reply},
              {"src", report.source},
              {"src_port", report.source_port},
              {"dst", report.destination},
              {"dst_port", report.destination_port},
              {"protocol", report.protocol},
              {"application", report.application},
              {"from", report.from.empty() ? Json() : Json(report.from)},
              {"to", report.to.empty() ? Json() : Json(report.to)},
              {"packets", report.packets},
              {"bytes", report.bytes},
              {"lost_by_faults", report.lost_by_faults}};
  add_both(report.run, report.baseline, row);
  return row;
}

Json loss(const LossPlace& place) {
  return {{"disposition", place.verdict},
          {"place", place.place},
          {"packets", place.packets},
          {"first_s", seconds(place.first)},
          {"last_s", seconds(place.last)}};
}

Json mapped(const MappedAddress& address) {
  return {{"recorded", address.recorded},
          {"vlan", address.vlan == 0 ? Json() : Json(address.vlan)},
          {"node", address.node.empty() ? Json() : Json(address.node)},
          {"address", address.address.empty() ? Json() : Json(address.address)},
          {"role", address.role},
          {"why", address.why},
          {"conversations", address.conversations}};
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

std::string journal_json(const Report& report, const ReplayReport& replay) {
  Json document = journal_document(report);
  document["trace"] = trace(replay);
  document["dispositions"] = counts(replay.dispositions);
  document["baseline_dispositions"] = counts(replay.baseline_dispositions);
  std::string text = document.dump(2);
  constexpr std::size_t kClosing = 2;  // A line end and a brace.
  text.resize(text.size() - kClosing);
  append_list(text, "applications", replay.applications, application);
  append_list(text, "losses", replay.losses, loss);
  append_list(text, "mapping", replay.mapping, mapped);
  append_list(text, "flows", replay.flows, flow);
  return text + "\n}\n";
}

}  // namespace switchfault
