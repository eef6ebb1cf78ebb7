// What conversations that are not executed keep fresh, and when one may sleep.

#include <algorithm>

#include "net/network_impl.h"

namespace switchfault {
namespace {

bool strictly_between(double share) {
  return share > 0 && share < 1;
}

// Whether some frame over the link would be lost and another not.
bool loses_by_draw(const NetworkImpl& network, const Link& link) {
  return link.storm[0].bits_per_second != 0 || link.storm[1].bits_per_second != 0 ||
         strictly_between(network.delivery_share(link.a)) ||
         strictly_between(network.delivery_share(link.b));
}

// Zero ageing: entries never age.
bool outlasts(Duration ageing, Duration period) {
  return ageing == Duration{} || period < ageing;
}

}  // namespace

void Network::keep(const ReadSet& kept) {
  for (const ReadSet::MacKey& key : kept.macs) {
    impl_->chip(key.node).keep_mac(key.vlan, key.mac);
  }
  for (const ReadSet::NeighborKey& key : kept.neighbors) {
    impl_->chip(key.node).keep_neighbor(key.vrf, key.address);
  }
}

void Network::release(const ReadSet& kept, SimTime last) {
  // An entry that nobody keeps any more ages again: who has read it without keeping it must know.
  // While another conversation keeps it, nothing has changed for its readers.
  for (const ReadSet::MacKey& key : kept.macs) {
    Chip& chip = impl_->chip(key.node);
    chip.release_mac(key.vlan, key.mac, last);
    SimTime expires = kNever;
    if (chip.find_mac(key.vlan, key.mac, impl_->simulator.now(), expires) != nullptr &&
        expires != kNever) {
      impl_->mac_changed(key.node, key.vlan, key.mac);
    }
  }
  for (const ReadSet::NeighborKey& key : kept.neighbors) {
    Chip& chip = impl_->chip(key.node);
    chip.release_neighbor(key.vrf, key.address, last);
    SimTime expires = kNever;
    if (chip.find_neighbor(key.vrf, key.address, impl_->simulator.now(), expires) != nullptr &&
        expires != kNever) {
      impl_->neighbor_changed(key.node, key.vrf, key.address);
    }
  }
}

bool Network::may_sleep(const ReadSet& reads, const ReadSet& kept, Duration period) const {
  if (reads.expires != kNever) {
    return false;  // Something it does not refresh ends by itself.
  }
  return std::ranges::none_of(
             reads.links,
             [&](LinkIndex index) { return loses_by_draw(*impl_, impl_->link(index)); }) &&
         std::ranges::none_of(reads.nodes,
                              [&](NodeIndex index) { return impl_->cpu_share(index) < 1; }) &&
         std::ranges::all_of(kept.macs,
                             [&](const ReadSet::MacKey& key) {
                               return outlasts(impl_->chip(key.node).mac_ageing(), period);
                             }) &&
         std::ranges::all_of(kept.neighbors, [&](const ReadSet::NeighborKey& key) {
           return outlasts(impl_->chip(key.node).neighbor_timeout(), period);
         });
}

}  // namespace switchfault
