// WatchLists: who is to be told when something a walk read changes.
//
// An owner watches the nodes, links, MAC keys and neighbour keys of one read set and is told at
// most once until it watches again. Entries in the lists carry the generation of the owner's watch,
// so that ending a watch costs nothing; dead entries are dropped when a list would have to grow.
// Adding, watching and telling are O(1) an entry (amortised), keys O(log keys).

#ifndef SWITCHFAULT_NET_WATCH_LISTS_H_
#define SWITCHFAULT_NET_WATCH_LISTS_H_

#include <cstdint>
#include <map>
#include <vector>

#include <switchfault/observation.h>

#include "net/walk.h"

namespace switchfault {

class WalkOwner;
enum class WatchId : std::uint32_t { none = 0xffffffff };

class WatchLists {
 public:
  WatchLists(std::size_t nodes, std::size_t links) : by_node_(nodes), by_link_(links) {}

  WatchId add_owner(WalkOwner& owner);
  // Its id may be given to another owner afterwards.
  void remove_owner(WatchId id);
  // Replaces what the owner watches.
  void watch(WatchId id, const ReadSet& reads);
  void unwatch(WatchId id);
  [[nodiscard]] bool watching(WatchId id) const { return slot(id).watching; }

  // Tell everybody who read it. Owners may watch, unwatch and add owners from within the call.
  void tell_node(NodeIndex node, ObservationId cause);
  void tell_link(LinkIndex link, ObservationId cause);
  void tell_mac(const ReadSet::MacKey& key, ObservationId cause);
  void tell_all_macs(NodeIndex node, ObservationId cause);
  void tell_neighbor(const ReadSet::NeighborKey& key, ObservationId cause);
  void tell_all_neighbors(NodeIndex node, ObservationId cause);

  // Grows whenever anybody could have been told.
  [[nodiscard]] std::uint64_t told() const { return told_; }
  // Entries of all lists, live or dead: for tests of compaction.
  [[nodiscard]] std::size_t entries() const;

 private:
  struct Entry {
    WatchId id;
    std::uint32_t generation;
  };
  using List = std::vector<Entry>;
  struct Slot {
    WalkOwner* owner = nullptr;
    std::uint32_t generation = 0;
    bool watching = false;
  };

  [[nodiscard]] const Slot& slot(WatchId id) const { return slots_[static_cast<std::size_t>(id)]; }
  Slot& slot(WatchId id) { return slots_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] bool live(const Entry& entry) const;
  void add(List& list, WatchId id);
  void tell(List& list, ObservationId cause);
  template <typename Key>
  void tell_range(std::map<Key, List>& lists, const Key& first, NodeIndex node,
                  ObservationId cause);

  std::uint64_t told_ = 0;
  std::vector<Slot> slots_;
  std::vector<WatchId> free_;
  std::vector<List> by_node_, by_link_;
  std::map<ReadSet::MacKey, List> by_mac_;
  std::map<ReadSet::NeighborKey, List> by_neighbor_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_WATCH_LISTS_H_
