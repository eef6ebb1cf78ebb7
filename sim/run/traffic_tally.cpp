#include "run/traffic_tally.h"

#include <algorithm>

namespace switchfault {
namespace {

constexpr double kHalf = 0.5;
constexpr double kNearlyAll = 0.99;

}  // namespace

void TrafficTally::lose(SimTime sent, PacketVerdict verdict) {
  if (lost_++ == 0) {
    first_loss_ = sent;
  }
  last_loss_ = sent;
  if (gap_lost_++ == 0) {
    gap_start_ = sent;
  }
  const auto found = std::find_if(lost_by_.begin(), lost_by_.end(),
                                  [&](const auto& entry) { return entry.first == verdict; });
  if (found == lost_by_.end()) {
    lost_by_.emplace_back(verdict, 1);
  } else {
    ++found->second;
  }
}

void TrafficTally::close_gap(SimTime end) {
  ++outage_count_;
  outage_ += end - gap_start_;
  if (outages_.size() < TrafficReport::kMaxOutages) {
    outages_.push_back({.start = gap_start_, .end = end, .lost = gap_lost_});
  }
  gap_lost_ = 0;
}

TrafficReport TrafficTally::report(SimTime last_sent) const {
  TrafficReport report{.delivered = delivered_,
                       .lost = lost_,
                       .reordered = reordered_,
                       .duplicates = duplicates_,
                       .lost_by = {},
                       .first_loss = {},
                       .last_loss = {},
                       .outages = outages_,
                       .outage_count = outage_count_,
                       .outage = outage_,
                       .delay = {}};
  for (const auto& [verdict, packets] : lost_by_) {
    report.lost_by.push_back({.verdict = std::string(verdict.name()), .packets = packets});
  }
  if (lost_ > 0) {
    report.first_loss = first_loss_;
    report.last_loss = last_loss_;
  }
  if (gap_lost_ > 0) {
    ++report.outage_count;
    report.outage += last_sent - gap_start_;
    if (report.outages.size() < TrafficReport::kMaxOutages) {
      report.outages.push_back({.start = gap_start_, .end = {}, .lost = gap_lost_});
    }
  }
  if (delivered_ > 0) {
    report.delay = {.min = delays_.min(),
                    .mean = delays_.mean(),
                    .median = delays_.quantile(kHalf),
                    .p99 = delays_.quantile(kNearlyAll),
                    .max = delays_.max()};
  }
  return report;
}

}  // namespace switchfault
