// What conversations that are not executed keep fresh, and when one may sleep.

#include <algorithm>
#include <utility>

#include "net/network_impl.h"
#include "net/stateful.h"
#include "net/walker.h"
#include "net/wire_view.h"

namespace switchfault {
namespace {

bool strictly_between(double share) {
  return share > 0 && share < 1;
}

// Whether some frame over the link would be lost and another not.
bool loses_by_draw(const NetworkImpl& network, const Link& link) {
  if (network.walker->loses_nothing(link)) {
    return false;
  }
  return link.terms->storm[0].bits_per_second != 0 || link.terms->storm[1].bits_per_second != 0 ||
         strictly_between(network.delivery_share(link.a)) ||
         strictly_between(network.delivery_share(link.b));
}

// Zero ageing: entries never age.
bool outlasts(Duration ageing, Duration period) {
  return ageing == Duration{} || period < ageing;
}

// Takes in a share of what arrives, or lets one pass.
bool draws(const NetworkImpl& network, NodeIndex node) {
  return network.cpu_share(node) < 1 || network.stateful->refuses_some(node);
}

// Whether a conversation of this period keeps the entry. A question that is still asked is shared
// by all who ask: whose packet sends it next must be known. A stale entry is used at any age, and
// who does not find it because of its age asks and gets the same answer, unless the table is
// corrupted.
bool outlasts(const Chip& chip, const ReadSet::NeighborKey& key, Duration period) {
  const NeighborTimers& timers = chip.neighbor_timers();
  if (!timers.probed) {
    return outlasts(timers.lifetime, period);
  }
  const NeighborEntry* entry = chip.known_neighbor(key.vrf, key.address, {});
  if (entry != nullptr && entry->mac.bits == 0) {
    return false;
  }
  return !chip.has_corruption() || outlasts(timers.round() + timers.patience(), period);
}

// Whether the entry is there and will not be for ever.
bool ages(const NetworkImpl& network, const ReadSet::MacKey& key) {
  SimTime expires = kNever;
  const SimTime now = network.simulator.now();
  return network.chip(key.node).find_mac(key.vlan, key.mac, now, expires) != nullptr &&
         expires != kNever;
}

bool ages(const NetworkImpl& network, const ReadSet::NeighborKey& key) {
  SimTime expires = kNever;
  const SimTime now = network.simulator.now();
  return network.chip(key.node).find_neighbor(key.vrf, key.address, now, expires) != nullptr &&
         expires != kNever;
}

}  // namespace

void NetworkImpl::ages_again(const ReadSet::MacKey& key) {
  released_.macs.push_back(key);
  arm_released();
}

void NetworkImpl::ages_again(const ReadSet::NeighborKey& key) {
  released_.neighbors.push_back(key);
  arm_released();
}

void NetworkImpl::arm_released() {
  if (released_timer_.armed()) {
    return;
  }
  CauseScope scope(simulator, ObservationId::none);
  const EventKey first_to_settle{
      .at = simulator.now(), .phase = Phase::settle, .target = {}, .source = {}};
  released_timer_.arm(first_to_settle > simulator.running() ? simulator.now()
                                                            : simulator.now() + Duration{1});
}

void NetworkImpl::tell_released() {
  const ReadSet released = std::exchange(released_, {});
  for (const ReadSet::MacKey& key : released.macs) {
    if (ages(*this, key)) {  // Nobody keeps it again already.
      mac_changed(key.node, key.vlan, key.mac, LogicalPort::none);
    }
  }
  for (const ReadSet::NeighborKey& key : released.neighbors) {
    if (ages(*this, key)) {
      neighbor_changed(key.node, key.vrf, key.address);
    }
  }
}

void Network::keep(const ReadSet& kept) {
  for (const ReadSet::MacKey& key : kept.macs) {
    impl_->chip(key.node).keep_mac(key.vlan, key.mac);
  }
  for (const ReadSet::NeighborKey& key : kept.neighbors) {
    impl_->chip(key.node).keep_neighbor(key.vrf, key.address);
  }
}

void Network::release(const ReadSet& kept, SimTime last) {
  for (const ReadSet::MacKey& key : kept.macs) {
    impl_->chip(key.node).release_mac(key.vlan, key.mac, last);
    if (ages(*impl_, key)) {
      impl_->ages_again(key);
    }
  }
  for (const ReadSet::NeighborKey& key : kept.neighbors) {
    impl_->chip(key.node).release_neighbor(key.vrf, key.address, last);
    if (ages(*impl_, key)) {
      impl_->ages_again(key);
    }
  }
}

bool Network::may_sleep(const ReadSet& reads, const ReadSet& kept, Duration period) const {
  if (reads.expires != kNever) {
    return false;  // Something it does not refresh ends by itself.
  }
  return std::ranges::none_of(reads.links,
                              [&](LinkIndex index) {
                                const Link& link = impl_->link(index);
                                return loses_by_draw(*impl_, link) ||
                                       (impl_->wire != nullptr && impl_->wire->watches(link));
                              }) &&
         std::ranges::none_of(reads.nodes, [&](NodeIndex index) { return draws(*impl_, index); }) &&
         std::ranges::none_of(
             reads.ports, [&](const ReadSet::PortKey& key) { return draws(*impl_, key.node); }) &&
         std::ranges::all_of(kept.macs,
                             [&](const ReadSet::MacKey& key) {
                               return outlasts(impl_->chip(key.node).mac_ageing(), period);
                             }) &&
         std::ranges::all_of(kept.neighbors, [&](const ReadSet::NeighborKey& key) {
           return outlasts(impl_->chip(key.node), key, period);
         });
}

}  // namespace switchfault
