#include "run/measured_probe.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::uint16_t kPort = 7700;        // Of the answering host, plus the stream's number …
constexpr std::uint16_t kSourcePort = 8700;  // … and of the asking one.

}  // namespace

Packet measured_packet(const Network& network, const MeasuredProbe& probe) {
  const NodeIndex from = network.find_node(probe.from);
  return {.source = network.address_of(from, false).value_or(IpAddress{}),
          .destination = IpAddress::parse(probe.destination).value_or(IpAddress{}),
          .protocol = IpProtocol::udp,
          .source_port = static_cast<std::uint16_t>(kSourcePort + probe.number),
          .destination_port = static_cast<std::uint16_t>(kPort + probe.number)};
}

MeasuredStream::MeasuredStream(Simulator& simulator, Network& network, const MeasuredProbe& probe,
                               Duration phase)
    : StandingFlow(simulator, network,
                   {.anchor = kTimeZero + phase + probe.offset,
                    .period = probe.interval,
                    .phase = Phase::traffic,
                    .target = {EntityKind::probe, probe.number},
                    .source = {EntityKind::probe, probe.number}},
                   true),
      network_(network),
      period_(probe.interval),
      anchor_(kTimeZero + phase + probe.offset),
      from_(network.find_node(probe.from)) {
  SF_CHECK(from_ != NodeIndex::none);
  packet_ = measured_packet(network, probe);
}

StandingFlow::Outcome MeasuredStream::execute(std::int64_t n, ReadSet& reads, ReadSet& kept) {
  const WalkResult result = network_.exchange(from_, packet_, reads, kept);
  const Change now{.since = n, .arrived = result.arrived, .answered = result.delivered()};
  if (asked_ != kNever && result.disposition != Disposition::neighbor_unresolved) {
    deliver_late(now);
  }
  note_wait(result, kept);
  const bool changed = changes_.empty() || changes_.back().arrived != now.arrived ||
                       changes_.back().answered != now.answered;
  if (changed) {
    changes_.push_back(now);
  }
  const bool certain = result.share <= 0 || result.share >= 1;
  return {.quiet = !changed && !result.learned && certain};
}

void MeasuredStream::note_wait(const WalkResult& result, const ReadSet& kept) {
  asked_ = kNever;
  if (result.disposition != Disposition::neighbor_unresolved) {
    return;
  }
  for (const ReadSet::NeighborKey& key : kept.neighbors) {
    const Chip& chip = network_.chip(key.node);
    const NeighborEntry* entry = chip.known_neighbor(key.vrf, key.address, kTimeZero);
    if (entry != nullptr && entry->mac.bits == 0) {
      asked_ = entry->confirmed;
      patience_ = chip.neighbor_timers().patience();
    }
  }
}

// What has waited since the kernel gave up last goes the way of the packet that is sent now.
void MeasuredStream::deliver_late(const Change& now) {
  const SimTime sent = time_of(now.since);
  const SimTime gave_up = asked_ + (sent - asked_) / patience_ * patience_;
  Change late = now;
  late.since = std::max(first_from(gave_up), changes_.back().since);
  if (late.since == changes_.back().since) {
    changes_.back() = late;
  } else if (late.since < now.since) {
    changes_.push_back(late);
  }
}

std::int64_t MeasuredStream::first_from(SimTime time) const {
  const Duration since = time - anchor_;
  const std::int64_t n = since / period_;
  return n + (n * period_ < since ? 1 : 0);
}

MeasuredLoss MeasuredStream::loss(SimTime from, SimTime until, bool Change::*good) const {
  MeasuredLoss loss;
  const std::int64_t first = first_from(from);
  const std::int64_t end = first_from(until);
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const std::int64_t begins = std::max(first, changes_[i].since);
    const std::int64_t ends = i + 1 < changes_.size() ? std::min(end, changes_[i + 1].since) : end;
    if (begins >= ends || changes_[i].*good) {
      continue;
    }
    // To the next good packet, or to where nobody looks any more.
    loss.lost += static_cast<std::uint32_t>(ends - begins);
    loss.recovered = ends < end;
    loss.outage += (loss.recovered ? time_of(ends) : until) - time_of(begins);
  }
  return loss;
}

MeasuredFlow MeasuredStream::losses(SimTime from, SimTime until) const {
  return {.there = loss(from, until, &Change::arrived),
          .back = loss(from, until, &Change::answered)};
}

bool MeasuredStream::clean(SimTime from, SimTime until) const {
  return loss(from, until, &Change::answered).lost == 0;
}

}  // namespace switchfault
