#include "net/read_collector.h"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

NodeIndex node(std::uint32_t index) {
  return static_cast<NodeIndex>(index);
}

TEST(ReadCollectorTest, KeepsEachThingOnceInOrderOfFirstReading) {
  ReadCollector collector(10, 10);
  ReadSet reads;
  collector.attach(reads);
  collector.add_node(node(3));
  collector.add_node(node(1));
  collector.add_node(node(3));
  collector.add_mac({node(1), 10, MacAddress{5}});
  collector.add_mac({node(1), 10, MacAddress{5}});
  collector.add_mac({node(1), 20, MacAddress{5}});
  collector.add_expiry(kTimeZero);
  collector.detach();
  EXPECT_EQ(reads.nodes, (std::vector<NodeIndex>{node(3), node(1)}));
  EXPECT_EQ(reads.macs.size(), 2U);
  EXPECT_EQ(reads.expires, kTimeZero);
}

TEST(ReadCollectorTest, GoesOnWithTheSetItLeft) {
  ReadCollector collector(10, 10);
  ReadSet first, second;
  for (int round = 0; round < 2; ++round) {
    for (ReadSet* reads : {&first, &second}) {
      collector.attach(*reads);
      collector.add_node(node(4));
      collector.add_link(static_cast<LinkIndex>(7));
      collector.add_neighbor({node(4), VrfIndex::global, IpAddress::v4(9)});
      collector.detach();
    }
  }
  for (const ReadSet* reads : {&first, &second}) {
    EXPECT_EQ(reads->nodes.size(), 1U);
    EXPECT_EQ(reads->links.size(), 1U);
    EXPECT_EQ(reads->neighbors.size(), 1U);
  }
}

// Whatever is read in whatever sittings, a set holds exactly what was read while attached to it.
RC_GTEST_PROP(ReadCollectorTest, HoldsExactlyWhatWasRead,
              (const std::vector<std::vector<std::uint16_t>>& sittings)) {
  ReadCollector collector(1000, 1000);
  std::vector<ReadSet> sets(2);
  std::vector<std::set<ReadSet::MacKey>> expected(2);
  for (std::size_t i = 0; i < sittings.size(); ++i) {
    const std::size_t which = i * 7 % 3 % 2;
    collector.attach(sets[which]);
    for (const std::uint16_t value : sittings[i]) {
      const ReadSet::MacKey key{node(value % 7U), static_cast<VlanId>(value % 3U),
                                MacAddress{value}};
      collector.add_mac(key);
      expected[which].insert(key);
    }
    collector.detach();
  }
  for (std::size_t which = 0; which < 2; ++which) {
    std::vector<ReadSet::MacKey> macs = sets[which].macs;
    std::sort(macs.begin(), macs.end());
    RC_ASSERT(macs == std::vector<ReadSet::MacKey>(expected[which].begin(), expected[which].end()));
  }
}

}  // namespace
}  // namespace switchfault
