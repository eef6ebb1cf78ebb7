#include "run/measured_bond.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "net/forwarding.h"
#include "run/measured_probe.h"

namespace switchfault {
namespace {

constexpr Duration kInterval = std::chrono::seconds{10};  // Default of bond-rebalance-interval.
constexpr std::uint64_t kFrame = 90;       // A probe: 48 octets in UDP, IPv4 and Ethernet.
constexpr std::uint64_t kLeast = 100'000;  // Less overload is not worth it …
constexpr unsigned kLeastShare = 5;        // … nor is less than load / 2^5.
constexpr std::uint64_t kBetter = 10;      // A move must bring a tenth of what is missing.

// Of the links with load the first bucket whose move brings the two closer together.
std::optional<std::size_t> bucket_to_move(const std::vector<std::size_t>& buckets,
                                          const std::uint64_t* bytes, std::uint64_t from,
                                          std::uint64_t to) {
  if (buckets.size() < 2) {
    return std::nullopt;  // One bucket would only change places.
  }
  const std::uint64_t ideal = (from + to) / 2;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    const std::uint64_t moved = bytes[buckets[i]];
    const std::uint64_t low = std::min(from - moved, to + moved);
    if (low > to && low - to >= (ideal - to) / kBetter) {
      return i;
    }
  }
  return std::nullopt;
}

}  // namespace

MeasuredBond::MeasuredBond(Simulator& simulator, Network& network, const MeasuredCase& measured,
                           NodeIndex node, LogicalPort aggregate, Duration phase)
    : simulator_(simulator),
      network_(network),
      node_(node),
      aggregate_(aggregate),
      last_(simulator.now()),
      timer_(simulator, Phase::environment,
             network.node(node).logical_ports[static_cast<std::size_t>(aggregate)].entity(),
             {EntityKind::scenario, 0}, [this] { balance(); }) {
  network.bucket_aggregate(node, aggregate, kBuckets);
  for (const MeasuredProbe& probe : measured.probes) {
    const NodeIndex from = network.find_node(probe.from);
    const NodeIndex to = network.find_node(probe.receivers.front());
    const Packet request = measured_packet(network, probe);
    add_flow(from, to, request, probe.interval);
    Packet answer = request;
    std::swap(answer.source, answer.destination);
    std::swap(answer.source_port, answer.destination_port);
    add_flow(to, from, answer, probe.interval);
  }
  timer_.arm(simulator.now() + phase);
}

void MeasuredBond::add_flow(NodeIndex from, NodeIndex to, const Packet& packet, Duration interval) {
  const auto mac = [&](NodeIndex host) { return network_.node(host).interfaces.front().mac(); };
  const std::uint64_t hash = flow_hash(packet);
  flows_.push_back({.bucket = member_choice(hash, network_.node(node_).stable_id, kBuckets),
                    .from = mac(from),
                    .to = mac(to),
                    .interval = interval});
}

bool MeasuredBond::leaves_here(const Flow& flow) const {
  const auto& macs = network_.chip(node_).macs();
  return std::ranges::any_of(macs, [&](const MacEntry& there) {
    return there.mac == flow.to && there.port == aggregate_ &&
           std::ranges::any_of(macs, [&](const MacEntry& here) {
             return here.mac == flow.from && here.vlan == there.vlan && here.port != aggregate_;
           });
  });
}

void MeasuredBond::account() {
  const Duration since = simulator_.now() - std::exchange(last_, simulator_.now());
  for (const Flow& flow : flows_) {
    if (leaves_here(flow)) {
      bytes_[flow.bucket] += static_cast<std::uint64_t>(since / flow.interval) * kFrame;
    }
  }
}

// Those that carry traffic, the one with the most load first.
std::vector<MeasuredBond::Link> MeasuredBond::links() const {
  const Chip& chip = network_.chip(node_);
  const auto& buckets = chip.lag_buckets(aggregate_);
  std::vector<Link> links;
  for (const PortIndex port : chip.lag_members(aggregate_)) {
    Link link{.port = port, .buckets = {}};
    for (std::size_t i = 0; i < buckets.size(); ++i) {
      if (buckets[i] == port && bytes_[i] > 0) {
        link.load += bytes_[i];
        link.buckets.push_back(i);
      }
    }
    links.push_back(std::move(link));
  }
  std::ranges::stable_sort(links, std::ranges::greater(), &Link::load);
  return links;
}

void MeasuredBond::shift(std::vector<Link>& links) {
  while (links.size() > 1) {
    Link& from = links.front();
    Link& to = links.back();
    const std::uint64_t overload = from.load - to.load;
    if (overload < (to.load >> kLeastShare) || overload < kLeast) {
      return;
    }
    const auto place = bucket_to_move(from.buckets, bytes_.data(), from.load, to.load);
    if (!place) {
      links.erase(links.begin());  // Nothing useful can be moved away from it.
      continue;
    }
    const std::size_t bucket = from.buckets[*place];
    from.load -= bytes_[bucket];
    to.load += bytes_[bucket];
    from.buckets.erase(from.buckets.begin() + static_cast<std::ptrdiff_t>(*place));
    network_.move_bucket(node_, aggregate_, bucket, to.port);
    std::ranges::stable_sort(links, std::ranges::greater(), &Link::load);
  }
}

void MeasuredBond::balance() {
  account();
  std::vector<Link> all = links();
  shift(all);
  for (std::uint64_t& bytes : bytes_) {
    bytes /= 2;  // A moving average: what was before counts half as much each time.
  }
  timer_.arm(simulator_.now() + kInterval);
}

}  // namespace switchfault
