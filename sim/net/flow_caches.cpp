#include "net/flow_caches.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/random.h"
#include "os/arguments.h"

namespace switchfault {
namespace {

constexpr Duration kAtOnce = std::chrono::microseconds{1};
// The bridge sees what a thread of its own has learned, then the revalidator what the bridge wants.
constexpr unsigned kBridgeAndRevalidator = 2;

bool keeps_flows(const NodeConfig& node) {
  return std::ranges::any_of(node.protocols, [](const ProtocolConfig& protocol) {
    const ArgumentReader arguments(protocol.arguments);
    return arguments.has("profile") && arguments.text("profile") == "openvswitch";
  });
}

}  // namespace

FlowCaches::FlowCaches(NetworkImpl& network) : network_(network) {
  for (std::size_t i = 0; i < network.nodes.size(); ++i) {
    const auto node = static_cast<NodeIndex>(i);
    if (keeps_flows(*network.node(node).config)) {
      caches_[node].revalidator =
          Timer(network.simulator, Phase::programming, network.node(node).entity,
                network.node(node).entity, [this, node] { look(node); });
    }
  }
}

const MacEntry* FlowCaches::entry_of(NodeIndex node, const Flow& flow) const {
  SimTime expires = kNever;
  return network_.chip(node).find_mac(flow.vlan, flow.source, network_.simulator.now(), expires);
}

bool FlowCaches::counts(NodeIndex node, const Flow& flow) const {
  const auto cache = caches_.find(node);
  if (cache == caches_.end()) {
    return false;
  }
  const auto known = cache->second.flows.find(flow);
  if (known == cache->second.flows.end() ||
      network_.simulator.now() - known->second.last >= kFlowIdle) {
    return false;
  }
  const MacEntry* entry = entry_of(node, flow);
  return entry == nullptr || (entry->port != flow.in && !entry->fixed);
}

// Flows of a MAC have been used as long as its entry, if it still talks where the entry says.
void FlowCaches::used(Cache& cache, const MacEntry& entry) {
  const auto talks = cache.talks.find({entry.vlan, entry.mac});
  if (talks == cache.talks.end() || talks->second != entry.port) {
    return;
  }
  const SimTime last = entry.kept > 0 ? network_.simulator.now() : entry.last_seen;
  for (auto at = cache.flows.lower_bound(
           {.in = entry.port, .vlan = entry.vlan, .source = entry.mac, .destination = {}});
       at != cache.flows.end() && at->first.in == entry.port && at->first.vlan == entry.vlan &&
       at->first.source == entry.mac;
       ++at) {
    at->second.last = std::max(at->second.last, last);
  }
}

void FlowCaches::took(NodeIndex node, const Flow& flow) {
  const auto found = caches_.find(node);
  if (found == caches_.end()) {
    return;
  }
  Cache& cache = found->second;
  const SimTime now = network_.simulator.now();
  const MacEntry* entry = entry_of(node, flow);
  const bool moved = entry != nullptr && entry->port != flow.in;
  if (moved) {
    used(cache, *entry);
  }
  cache.talks[{flow.vlan, flow.source}] = flow.in;
  const auto [at, first] = cache.flows.try_emplace(flow, Use{.last = now, .pushed = now});
  if (!first && now - at->second.last >= kFlowIdle && (entry == nullptr || moved)) {
    at->second.pushed = now;  // It had gone: the frame is translated.
  } else if (!first && (entry == nullptr || moved)) {
    look_at(cache, cache.looked + ((now - cache.looked) / kRevalidation + 1) * kRevalidation);
  }
  at->second.last = now;
}

void FlowCaches::learned(NodeIndex node) {
  const auto cache = caches_.find(node);
  if (cache == caches_.end()) {
    return;
  }
  if (cache->second.looking) {
    cache->second.changed = true;
  } else {
    look_soon(node, cache->second, 1);
  }
}

void FlowCaches::flushed(NodeIndex node, std::span<const MacEntry> entries) {
  const auto cache = caches_.find(node);
  if (cache == caches_.end() || entries.empty()) {
    return;
  }
  for (const MacEntry& entry : entries) {
    used(cache->second, entry);
  }
  look_soon(node, cache->second, 1);
}

void FlowCaches::forget(NodeIndex node) {
  const auto cache = caches_.find(node);
  if (cache != caches_.end()) {
    cache->second.flows.clear();
    cache->second.talks.clear();
    cache->second.revalidator.cancel();
  }
}

void FlowCaches::look_at(Cache& cache, SimTime due) {
  if (due < cache.revalidator.deadline()) {
    cache.revalidator.arm(due);
  }
}

// When as many threads have been woken up, one by the other.
void FlowCaches::look_soon(NodeIndex node, Cache& cache, unsigned threads) {
  const SimTime now = network_.simulator.now();
  SimTime due = now + kAtOnce;
  const Duration wait = network_.node(node).config->cpu_wait;
  for (unsigned thread = 0; thread < threads && wait > Duration::zero(); ++thread) {
    due += network_.random.exponential(
        {.purpose = Purpose("flow_caches.wait"),
         .entity = network_.node(node).stable_id,
         .occurrence = static_cast<std::uint64_t>(now.time_since_epoch().count()),
         .index = thread},
        wait);
  }
  look_at(cache, due);
}

bool FlowCaches::may_learn(NodeIndex node, LogicalPort port, VlanId vlan) const {
  return network_.chip(node).port_state(port, vlan) != StpState::discarding &&
         network_.logical(node, port).up;
}

void FlowCaches::look(NodeIndex node) {
  Cache& cache = caches_.at(node);
  const SimTime now = network_.simulator.now();
  if (!network_.runs(node, ProcessFunction::mac_learning)) {
    look_at(cache, now + kRevalidation);
    return;
  }
  for (const MacEntry& entry : network_.chip(node).macs()) {
    if (entry.kept > 0) {
      used(cache, entry);
    }
  }
  std::vector<std::pair<std::uint64_t, Flow>> counted;
  for (auto& [flow, use] : cache.flows) {
    if (use.last > use.pushed) {
      const std::uint64_t place = network_.random.bits(
          {.purpose = Purpose("flow_caches.order"),
           .entity = network_.node(node).stable_id,
           .occurrence = mac_key(flow.vlan, flow.source) ^ flow.destination.bits,
           .index = static_cast<std::uint64_t>(flow.in)});
      counted.emplace_back(place, flow);
      use.pushed = now;
    }
  }
  std::ranges::sort(counted);
  cache.looked = now;
  cache.looking = true;
  for (const auto& [place, flow] : counted) {
    const MacEntry* entry = entry_of(node, flow);
    const bool is_there = entry != nullptr && (entry->port == flow.in || entry->fixed);
    if (!is_there && may_learn(node, flow.in, flow.vlan)) {
      network_.program(node, LearnMac{{.vlan = flow.vlan,
                                       .mac = flow.source,
                                       .port = flow.in,
                                       .last_seen = cache.flows.at(flow).last}});
    }
  }
  cache.looking = false;
  if (std::exchange(cache.changed, false)) {
    look_soon(node, cache, kBridgeAndRevalidator);
  }
  std::erase_if(cache.flows, [&](const auto& one) {
    const MacEntry* entry = entry_of(node, one.first);
    const bool in_use = entry != nullptr && entry->port == one.first.in;
    return !in_use && now - one.second.last >= kFlowIdle;
  });
}

}  // namespace switchfault
