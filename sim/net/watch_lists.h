// WatchLists: who is to be told when something a walk read changes.
//
// An owner watches the nodes, links, MAC keys and neighbour keys of one read set and is told at
// most once until it watches again. Its entries stay in the lists while it is not watching, so that
// watching the same set again costs one pass over it and nothing else; another set gets a new
// generation, and entries of older ones are dropped when a list would have to grow. A list is not
// looked through twice while nobody has watched in between. Watching costs O(1) an entry.

#ifndef SWITCHFAULT_NET_WATCH_LISTS_H_
#define SWITCHFAULT_NET_WATCH_LISTS_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <switchfault/observation.h>

#include "net/sparse_table.h"
#include "net/walk.h"

namespace switchfault {

class WalkOwner;

enum class WatchId : std::uint32_t { none = 0xffffffff };

class WatchLists {
 public:
  WatchLists(std::size_t nodes, std::size_t links)
      : by_node_(nodes),
        by_link_(links),
        by_protocols_(nodes),
        by_node_of_port_(nodes),
        by_port_(nodes),
        by_mac_(nodes),
        by_neighbor_(nodes) {}

  WatchId add_owner(WalkOwner& owner);
  // Its id may be given to another owner afterwards.
  void remove_owner(WatchId id);
  // Replaces what the owner watches.
  void watch(WatchId id, const ReadSet& reads);
  void unwatch(WatchId id) { slot(id).watching = false; }
  [[nodiscard]] bool watching(WatchId id) const { return slot(id).watching; }

  // Tell everybody who read it. Owners may watch, unwatch and add owners from within the call.
  void tell_node(NodeIndex node, ObservationId cause);
  void tell_protocols(NodeIndex node, ObservationId cause);
  void tell_domain(std::uint32_t domain, ObservationId cause);
  void tell_port(const ReadSet::PortKey& key, ObservationId cause);
  void tell_link(LinkIndex link, ObservationId cause);
  // `now`: the port that the entry names from now on, none when it is gone.
  void tell_mac(const ReadSet::MacKey& key, LogicalPort now, ObservationId cause);
  // All entries are gone.
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
    LogicalPort steady = LogicalPort::none;  // Told only of another port than this.
  };
  struct List {
    std::vector<Entry> entries;
    std::uint64_t looked_through = 0;            // When `watches_` was this …
    LogicalPort looked_for = LogicalPort::none;  // … because of this.
  };
  struct Slot {
    WalkOwner* owner = nullptr;
    std::uint32_t generation = 0;
    bool watching = false;
    bool listed = false;  // Its entries are those of a set with this content.
    std::pair<std::uint64_t, std::uint64_t> content;
  };

  // The list of each key that anybody has ever watched; those of one node are found together.
  template <typename Key>
  class KeyedLists {
   public:
    explicit KeyedLists(std::size_t nodes) : of_node_(nodes), slots_(kLeastSlots, kEmpty) {}
    List& at(const Key& key);
    [[nodiscard]] List* find(const Key& key);
    [[nodiscard]] std::size_t count_of(NodeIndex node) const {
      const auto* numbers = of_node_.find(static_cast<std::size_t>(node));
      return numbers == nullptr ? 0 : numbers->size();
    }
    List& of(NodeIndex node, std::size_t i) {
      return lists_[of_node_.at(static_cast<std::size_t>(node))[i]];
    }
    [[nodiscard]] const std::vector<List>& lists() const { return lists_; }

   private:
    static constexpr std::uint32_t kEmpty = 0xffffffff;
    static constexpr std::size_t kLeastSlots = 256;
    [[nodiscard]] std::size_t slot_of(const Key& key) const;
    void grow();

    std::vector<List> lists_;
    std::vector<Key> keys_;  // Beside lists_.
    SparseTable<std::vector<std::uint32_t>> of_node_;
    std::vector<std::uint32_t> slots_;  // Open addressing.
  };

  [[nodiscard]] const Slot& slot(WatchId id) const { return slots_[static_cast<std::size_t>(id)]; }
  Slot& slot(WatchId id) { return slots_[static_cast<std::size_t>(id)]; }
  [[nodiscard]] bool current(const Entry& entry) const {
    return slot(entry.id).generation == entry.generation;
  }
  void add(List& list, WatchId id, LogicalPort steady = LogicalPort::none);
  // `find` gives the list, or null, anew after each call of an owner, who may have made lists move.
  template <typename Find>
  void tell(Find find, LogicalPort now, ObservationId cause);

  std::uint64_t told_ = 0;
  std::uint64_t watches_ = 1;  // Calls of watch() so far.
  std::vector<Slot> slots_;
  std::vector<WatchId> free_;
  SparseTable<List> by_node_, by_link_, by_protocols_;
  std::vector<List> by_domain_;             // As far as anybody has watched.
  SparseTable<List> by_node_of_port_;       // Who watches some ports of the node.
  SparseTable<std::vector<List>> by_port_;  // By node, then port; as far as anybody has watched.
  KeyedLists<ReadSet::MacKey> by_mac_;
  KeyedLists<ReadSet::NeighborKey> by_neighbor_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_WATCH_LISTS_H_
