#include "net/read_collector.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {
namespace {

std::uint64_t scatter(std::uint64_t a, std::uint64_t b) {
  std::uint64_t hash = (a ^ (b * 0x9e3779b97f4a7c15ULL)) * 0xbf58476d1ce4e5b9ULL;
  return hash ^ (hash >> 29U);
}

}  // namespace

template <typename Key>
void ReadCollector::KeyIndex::grow(const std::vector<Key>& keys, std::uint32_t generation) {
  slots_.assign(slots_.size() * 2, Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::uint32_t position = 0; position < keys.size(); ++position) {
    std::size_t at = hash_of(keys[position]) & mask;
    while (slots_[at].generation == generation) {
      at = (at + 1) & mask;
    }
    slots_[at] = {generation, position};
  }
}

template <typename Key>
void ReadCollector::KeyIndex::add(std::vector<Key>& keys, const Key& key, std::uint64_t hash,
                                  std::uint32_t generation) {
  while (keys.size() * 2 >= slots_.size()) {
    grow(keys, generation);
  }
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  while (slots_[at].generation == generation) {
    if (keys[slots_[at].position] == key) {
      return;
    }
    at = (at + 1) & mask;
  }
  slots_[at] = {generation, static_cast<std::uint32_t>(keys.size())};
  keys.push_back(key);
}

std::uint64_t ReadCollector::hash_of(const ReadSet::PortKey& key) {
  return scatter(static_cast<std::uint64_t>(key.node), static_cast<std::uint64_t>(key.port));
}

std::uint64_t ReadCollector::hash_of(const ReadSet::SteadyMac& steady) {
  return scatter(hash_of(steady.key), static_cast<std::uint64_t>(steady.port));
}

std::uint64_t ReadCollector::hash_of(const ReadSet::MacKey& key) {
  return scatter((static_cast<std::uint64_t>(key.node) << 16U) | key.vlan, key.mac.bits);
}

std::uint64_t ReadCollector::hash_of(const ReadSet::NeighborKey& key) {
  const std::uint64_t place =
      (static_cast<std::uint64_t>(key.node) << 16U) | static_cast<std::uint64_t>(key.vrf);
  return scatter(scatter(place, key.address.high()), key.address.low());
}

ReadCollector::Sizes ReadCollector::sizes_of(const ReadSet& reads) {
  return {reads.nodes.size(), reads.links.size(),       reads.ports.size(),    reads.domains.size(),
          reads.macs.size(),  reads.steady_macs.size(), reads.neighbors.size()};
}

void ReadCollector::attach(ReadSet& reads) {
  SF_CHECK(reads_ == nullptr);
  reads_ = &reads;
  const Sizes sizes = sizes_of(reads);
  const bool empty = sizes == Sizes{};
  if (empty || &reads != last_ || sizes != last_sizes_) {
    ++generation_;
    if (!empty) {
      refill();
    }
  }
}

// What is there already, each thing once.
void ReadCollector::refill() {
  ReadSet before;
  std::swap(before.nodes, reads_->nodes);
  std::swap(before.links, reads_->links);
  std::swap(before.ports, reads_->ports);
  std::swap(before.domains, reads_->domains);
  std::swap(before.steady_macs, reads_->steady_macs);
  std::swap(before.macs, reads_->macs);
  std::swap(before.neighbors, reads_->neighbors);
  add_all(before);
}

void ReadCollector::add_node(NodeIndex node) {
  std::uint32_t& has = nodes_[static_cast<std::size_t>(node)];
  if (has != generation_) {
    has = generation_;
    reads_->nodes.push_back(node);
  }
}

void ReadCollector::add_link(LinkIndex link) {
  std::uint32_t& has = links_[static_cast<std::size_t>(link)];
  if (has != generation_) {
    has = generation_;
    reads_->links.push_back(link);
  }
}

void ReadCollector::add_port(const ReadSet::PortKey& key) {
  ports_.add(reads_->ports, key, hash_of(key), generation_);
}

// There are few.
void ReadCollector::add_domain(std::uint32_t domain) {
  std::vector<std::uint32_t>& domains = reads_->domains;
  if (std::find(domains.begin(), domains.end(), domain) == domains.end()) {
    domains.push_back(domain);
  }
}

void ReadCollector::add_steady_mac(const ReadSet::SteadyMac& steady) {
  steady_macs_.add(reads_->steady_macs, steady, hash_of(steady), generation_);
}

void ReadCollector::add_mac(const ReadSet::MacKey& key) {
  macs_.add(reads_->macs, key, hash_of(key), generation_);
}

void ReadCollector::add_neighbor(const ReadSet::NeighborKey& key) {
  neighbors_.add(reads_->neighbors, key, hash_of(key), generation_);
}

void ReadCollector::add_expiry(SimTime at) {
  reads_->expires = std::min(reads_->expires, at);
}

void ReadCollector::add_all(const ReadSet& other) {
  for (const NodeIndex node : other.nodes) {
    add_node(node);
  }
  for (const LinkIndex link : other.links) {
    add_link(link);
  }
  for (const ReadSet::PortKey& key : other.ports) {
    add_port(key);
  }
  for (const std::uint32_t domain : other.domains) {
    add_domain(domain);
  }
  for (const ReadSet::MacKey& key : other.macs) {
    add_mac(key);
  }
  for (const ReadSet::SteadyMac& steady : other.steady_macs) {
    add_steady_mac(steady);
  }
  for (const ReadSet::NeighborKey& key : other.neighbors) {
    add_neighbor(key);
  }
  add_expiry(other.expires);
}

void ReadCollector::detach() {
  last_ = reads_;
  last_sizes_ = sizes_of(*reads_);
  reads_ = nullptr;
}

}  // namespace switchfault
