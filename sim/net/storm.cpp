#include "net/storm.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "core/check.h"

namespace switchfault {
namespace {

// A link without a stated delay: 100 m of cable and a short frame at 1 Gbps.
constexpr Duration kLeastDelay = std::chrono::microseconds{1};
// Loads fall from round to round; in a loop of n links a change has gone round after n.
constexpr std::size_t kMaxRounds = 100'000;

Entity domain_entity(VlanId vlan) {
  return {EntityKind::domain, vlan};
}

// Shares of a sum, in proportion to the rates and without losing a bit of it.
template <typename Iterator>
void split(Iterator first, Iterator last, std::int64_t sum) {
  std::int64_t rates = 0;
  for (auto way = first; way != last; ++way) {
    rates += way->rate;
  }
  std::int64_t left = sum;
  for (auto way = first; way != last; ++way) {
    // Through floating point for its range; what rounding leaves over goes to the last.
    const double share = static_cast<double>(way->rate) / static_cast<double>(rates);
    way->offered =
        way + 1 == last ? left : static_cast<std::int64_t>(static_cast<double>(sum) * share);
    left -= way->offered;
  }
}

}  // namespace

Storms::Storms(NetworkImpl& network, BridgeDomains& domains, const Forwarding& forwarding)
    : network_(network),
      domains_(domains),
      forwarding_(forwarding),
      watch_(network.watches.add_owner(*this)) {}

void Storms::loop_met(const Bridge& at) {
  const auto is_here = [&](const Storm& storm) {
    return storm.found == at || domains_.same(storm.found, at) ||
           std::binary_search(storm.bridges.begin(), storm.bridges.end(), at);
  };
  if (std::any_of(storms_.begin(), storms_.end(), is_here)) {
    return;
  }
  storms_.push_back({.found = at});
  CauseScope scope(network_.simulator, latest_change(domains_.bridges(at.node, at.vlan)));
  network_.simulator.schedule({.at = network_.simulator.now() + onset(at),
                               .phase = Phase::hardware,
                               .target = domain_entity(at.vlan),
                               .source = network_.node(at.node).entity},
                              [this, at] { begin(at); });
}

Duration Storms::onset(const Bridge& found) const {
  Duration round{};
  const auto bridges = domains_.bridges(found.node, found.vlan);
  for (const Way& way : ways_of(bridges)) {
    if (way.to != kLeaf) {
      round += std::max(network_.link(way.link).terms->delay, kLeastDelay);
    }
  }
  return std::max(kCirculations * round, kLeastDelay);
}

// What closed the loop is the last thing that happened to one of its bridges.
ObservationId Storms::latest_change(const std::vector<Bridge>& bridges) const {
  ObservationId latest = ObservationId::none;
  for (const Bridge& bridge : bridges) {
    const ObservationId change = network_.node(bridge.node).last_change;
    if (change != ObservationId::none && (latest == ObservationId::none || change > latest)) {
      latest = change;
    }
  }
  return latest;
}

void Storms::begin(const Bridge& found) {
  const auto storm = std::find_if(storms_.begin(), storms_.end(), [&](const Storm& one) {
    return one.found == found && !one.rages;
  });
  SF_CHECK(storm != storms_.end());
  if (!network_.forwards(found.node) || !domains_.shape(found.node, found.vlan).looped) {
    storms_.erase(storm);
    return;
  }
  storm->rages = true;
  storm->bridges = domains_.bridges(found.node, found.vlan);
  CauseScope scope(network_.simulator, network_.simulator.cause());
  network_.log.append(ObservationKind::storm, domain_entity(found.vlan),
                      {.object = network_.node(found.node).entity, .value = 1});
  compute();
}

void Storms::stale(ObservationId cause) {
  CauseScope scope(network_.simulator, cause);
  compute_later();
}

// In this instant, as early as order allows: after everything that belongs to the change itself.
void Storms::compute_later() {
  if (due_) {
    return;
  }
  due_ = true;
  EventKey key{.at = network_.simulator.now(), .target = domain_entity(0)};
  for (const Phase phase : {Phase::hardware, Phase::os, Phase::frame, Phase::protocol,
                            Phase::programming, Phase::traffic, Phase::operations}) {
    key.phase = phase;
    if (key > network_.simulator.running()) {
      network_.simulator.schedule(key, [this] { compute_due(); });
      return;
    }
  }
  key.at += Duration{1};
  key.phase = Phase::hardware;
  network_.simulator.schedule(key, [this] { compute_due(); });
}

void Storms::compute_due() {
  due_ = false;  // Here, not in compute(): a storm that begins computes while another is due.
  compute();
}

void Storms::compute() {
  follow_loops();
  std::vector<std::vector<Way>> all;
  std::vector<CpuLoad> cpus;
  ReadSet reads;
  for (const Storm& storm : storms_) {
    if (!storm.rages) {
      continue;
    }
    std::vector<Way>& ways = all.emplace_back(ways_of(storm.bridges));
    settle_loads(ways, storm.bridges);
    load_cpus(ways, storm.bridges, cpus);
    for (const Bridge& bridge : storm.bridges) {
      reads.nodes.push_back(bridge.node);
    }
    for (const Way& way : ways) {
      reads.nodes.push_back(way.receiver.node);
    }
  }
  apply_links(all);
  apply_cpus(std::move(cpus));
  std::sort(reads.nodes.begin(), reads.nodes.end());
  reads.nodes.erase(std::unique(reads.nodes.begin(), reads.nodes.end()), reads.nodes.end());
  network_.watches.watch(watch_, reads);
  shut_flooded(all);
}

// As an error-disable does; the loads are computed again without the port.
void Storms::shut_flooded(const std::vector<std::vector<Way>>& all) {
  std::vector<PortRef> ports;
  for (const std::vector<Way>& ways : all) {
    for (const Way& way : ways) {
      if (way.control != nullptr && way.control->action == StormControl::Action::shutdown &&
          way.carried > way.control->rate.bits_per_second &&
          network_.node(way.receiver.node).os != nullptr) {
        ports.push_back(way.receiver);
      }
    }
  }
  for (const PortRef& port : ports) {
    CauseScope scope(network_.simulator, network_.simulator.cause());
    network_.node(port.node).os->set_port_enabled(port.port, false);
  }
}

// Where the loops of each storm are now. A domain belongs to the storm that was found first.
void Storms::follow_loops() {
  std::vector<Bridge> claimed;
  for (Storm& storm : storms_) {
    if (!storm.rages) {
      continue;
    }
    std::vector<Bridge> bridges;
    for (const Bridge& before : storm.bridges) {
      if (std::find(claimed.begin(), claimed.end(), before) != claimed.end() ||
          !network_.forwards(before.node) || !domains_.shape(before.node, before.vlan).looped) {
        continue;
      }
      const std::vector<Bridge> domain = domains_.bridges(before.node, before.vlan);
      claimed.insert(claimed.end(), domain.begin(), domain.end());
      bridges.insert(bridges.end(), domain.begin(), domain.end());
    }
    std::sort(bridges.begin(), bridges.end());
    storm.bridges = std::move(bridges);
  }
  for (const Storm& storm : storms_) {
    if (storm.rages && storm.bridges.empty()) {
      CauseScope scope(network_.simulator, network_.simulator.cause());
      network_.log.append(ObservationKind::storm, domain_entity(storm.found.vlan),
                          {.object = network_.node(storm.found.node).entity, .value = 0});
    }
  }
  std::erase_if(storms_, [](const Storm& storm) { return storm.rages && storm.bridges.empty(); });
}

std::vector<Storms::Way> Storms::ways_of(const std::vector<Bridge>& bridges) const {
  std::vector<Way> ways;
  for (std::uint32_t from = 0; from < bridges.size(); ++from) {
    const auto [node, vlan] = bridges[from];
    if (network_.node(node).kind == NodeKind::segment) {
      for (std::size_t i = 0; i < network_.node(node).ports.size(); ++i) {
        add_ways(bridges, from, static_cast<LogicalPort>(i), vlan, ways);
      }
      continue;
    }
    for (const LogicalPort port : forwarding_.vlan_ports(node, vlan)) {
      if (forwarding_.forwards_at(node, port, vlan)) {
        const bool untagged = network_.logical(node, port).untagged == vlan;
        add_ways(bridges, from, port, untagged ? VlanId{0} : vlan, ways);
      }
    }
  }
  return ways;
}

void Storms::add_ways(const std::vector<Bridge>& bridges, std::uint32_t from, LogicalPort port,
                      VlanId tag, std::vector<Way>& ways) const {
  const NodeIndex node = bridges[from].node;
  for (const PortIndex member : network_.logical(node, port).members()) {
    const PortRef sender{node, member};
    const Port& physical = network_.port(sender);
    const auto receiver = network_.other_end(sender);
    if (!physical.carrier || !receiver || !forwarding_.is_member(node, port, member)) {
      continue;
    }
    const Link& link = network_.link(physical.link);
    if (link.terms->blocks_others || link.terms->loss[network_.direction_out_of(sender)] >= 1) {
      continue;  // Nothing circulates over it.
    }
    Way way{.from = from,
            .out = port,
            .receiver = *receiver,
            .tag = tag,
            .in = network_.port(*receiver).logical,
            .link = physical.link,
            .direction = network_.direction_out_of(sender),
            .rate = link.terms->rate.bits_per_second};
    const PortConfig* const config = network_.logical(receiver->node, way.in).config();
    if (config != nullptr && config->storm_control) {
      way.control = &*config->storm_control;
    }
    if (const auto bridge = forwarding_.bridges_at(*receiver, tag)) {
      const Bridge wanted{receiver->node, *bridge};
      const auto at = std::lower_bound(bridges.begin(), bridges.end(), wanted);
      if (at != bridges.end() && *at == wanted) {
        way.to = static_cast<std::uint32_t>(at - bridges.begin());
      }
    }
    ways.push_back(way);
  }
}

// From full links down to the greatest loads that explain each other.
void Storms::settle_loads(std::vector<Way>& ways, const std::vector<Bridge>& bridges) const {
  std::vector<std::vector<std::uint32_t>> into(bridges.size());
  for (std::uint32_t i = 0; i < ways.size(); ++i) {
    ways[i].carried = ways[i].to == kLeaf ? 0 : ways[i].rate;
    if (ways[i].to != kLeaf) {
      into[ways[i].to].push_back(i);
    }
  }
  bool changed = true;
  for (std::size_t round = 0; changed && round < kMaxRounds; ++round) {
    changed = false;
    for (auto first = ways.begin(); first != ways.end();) {
      const auto last = std::find_if(first, ways.end(), [&](const Way& way) {
        return way.from != first->from || way.out != first->out;
      });
      std::int64_t sum = 0;
      for (const std::uint32_t i : into[first->from]) {
        if (ways[i].in != first->out &&
            !network_.mlag_blocks(bridges[first->from].node, ways[i].in, first->out)) {
          sum += ways[i].let_in();
        }
      }
      split(first, last, sum);
      for (; first != last; ++first) {
        const std::int64_t carried = std::min(first->offered, first->rate);
        changed = changed || carried != first->carried;
        first->carried = carried;
      }
    }
  }
}

// Everything that reaches an instance with an interface in the VLAN is for it, too.
void Storms::load_cpus(const std::vector<Way>& ways, const std::vector<Bridge>& bridges,
                       std::vector<CpuLoad>& loads) const {
  struct Inflow {
    NodeIndex node;
    VlanId vlan;
    std::int64_t bits;
  };
  std::vector<Inflow> inflows;
  for (const Way& way : ways) {
    const NodeIndex node = way.receiver.node;
    const VlanId vlan = bridges[way.to == kLeaf ? way.from : way.to].vlan;
    const InterfaceIndex interface = way.to == kLeaf
                                         ? forwarding_.routed_interface(node, way.in, way.tag)
                                         : forwarding_.vlan_interface(node, vlan);
    if (network_.node(node).os != nullptr && interface != InterfaceIndex::none &&
        network_.interface(node, interface).up) {
      inflows.push_back({node, vlan, way.let_in()});
    }
  }
  std::stable_sort(inflows.begin(), inflows.end(), [](const Inflow& a, const Inflow& b) {
    return std::tie(a.node, a.vlan) < std::tie(b.node, b.vlan);
  });
  for (auto first = inflows.begin(); first != inflows.end();) {
    const auto last = std::find_if(first, inflows.end(), [&](const Inflow& one) {
      return one.node != first->node || one.vlan != first->vlan;
    });
    const std::int64_t bits =
        std::accumulate(first, last, std::int64_t{0},
                        [](std::int64_t sum, const Inflow& one) { return sum + one.bits; });
    const std::int64_t punted = std::min(bits / kStormFrameBits, kPuntedPerSecond);
    if (punted > 0) {
      loads.push_back({first->node, domain_entity(first->vlan).packed,
                       static_cast<double>(punted) / kCpuPacketsPerSecond});
    }
    first = last;
  }
}

void Storms::apply_links(const std::vector<std::vector<Way>>& all) {
  struct Load {
    LinkIndex link;
    unsigned direction;
    std::int64_t bits;
  };
  std::vector<Load> loads;
  for (const std::vector<Way>& ways : all) {
    for (const Way& way : ways) {
      if (way.offered > 0) {
        loads.push_back({way.link, way.direction, way.offered});
      }
    }
  }
  std::stable_sort(loads.begin(), loads.end(), [](const Load& a, const Load& b) {
    return std::tie(a.link, a.direction) < std::tie(b.link, b.direction);
  });
  std::vector<LinkIndex> links = std::move(loaded_links_);
  loaded_links_.clear();
  for (const Load& load : loads) {
    loaded_links_.push_back(load.link);
  }
  links.insert(links.end(), loaded_links_.begin(), loaded_links_.end());
  for (auto* list : {&links, &loaded_links_}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  auto load = loads.begin();
  for (const LinkIndex index : links) {
    BitRate storm[2];
    for (; load != loads.end() && load->link == index; ++load) {
      storm[load->direction].bits_per_second += load->bits;
    }
    if (const LinkTerms& terms = *network_.link(index).terms;
        storm[0] != terms.storm[0] || storm[1] != terms.storm[1]) {
      std::ranges::copy(storm, network_.change_terms(index).storm);
      network_.link_changed(index);
    }
  }
}

void Storms::apply_cpus(std::vector<CpuLoad> loads) {
  const std::vector<CpuLoad> before = std::move(cpu_loads_);
  cpu_loads_ = std::move(loads);
  for (const CpuLoad& old : before) {
    const bool stays = std::any_of(cpu_loads_.begin(), cpu_loads_.end(), [&](const CpuLoad& one) {
      return one.node == old.node && one.owner == old.owner;
    });
    if (!stays) {
      network_.node(old.node).os->set_cpu_load(old.owner, 0);
    }
  }
  for (const CpuLoad& load : cpu_loads_) {
    if (std::find(before.begin(), before.end(), load) == before.end()) {
      network_.node(load.node).os->set_cpu_load(load.owner, load.share);
    }
  }
}

}  // namespace switchfault
