#include "net/watch_lists.h"

#include <algorithm>
#include <utility>

#include "core/check.h"
#include "net/network.h"

namespace switchfault {
namespace {

std::uint64_t blend(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
  return hash ^ (hash >> 32U);
}

std::uint64_t hash_of(const ReadSet::MacKey& key) {
  const std::uint64_t place = (static_cast<std::uint64_t>(key.node) << 16U) | key.vlan;
  return blend(blend(1, place), key.mac.bits);
}

std::uint64_t hash_of(const ReadSet::NeighborKey& key) {
  const std::uint64_t place =
      (static_cast<std::uint64_t>(key.node) << 16U) | static_cast<std::uint64_t>(key.vrf);
  return blend(blend(blend(1, place), key.address.high()), key.address.low());
}

// 128 bits that two different sets will not share: two sums of independent hashes of everything in
// order. What they say equal is not compared again.
std::pair<std::uint64_t, std::uint64_t> content_of(const ReadSet& reads) {
  std::uint64_t a = 0x243f6a8885a308d3ULL;
  std::uint64_t b = 0x13198a2e03707344ULL;
  const auto put = [&](std::uint64_t value) {
    a = blend(a, value);
    b = (b + value) * 0xd6e8feb86659fd93ULL;
    b ^= b >> 29U;
  };
  put(reads.nodes.size());
  for (const NodeIndex node : reads.nodes) {
    put(static_cast<std::uint64_t>(node));
  }
  put(reads.links.size());
  for (const LinkIndex link : reads.links) {
    put(static_cast<std::uint64_t>(link));
  }
  put(reads.domains.size());
  for (const std::uint32_t domain : reads.domains) {
    put(domain);
  }
  put((reads.ports.size() << 1U) | (reads.protocols ? 1U : 0U));
  for (const ReadSet::PortKey& key : reads.ports) {
    put((static_cast<std::uint64_t>(key.node) << 16U) | static_cast<std::uint64_t>(key.port));
  }
  put(reads.steady_macs.size());
  for (const ReadSet::SteadyMac& steady : reads.steady_macs) {
    put((static_cast<std::uint64_t>(steady.key.node) << 32U) |
        (static_cast<std::uint64_t>(steady.key.vlan) << 16U) |
        static_cast<std::uint64_t>(steady.port));
    put(steady.key.mac.bits);
  }
  put(reads.macs.size());
  for (const ReadSet::MacKey& key : reads.macs) {
    put((static_cast<std::uint64_t>(key.node) << 16U) | key.vlan);
    put(key.mac.bits);
  }
  for (const ReadSet::NeighborKey& key : reads.neighbors) {
    put((static_cast<std::uint64_t>(key.node) << 16U) | static_cast<std::uint64_t>(key.vrf));
    put(key.address.high());
    put(key.address.low());
  }
  return {a, b};
}

}  // namespace

// --- Lists by key --------------------------------------------------------------------------------

template <typename Key>
std::size_t WatchLists::KeyedLists<Key>::slot_of(const Key& key) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash_of(key) & mask;
  while (slots_[at] != kEmpty && keys_[slots_[at]] != key) {
    at = (at + 1) & mask;
  }
  return at;
}

template <typename Key>
void WatchLists::KeyedLists<Key>::grow() {
  slots_.assign(slots_.size() * 2, kEmpty);
  for (std::uint32_t i = 0; i < keys_.size(); ++i) {
    slots_[slot_of(keys_[i])] = i;
  }
}

template <typename Key>
WatchLists::List& WatchLists::KeyedLists<Key>::at(const Key& key) {
  std::uint32_t& slot = slots_[slot_of(key)];
  if (slot != kEmpty) {
    return lists_[slot];
  }
  const auto number = static_cast<std::uint32_t>(lists_.size());
  slot = number;
  keys_.push_back(key);
  lists_.emplace_back();
  of_node_.at(static_cast<std::size_t>(key.node)).push_back(number);
  if (lists_.size() * 2 > slots_.size()) {
    grow();
  }
  return lists_.back();
}

template <typename Key>
WatchLists::List* WatchLists::KeyedLists<Key>::find(const Key& key) {
  const std::uint32_t number = slots_[slot_of(key)];
  return number == kEmpty ? nullptr : &lists_[number];
}

// --- Owners --------------------------------------------------------------------------------------

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
  ++slot(id).generation;
  slot(id).listed = false;
  slot(id).owner = nullptr;
  free_.push_back(id);
}

void WatchLists::watch(WatchId id, const ReadSet& reads) {
  SF_CHECK(slot(id).owner != nullptr);
  ++watches_;
  slot(id).watching = true;
  const auto content = content_of(reads);
  if (slot(id).listed && slot(id).content == content) {
    return;
  }
  ++slot(id).generation;
  slot(id).listed = true;
  slot(id).content = content;
  for (const NodeIndex node : reads.nodes) {
    add(by_node_.at(static_cast<std::size_t>(node)), id);
  }
  for (const LinkIndex link : reads.links) {
    add(by_link_.at(static_cast<std::size_t>(link)), id);
  }
  for (const std::uint32_t domain : reads.domains) {
    if (by_domain_.size() <= domain) {
      by_domain_.resize(domain + 1);
    }
    add(by_domain_[domain], id);
  }
  NodeIndex last = NodeIndex::none;
  for (const ReadSet::PortKey& key : reads.ports) {
    auto& lists = by_port_.at(static_cast<std::size_t>(key.node));
    if (lists.size() <= static_cast<std::size_t>(key.port)) {
      lists.resize(static_cast<std::size_t>(key.port) + 1);
    }
    add(lists[static_cast<std::size_t>(key.port)], id);
    if (std::exchange(last, key.node) != key.node) {
      add(by_node_of_port_.at(static_cast<std::size_t>(key.node)), id);
      if (reads.protocols) {
        add(by_protocols_.at(static_cast<std::size_t>(key.node)), id);
      }
    }
  }
  for (std::size_t i = 0; reads.protocols && i < reads.nodes.size(); ++i) {
    add(by_protocols_.at(static_cast<std::size_t>(reads.nodes[i])), id);
  }
  for (const ReadSet::MacKey& key : reads.macs) {
    add(by_mac_.at(key), id);
  }
  for (const ReadSet::SteadyMac& steady : reads.steady_macs) {
    add(by_mac_.at(steady.key), id, steady.port);
  }
  for (const ReadSet::NeighborKey& key : reads.neighbors) {
    add(by_neighbor_.at(key), id);
  }
}

void WatchLists::add(List& list, WatchId id, LogicalPort steady) {
  std::vector<Entry>& entries = list.entries;
  if (entries.size() == entries.capacity()) {
    std::erase_if(entries, [&](const Entry& entry) { return !current(entry); });
    // Still more than half full: let it grow, so that the next look at all entries is far away.
    if (2 * entries.size() >= entries.capacity()) {
      entries.reserve(std::max<std::size_t>(4, 2 * entries.capacity()));
    }
  }
  entries.push_back({id, slot(id).generation, steady});
}

// --- Telling -------------------------------------------------------------------------------------

template <typename Find>
void WatchLists::tell(Find find, LogicalPort now, ObservationId cause) {
  List* list = find();
  if (list == nullptr || (list->looked_through == watches_ && list->looked_for == now)) {
    return;
  }
  list->looked_through = watches_;
  list->looked_for = now;
  // Whoever is told may watch again at once, which writes to this very list.
  std::vector<Entry> told = std::exchange(list->entries, {});
  for (const Entry& entry : told) {
    if (entry.steady != LogicalPort::none && (now == LogicalPort::none || now == entry.steady)) {
      continue;
    }
    if (current(entry) && slot(entry.id).watching) {
      slot(entry.id).watching = false;
      slot(entry.id).owner->stale(cause);
    }
  }
  std::erase_if(told, [&](const Entry& entry) { return !current(entry); });
  std::vector<Entry>& entries = find()->entries;
  told.insert(told.end(), entries.begin(), entries.end());
  entries = std::move(told);
}

void WatchLists::tell_node(NodeIndex node, ObservationId cause) {
  ++told_;
  const auto at = static_cast<std::size_t>(node);
  tell([&] { return by_node_.find(at); }, LogicalPort::none, cause);
  tell([&] { return by_node_of_port_.find(at); }, LogicalPort::none, cause);
}

// Where frames would go is not concerned.
void WatchLists::tell_protocols(NodeIndex node, ObservationId cause) {
  tell([&] { return by_protocols_.find(static_cast<std::size_t>(node)); }, LogicalPort::none,
       cause);
}

void WatchLists::tell_port(const ReadSet::PortKey& key, ObservationId cause) {
  ++told_;
  const auto node = static_cast<std::size_t>(key.node);
  const auto port = static_cast<std::size_t>(key.port);
  tell([&] { return by_node_.find(node); }, LogicalPort::none, cause);
  if (const auto* lists = by_port_.find(node); lists != nullptr && port < lists->size()) {
    tell([&] { return &by_port_.at(node)[port]; }, LogicalPort::none, cause);
  }
}

void WatchLists::tell_domain(std::uint32_t domain, ObservationId cause) {
  ++told_;
  if (domain < by_domain_.size()) {
    tell([&] { return &by_domain_[domain]; }, LogicalPort::none, cause);
  }
}

void WatchLists::tell_link(LinkIndex link, ObservationId cause) {
  ++told_;
  tell([&] { return by_link_.find(static_cast<std::size_t>(link)); }, LogicalPort::none, cause);
}

void WatchLists::tell_mac(const ReadSet::MacKey& key, LogicalPort now, ObservationId cause) {
  ++told_;
  tell([&] { return by_mac_.find(key); }, now, cause);
}

void WatchLists::tell_neighbor(const ReadSet::NeighborKey& key, ObservationId cause) {
  ++told_;
  tell([&] { return by_neighbor_.find(key); }, LogicalPort::none, cause);
}

void WatchLists::tell_all_macs(NodeIndex node, ObservationId cause) {
  ++told_;
  const std::size_t count = by_mac_.count_of(node);
  for (std::size_t i = 0; i < count; ++i) {
    tell([&] { return &by_mac_.of(node, i); }, LogicalPort::none, cause);
  }
}

void WatchLists::tell_all_neighbors(NodeIndex node, ObservationId cause) {
  ++told_;
  const std::size_t count = by_neighbor_.count_of(node);
  for (std::size_t i = 0; i < count; ++i) {
    tell([&] { return &by_neighbor_.of(node, i); }, LogicalPort::none, cause);
  }
}

std::size_t WatchLists::entries() const {
  std::size_t count = 0;
  const auto add = [&](const List& list) { count += list.entries.size(); };
  const auto add_all = [&](const std::vector<List>& lists) { std::ranges::for_each(lists, add); };
  for (const auto* lists : {&by_node_, &by_link_, &by_protocols_, &by_node_of_port_}) {
    lists->visit(add);
  }
  for (const auto* lists : {&by_domain_, &by_mac_.lists(), &by_neighbor_.lists()}) {
    add_all(*lists);
  }
  by_port_.visit(add_all);
  return count;
}

}  // namespace switchfault
