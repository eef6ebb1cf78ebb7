#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <switchfault/replay.h>

#include "core/check.h"
#include "core/dissect.h"
#include "core/fingerprint.h"
#include "run/conversations.h"
#include "run/flow_accounts.h"
#include "run/frame_capture.h"
#include "run/replay_clock.h"
#include "run/replay_map.h"
#include "run/verdict_window.h"
#include "run/world.h"

namespace switchfault {
namespace {

// Packets looked at before new conversations are decided: what a batch holds is all the memory that
// the stream itself takes. While there is nothing to decide a packet is sent at once.
constexpr std::size_t kBatch = 1U << 16U;
// … and offered in parts, so that packets, frames and verdicts in hand stay in a core's cache.
constexpr std::size_t kPart = 512;
constexpr std::size_t kBatchBytes = std::size_t{32} << 20U;  // While bytes are kept.
constexpr std::size_t kUnreadableReasons = 16;

Scenario without_faults(Scenario scenario) {
  scenario.faults.clear();
  scenario.one_of.clear();
  return scenario;
}

RunOptions without_captures(RunOptions options) {
  options.captures.clear();
  return options;
}

bool has_faults(const Scenario& scenario) {
  return !scenario.faults.empty() || !scenario.one_of.empty();
}

class Replay {
 public:
  Replay(const Scenario& scenario, const ReplayOptions& options)
      : options_(options),
        calm_(without_faults(scenario)),
        run_(scenario, options.run),
        baseline_(has_faults(scenario)
                      ? std::make_unique<World>(calm_, without_captures(options.run))
                      : nullptr),
        sinks_{Sink{*this, Side::run}, Sink{*this, Side::baseline}},
        accounts_(sides()),
        hosts_(scenario, run_.network(), options.map),
        conversations_(hosts_, accounts_, worlds()),
        clock_(options.start, options.speed, run_.end()),
        capture_(run_.capture()),
        window_(sides()) {
    run_.packets().set_sink(sinks_[0]);
    if (baseline_ != nullptr) {
      baseline_->packets().set_sink(sinks_[1]);
    }
  }

  ReplayReport replay(PacketSource& source) {
    advance(kTimeZero);
    send_all(source);
    for (std::uint32_t loop = 1; loop < options_.loops && !interrupted_; ++loop) {
      const std::unique_ptr<PacketSource> again = options_.again();
      clock_.begin_next_loop();
      send_all(*again);
    }
    finish();
    return report();
  }

 private:
  class Sink final : public PacketSink {
   public:
    Sink(Replay& replay, Side side) : replay_(replay), side_(side) {}
    void ended(const Ended& packet) override { replay_.ended(side_, packet); }

   private:
    Replay& replay_;
    Side side_;
  };

  [[nodiscard]] std::size_t sides() const { return baseline_ == nullptr ? 1 : kSides; }

  std::vector<Conversations::Net> worlds() {
    std::vector<Conversations::Net> all{{run_.network(), run_.packets()}};
    if (baseline_ != nullptr) {
      all.push_back({baseline_->network(), baseline_->packets()});
    }
    return all;
  }

  // A packet of the batch, before it is sent.
  struct Pending {
    SimTime at;
    std::uint32_t recorded_length = 0;
    std::uint32_t length = 0;  // Of the frame here.
    Conversations::Seen seen;
    std::uint8_t ttl = 0;
    FrameCapture::Kept kept;  // While ports are captured at.
  };

  void send_all(PacketSource& source) {
    while (!interrupted_ && read_batch(source)) {
      conversations_.decide();
      send_batch();
    }
    if (!interrupted_) {
      ++trace_.loops;
    }
    trace_.end = source.end();
  }

  // False: nothing is left. What comes before the first packet of somebody new is sent meanwhile.
  bool read_batch(PacketSource& source) {
    pending_.clear();
    RecordedPacket packet;
    bool any = false;
    batch_packets_ = 0;
    batch_bytes_ = 0;
    while (batch_packets_ < kBatch && batch_bytes_ < kBatchBytes && !interrupted_ &&
           source.next(packet)) {
      any = true;
      look(packet);
      if (pending_.size() >= kPart && conversations_.all_decided()) {
        send_batch();
        pending_.clear();
      }
    }
    return any;
  }

  void look(const RecordedPacket& packet) {
    const SimTime at = clock_.send_time(packet.at_ns);
    if (trace_.packets++ == 0) {
      trace_.first_unix_ns = packet.at_ns;
      trace_.last_unix_ns = packet.at_ns;
    }
    if (packet.at_ns > trace_.last_unix_ns) {
      trace_.last_unix_ns = packet.at_ns;
    } else if (packet.at_ns < trace_.first_unix_ns) {
      trace_.first_unix_ns = packet.at_ns;
    }
    trace_.bytes += packet.length;
    BriefHeaders brief;
    const bool is_brief =
        packet.link_layer == LinkLayer::ethernet && dissect_briefly(packet.bytes, brief);
    Pending pending;
    pending.at = at;
    pending.recorded_length = packet.length;
    const bool is_known = is_brief && conversations_.look(brief, pending.seen);
    if (is_known) {
      pending.length = packet.length;
      pending.ttl = brief.ttl;
    } else if (!look_in_full(packet, pending)) {
      return;
    } else if (is_brief) {
      conversations_.remember(brief, pending.seen);
    }
    if (capture_ != nullptr) {
      pending.kept = capture_->keep(packet);
      batch_bytes_ += packet.bytes.size();
    }
    ++batch_packets_;
    const bool in_turn = pending_.empty() && conversations_.all_decided();
    if (!is_known || !in_turn || !send_if_ready(pending)) {
      pending_.push_back(pending);
    }
  }

  // False: it is not sent.
  bool look_in_full(const RecordedPacket& packet, Pending& pending) {
    const Headers headers = dissect(packet.link_layer, packet.bytes);
    const Conversations::Looked looked = conversations_.look(headers);
    if (looked.refused) {
      if (*looked.refused == NotSent::unreadable) {
        ++unreadable_[static_cast<std::size_t>(headers.unreadable)];
      }
      accounts_.refuse(*looked.refused, packet.length);
      return false;
    }
    pending.length = frame_length(headers, packet.length);
    pending.seen = looked.seen;
    pending.ttl = headers.kind == FrameKind::ip ? headers.ttl : std::uint8_t{1};
    return true;
  }

  void send_batch() {
    for (const Pending& pending : pending_) {
      if (!send_if_ready(pending)) {
        send_if_possible(pending);
      }
    }
    send_offered();
  }

  // Nothing has to be looked at again: a packet of a conversation that was sent before.
  bool send_if_ready(const Pending& pending) {
    const Conversations::Ready& ready = conversations_.ready(pending.seen);
    if (ready.flow == FlowIndex::none || pending.at > run_.end() || interrupted_) {
      return false;
    }
    send(pending, ready.sense, ready.flow);
    return true;
  }

  void send_if_possible(const Pending& pending) {
    const std::uint32_t sense = conversations_.sense(pending.seen);
    std::optional<NotSent> refusal = conversations_.refusal(pending.seen);
    if (!refusal && pending.at > run_.end()) {
      refusal = NotSent::after_end;
    }
    if (!refusal && interrupted_) {
      refusal = NotSent::unfinished;
    }
    if (refusal) {
      if (capture_ != nullptr) {
        capture_->drop(pending.kept);
      }
      accounts_.refuse(*refusal, pending.recorded_length, sense);
      return;
    }
    if (conversations_.is_unsettled(pending.seen, pending.at)) {
      send_offered();
      advance(pending.at);
    }
    send(pending, sense, conversations_.flow(pending.seen, pending.at));
  }

  void send(const Pending& pending, std::uint32_t sense, FlowIndex flow) {
    const std::uint64_t number = window_.send(pending.at, sense, pending.recorded_length);
    if (capture_ != nullptr) {
      capture_->send(number, pending.kept);
    }
    // Field by field: one made elsewhere and copied costs several times as much.
    OfferedPacket& offered = offered_.emplace_back();
    offered.at = pending.at;
    offered.number = number;
    offered.flow = flow;
    offered.length = pending.length;
    offered.ttl = pending.ttl;
    offered.opens = pending.seen.opens;
    offered.closes = pending.seen.closes;
    if (offered_.size() == kPart) {
      send_offered();
    }
  }

  void send_offered() {
    if (offered_.empty()) {
      return;
    }
    run_.packets().offer(offered_);
    if (baseline_ != nullptr) {
      baseline_->packets().offer(offered_);
    }
    advance(offered_.back().at);
    offered_.clear();
  }

  void advance(SimTime until) {
    run_.run_until(until);
    if (baseline_ != nullptr) {
      baseline_->run_until(until);
    }
    fold(false);
    interrupted_ = interrupted_ || (options_.run.progress &&
                                    !options_.run.progress(run_.simulator().now(), run_.end()));
  }

  void ended(Side side, const PacketSink::Ended& packet) {
    const bool to_many = packet.copies > 1 && conversations_.is_group(packet.flow);
    window_.judge(side, packet.number,
                  {.delay = packet.at - packet.offered,
                   .place = packet.place,
                   .copies = to_many ? 1 : packet.copies,
                   .verdict = PacketVerdict(packet.disposition)});
  }

  void fold(bool all) {
    while (const PacketRecord* const record = window_.take(all)) {
      accounts_.fold(*record);
    }
    if (capture_ != nullptr) {
      capture_->release_before(window_.oldest());
    }
  }

  // The baseline only as long as packets are on their way; the run to its end, for its log.
  void finish() {
    constexpr Duration kStep = std::chrono::seconds{1};
    while (!interrupted_ && window_.oldest() != window_.next() &&
           run_.simulator().now() < run_.end()) {
      advance(run_.simulator().now() + kStep);
    }
    constexpr Duration kLeap = std::chrono::minutes{1};
    while (!interrupted_ && run_.simulator().now() < run_.end()) {
      run_.run_until(run_.simulator().now() + kLeap);
      interrupted_ =
          options_.run.progress && !options_.run.progress(run_.simulator().now(), run_.end());
    }
    fold(true);
  }

  ReplayReport report() {
    SF_CHECK(accounts_.packets() == trace_.packets);
    ReplayReport report;
    report.log = run_.take_log();
    report.log.interrupted = interrupted_;
    trace_.sent = accounts_.sent();
    trace_.backward = clock_.backward();
    for (std::size_t i = 0; i < unreadable_.size(); ++i) {
      if (unreadable_[i] > 0) {
        trace_.unreadable += unreadable_[i];
        trace_.unreadable_by.push_back(
            {.verdict = std::string(unreadable_text(static_cast<UnreadableReason>(i))),
             .packets = unreadable_[i]});
      }
    }
    report.trace = trace_;
    report.speed = options_.speed;
    report.first_sent = accounts_.first_sent();
    report.last_sent = accounts_.last_sent();
    report.dispositions = accounts_.dispositions(Side::run);
    report.baseline_dispositions = accounts_.dispositions(Side::baseline);
    report.applications = accounts_.applications();
    add_flows(report);
    std::stable_sort(report.applications.begin(), report.applications.end(),
                     [](const ApplicationReport& a, const ApplicationReport& b) {
                       return a.service != b.service ? a.service : naturally_before(a.name, b.name);
                     });
    report.failed = accounts_.failed();
    report.for_good = accounts_.for_good();
    report.together = conversations_.together();
    report.losses = accounts_.losses();
    for (LossPlace& loss : report.losses) {
      loss.place = run_.name(loss.entity);
    }
    report.mapping = hosts_.rows();
    report.ports = options_.map.ports;
    Fingerprint fingerprint;
    fingerprint.add(report.log.fingerprint);
    fingerprint.add(accounts_.fingerprint());
    report.fingerprint = fingerprint.hex();
    report.interrupted = interrupted_;
    report.hops = run_.packets().counters().hops;
    if (baseline_ != nullptr) {
      report.hops += baseline_->packets().counters().hops;
    }
    return report;
  }

  void add_flows(ReplayReport& report) const {
    for (std::uint32_t i = 0; i < accounts_.senses(); ++i) {
      const FlowAccounts::Sense& sense = accounts_.sense(i);
      report.conversations =
          std::max<std::uint64_t>(report.conversations, std::uint64_t{sense.conversation} + 1);
      if (sense.packets == 0) {
        continue;  // Only the other end was heard.
      }
      FlowReport& flow = report.flows.emplace_back();
      conversations_.describe(i, flow);
      flow.application = report.applications[sense.application].name;
      flow.packets = sense.packets;
      flow.bytes = sense.bytes;
      flow.lost_by_faults = sense.lost_by_faults;
      flow.run = accounts_.traffic(i, Side::run);
      flow.baseline = accounts_.traffic(i, Side::baseline);
    }
  }

  const ReplayOptions& options_;
  Scenario calm_;
  World run_;
  std::unique_ptr<World> baseline_;  // None: without faults the run is its own.
  std::array<Sink, kSides> sinks_;
  FlowAccounts accounts_;
  RecordedHosts hosts_;
  Conversations conversations_;
  ReplayClock clock_;
  FrameCapture* capture_;  // Of run_; null: no port is captured.
  VerdictWindow window_;
  std::vector<Pending> pending_;
  std::size_t batch_packets_ = 0;
  std::size_t batch_bytes_ = 0;  // While ports are captured at.
  std::vector<OfferedPacket> offered_;
  ReplayTrace trace_;
  std::array<std::uint64_t, kUnreadableReasons> unreadable_{};
  bool interrupted_ = false;
};

}  // namespace

ReplayReport replay(const Scenario& scenario, const ReplayOptions& options, PacketSource& source) {
  SF_CHECK(options.loops >= 1 && (options.loops == 1 || options.again));
  return Replay(scenario, options).replay(source);
}

}  // namespace switchfault
