// ReadCollector: adds to a read set what a walk has read, each thing once. Private to sim/net.
//
// O(1) an item. Attaching again to the set it left last costs nothing, so that the flows of one
// conversation share a set; another set with content costs one pass over it.

#ifndef SWITCHFAULT_NET_READ_COLLECTOR_H_
#define SWITCHFAULT_NET_READ_COLLECTOR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/huge_pages.h"
#include "net/walk.h"

namespace switchfault {

class ReadCollector {
 public:
  ReadCollector(std::size_t nodes, std::size_t links) : nodes_(nodes), links_(links) {}

  void attach(ReadSet& reads);
  // REQUIRES: attached.
  void add_node(NodeIndex node);
  void add_link(LinkIndex link);
  void add_port(const ReadSet::PortKey& key);
  void add_domain(std::uint32_t domain);
  void add_mac(const ReadSet::MacKey& key);
  void add_steady_mac(const ReadSet::SteadyMac& steady);
  void add_neighbor(const ReadSet::NeighborKey& key);
  void add_expiry(SimTime at);
  void add_all(const ReadSet& other);
  void detach();

 private:
  // Which elements of a vector of keys there are: positions, open addressing, dated by generation.
  class KeyIndex {
   public:
    template <typename Key>
    void add(std::vector<Key>& keys, const Key& key, std::uint64_t hash, std::uint32_t generation);

   private:
    struct Slot {
      std::uint32_t generation = 0;
      std::uint32_t position = 0;
    };
    template <typename Key>
    void grow(const std::vector<Key>& keys, std::uint32_t generation);
    std::vector<Slot> slots_ = std::vector<Slot>(256);
  };

  static std::uint64_t hash_of(const ReadSet::PortKey& key);
  static std::uint64_t hash_of(const ReadSet::MacKey& key);
  static std::uint64_t hash_of(const ReadSet::SteadyMac& steady);
  static std::uint64_t hash_of(const ReadSet::NeighborKey& key);
  using Sizes = std::array<std::size_t, 7>;
  static Sizes sizes_of(const ReadSet& reads);
  void refill();

  ReadSet* reads_ = nullptr;
  const ReadSet* last_ = nullptr;
  Sizes last_sizes_{};
  ZeroedTable<std::uint32_t> nodes_, links_;  // The generation that has the element.
  KeyIndex ports_, macs_, steady_macs_, neighbors_;
  std::uint32_t generation_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_READ_COLLECTOR_H_
