#include "net/watch_lists.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/network.h"

namespace switchfault {
namespace {

constexpr NodeIndex kA{0};
constexpr NodeIndex kB{1};
constexpr ObservationId kCause{7};

// Counts how often it is told; may watch again from within the call.
struct Watcher final : WalkOwner {
  explicit Watcher(WatchLists& all) : lists(all), id(all.add_owner(*this)) {}
  void stale(ObservationId cause) override {
    ++told;
    last_cause = cause;
    if (watches_again) {
      lists.watch(id, reads);
    }
  }
  WatchLists& lists;
  WatchId id;
  ReadSet reads;
  bool watches_again = false;
  int told = 0;
  ObservationId last_cause = ObservationId::none;
};

ReadSet nodes(const std::vector<NodeIndex>& list) {
  ReadSet reads;
  reads.nodes = list;
  return reads;
}

TEST(WatchLists, AnOwnerIsToldOnceUntilItWatchesAgain) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  lists.watch(watcher.id, nodes({kA, kB}));
  lists.tell_node(kA, kCause);
  lists.tell_node(kB, kCause);
  EXPECT_EQ(watcher.told, 1);
  EXPECT_EQ(watcher.last_cause, kCause);
  EXPECT_FALSE(lists.watching(watcher.id));
  lists.watch(watcher.id, nodes({kB}));
  lists.tell_node(kA, kCause);
  EXPECT_EQ(watcher.told, 1);
  lists.tell_node(kB, kCause);
  EXPECT_EQ(watcher.told, 2);
}

TEST(WatchLists, WatchingReplacesWhatWasWatched) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  lists.watch(watcher.id, nodes({kA}));
  lists.watch(watcher.id, nodes({kB}));
  lists.tell_node(kA, kCause);
  EXPECT_EQ(watcher.told, 0);
  lists.unwatch(watcher.id);
  lists.tell_node(kB, kCause);
  EXPECT_EQ(watcher.told, 0);
}

TEST(WatchLists, WhoWatchesAgainWhileBeingToldIsNotToldTwice) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  watcher.watches_again = true;
  watcher.reads = nodes({kA});
  lists.watch(watcher.id, watcher.reads);
  lists.tell_node(kA, kCause);
  EXPECT_EQ(watcher.told, 1);
  lists.tell_node(kA, kCause);
  EXPECT_EQ(watcher.told, 2);
}

TEST(WatchLists, AMacKeyIsOneAddressInOneVlanOnOneNode) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  ReadSet reads;
  reads.macs = {{.node = kA, .vlan = 10, .mac = MacAddress{5}}};
  lists.watch(watcher.id, reads);
  lists.tell_node(kA, kCause);
  lists.tell_mac({.node = kB, .vlan = 10, .mac = MacAddress{5}}, LogicalPort::none, kCause);
  lists.tell_mac({.node = kA, .vlan = 11, .mac = MacAddress{5}}, LogicalPort::none, kCause);
  lists.tell_mac({.node = kA, .vlan = 10, .mac = MacAddress{6}}, LogicalPort::none, kCause);
  lists.tell_all_macs(kB, kCause);
  lists.tell_all_neighbors(kA, kCause);
  EXPECT_EQ(watcher.told, 0);
  lists.tell_mac({.node = kA, .vlan = 10, .mac = MacAddress{5}}, LogicalPort::none, kCause);
  EXPECT_EQ(watcher.told, 1);
  lists.watch(watcher.id, reads);
  lists.tell_all_macs(kA, kCause);
  EXPECT_EQ(watcher.told, 2);
}

TEST(WatchLists, ANeighborKeyIsOneAddressInOneVrfOnOneNode) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  ReadSet reads;
  reads.neighbors = {{.node = kA, .vrf = VrfIndex::global, .address = IpAddress::v4(0x0a000001)}};
  lists.watch(watcher.id, reads);
  lists.tell_neighbor({.node = kA, .vrf = VrfIndex{1}, .address = IpAddress::v4(0x0a000001)},
                      kCause);
  lists.tell_all_neighbors(kB, kCause);
  EXPECT_EQ(watcher.told, 0);
  lists.tell_all_neighbors(kA, kCause);
  EXPECT_EQ(watcher.told, 1);
}

TEST(WatchLists, ALinkIsWatchedByItself) {
  WatchLists lists(1, 2);
  Watcher watcher(lists);
  ReadSet reads;
  reads.links = {LinkIndex{1}};
  lists.watch(watcher.id, reads);
  lists.tell_link(LinkIndex{0}, kCause);
  EXPECT_EQ(watcher.told, 0);
  lists.tell_link(LinkIndex{1}, kCause);
  EXPECT_EQ(watcher.told, 1);
}

TEST(WatchLists, WatchingOverAndOverDoesNotGrowTheLists) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  Watcher other(lists);
  lists.watch(other.id, nodes({kA}));
  for (int i = 0; i < 10'000; ++i) {
    lists.watch(watcher.id, nodes({kA, kB}));
  }
  EXPECT_LE(lists.entries(), 16U);
  lists.tell_node(kA, kCause);
  EXPECT_EQ(watcher.told, 1);
  EXPECT_EQ(other.told, 1);
}

TEST(WatchLists, ARemovedOwnerHearsNothingAndItsIdIsUsedAgain) {
  WatchLists lists(2, 1);
  Watcher gone(lists);
  lists.watch(gone.id, nodes({kA}));
  lists.remove_owner(gone.id);
  Watcher next(lists);
  EXPECT_EQ(next.id, gone.id);
  lists.tell_node(kA, kCause);
  EXPECT_EQ(gone.told, 0);
  EXPECT_EQ(next.told, 0);
}

TEST(WatchLists, AWatchedPortIsNotConcernedByOthersOfItsNode) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  ReadSet reads;
  reads.ports = {{kA, LogicalPort{3}}};
  lists.watch(watcher.id, reads);
  lists.tell_port({kA, LogicalPort{2}}, kCause);
  lists.tell_port({kB, LogicalPort{3}}, kCause);
  EXPECT_EQ(watcher.told, 0);
  lists.tell_port({kA, LogicalPort{3}}, kCause);
  EXPECT_EQ(watcher.told, 1);
  lists.watch(watcher.id, reads);
  lists.tell_node(kA, kCause);
  EXPECT_EQ(watcher.told, 2);
  lists.watch(watcher.id, nodes({kA}));
  lists.tell_port({kA, LogicalPort{7}}, kCause);
  EXPECT_EQ(watcher.told, 3);
}

TEST(WatchLists, ASteadyMacIsToldOfAnotherPortOnly) {
  WatchLists lists(2, 1);
  Watcher watcher(lists);
  const ReadSet::MacKey key{.node = kA, .vlan = 10, .mac = MacAddress{5}};
  ReadSet reads;
  reads.steady_macs = {{key, LogicalPort{3}}};
  lists.watch(watcher.id, reads);
  lists.tell_all_macs(kA, kCause);
  lists.tell_mac(key, LogicalPort::none, kCause);
  lists.tell_mac(key, LogicalPort{3}, kCause);
  EXPECT_EQ(watcher.told, 0);
  lists.tell_mac(key, LogicalPort{4}, kCause);
  EXPECT_EQ(watcher.told, 1);
}

}  // namespace
}  // namespace switchfault
