#include "net/watch_lists.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/check.h"
#include "net/network.h"

namespace switchfault {

WatchId WatchLists::add_owner(WalkOwner& owner) {
  if (free_.empty()) {
    slots_.push_back({.owner = &owner});
    return static_cast<WatchId>(slots_.size() - 1);
  }
  const WatchId id = free_.back();
  free_.pop_back();
  slot(id).owner = &owner;
  return id;
}

void WatchLists::remove_owner(WatchId id) {
  unwatch(id);
  slot(id).owner = nullptr;
  free_.push_back(id);
}

void WatchLists::watch(WatchId id, const ReadSet& reads) {
  Slot& watcher = slot(id);
  SF_CHECK(watcher.owner != nullptr);
  ++watcher.generation;
  watcher.watching = true;
  for (const NodeIndex node : reads.nodes) {
    add(by_node_[static_cast<std::size_t>(node)], id);
  }
  for (const LinkIndex link : reads.links) {
    add(by_link_[static_cast<std::size_t>(link)], id);
  }
  for (const ReadSet::MacKey& key : reads.macs) {
    add(by_mac_[key], id);
  }
  for (const ReadSet::NeighborKey& key : reads.neighbors) {
    add(by_neighbor_[key], id);
  }
}

void WatchLists::unwatch(WatchId id) {
  ++slot(id).generation;
  slot(id).watching = false;
}

bool WatchLists::live(const Entry& entry) const {
  const Slot& watcher = slot(entry.id);
  return watcher.watching && watcher.generation == entry.generation;
}

void WatchLists::add(List& list, WatchId id) {
  if (list.size() == list.capacity()) {
    std::erase_if(list, [&](const Entry& entry) { return !live(entry); });
    // Still more than half full: let it grow, so that the next look at all entries is far away.
    if (2 * list.size() >= list.capacity()) {
      list.reserve(std::max<std::size_t>(4, 2 * list.capacity()));
    }
  }
  list.push_back({id, slot(id).generation});
}

void WatchLists::tell(List& list, ObservationId cause) {
  // Whoever is told may watch again at once, which writes to this very list.
  const List told = std::exchange(list, {});
  for (const Entry& entry : told) {
    if (live(entry)) {
      unwatch(entry.id);
      slot(entry.id).owner->stale(cause);
    }
  }
}

void WatchLists::tell_node(NodeIndex node, ObservationId cause) {
  ++told_;
  tell(by_node_[static_cast<std::size_t>(node)], cause);
}

void WatchLists::tell_link(LinkIndex link, ObservationId cause) {
  ++told_;
  tell(by_link_[static_cast<std::size_t>(link)], cause);
}

void WatchLists::tell_mac(const ReadSet::MacKey& key, ObservationId cause) {
  ++told_;
  if (auto found = by_mac_.extract(key)) {
    tell(found.mapped(), cause);
  }
}

void WatchLists::tell_neighbor(const ReadSet::NeighborKey& key, ObservationId cause) {
  ++told_;
  if (auto found = by_neighbor_.extract(key)) {
    tell(found.mapped(), cause);
  }
}

// Tells all lists of keys of one node. They are taken out first, since owners may add keys.
template <typename Key>
void WatchLists::tell_range(std::map<Key, List>& lists, const Key& first, NodeIndex node,
                            ObservationId cause) {
  ++told_;
  std::vector<List> told;
  auto next = lists.lower_bound(first);
  while (next != lists.end() && next->first.node == node) {
    told.push_back(std::move(next->second));
    next = lists.erase(next);
  }
  for (List& list : told) {
    tell(list, cause);
  }
}

void WatchLists::tell_all_macs(NodeIndex node, ObservationId cause) {
  tell_range(by_mac_, ReadSet::MacKey{.node = node, .vlan = 0, .mac = {}}, node, cause);
}

void WatchLists::tell_all_neighbors(NodeIndex node, ObservationId cause) {
  tell_range(by_neighbor_,
             ReadSet::NeighborKey{.node = node, .vrf = VrfIndex::global, .address = {}}, node,
             cause);
}

std::size_t WatchLists::entries() const {
  std::size_t count = 0;
  for (const auto* lists : {&by_node_, &by_link_}) {
    for (const List& list : *lists) {
      count += list.size();
    }
  }
  for (const auto& [key, list] : by_mac_) {
    count += list.size();
  }
  for (const auto& [key, list] : by_neighbor_) {
    count += list.size();
  }
  return count;
}

}  // namespace switchfault
