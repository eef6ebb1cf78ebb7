// TrafficTally: what became of the packets of a flow or an application in one run, folded packet by
// packet in the order of sending. Bounded memory: a few counters, a sketch of the delays, the first
// outages.

#ifndef SWITCHFAULT_RUN_TRAFFIC_TALLY_H_
#define SWITCHFAULT_RUN_TRAFFIC_TALLY_H_

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <switchfault/replay.h>

#include "run/delay_sketch.h"
#include "run/verdict_window.h"

namespace switchfault {

class TrafficTally {
 public:
  // In the order of sending.
  void add(SimTime sent, const PacketOutcome& outcome) {
    add_without_delay(sent, outcome);
    if (outcome.verdict.delivered()) {
      delays_.add(outcome.delay);
    }
  }
  // As add() but for the delay, which comes later: that of many flows from their tallies.
  void add_without_delay(SimTime sent, const PacketOutcome& outcome) {
    if (!outcome.verdict.delivered()) {
      if (outcome.verdict.lost()) {
        lose(sent, outcome.verdict);
      }
      return;
    }
    ++delivered_;
    if (gap_lost_ > 0) {
      close_gap(sent);
    }
    const SimTime arrival = sent + outcome.delay;
    reordered_ += arrival < latest_arrival_ ? 1U : 0U;
    latest_arrival_ = std::max(latest_arrival_, arrival);
    duplicates_ += outcome.copies > 1 ? outcome.copies - 1 : 0;
  }
  void add_delays(const TrafficTally& of_flow) { delays_.add(of_flow.delays_); }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  // `last_sent`: of the whole capture; outages still open are counted up to it.
  [[nodiscard]] TrafficReport report(SimTime last_sent) const;

 private:
  void lose(SimTime sent, PacketVerdict verdict);
  void close_gap(SimTime end);

  // What each delivered packet touches lies together, in two lines of the cache …
  std::uint64_t delivered_ = 0, reordered_ = 0, duplicates_ = 0;
  SimTime latest_arrival_ = SimTime::min();
  std::uint64_t gap_lost_ = 0;  // 0: no outage now.
  DelaySketch delays_;
  // … and then the rest.
  std::uint64_t lost_ = 0;
  SimTime first_loss_, last_loss_;
  SimTime gap_start_;
  std::uint64_t outage_count_ = 0;
  Duration outage_{};
  std::vector<TrafficGap> outages_;
  std::vector<std::pair<PacketVerdict, std::uint64_t>> lost_by_;  // In order of appearance.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_TRAFFIC_TALLY_H_
