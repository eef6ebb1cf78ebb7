#include "study/replication_table.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

StrategyReplication result(std::uint64_t replication, std::uint32_t strategy, double value) {
  return {.replication = replication,
          .strategy = strategy,
          .alternative = replication % 2 == 0 ? "even" : "odd",
          .values = {value}};
}

TEST(ReplicationTableTest, IsCompleteWithAResultOfEveryStrategy) {
  ReplicationTable table(2);
  EXPECT_FALSE(table.complete(7));
  EXPECT_TRUE(table.add(result(7, 0, 10)));
  EXPECT_FALSE(table.complete(7));
  EXPECT_TRUE(table.add(result(7, 1, 11)));
  EXPECT_TRUE(table.complete(7));
  EXPECT_FALSE(table.complete(3));
  EXPECT_FALSE(table.has(3, 0));
  EXPECT_EQ(table.size(), 2U);
}

TEST(ReplicationTableTest, ASecondResultOfTheSameRunIsDropped) {
  ReplicationTable table(1);
  EXPECT_TRUE(table.add(result(0, 0, 1)));
  EXPECT_FALSE(table.add(result(0, 0, 2)));
  EXPECT_EQ(table.at(0, 0).values, std::vector<double>{1});
}

TEST(ReplicationTableTest, AFailedRunTakesItsReplicationOut) {
  ReplicationTable table(2);
  for (std::uint64_t i = 0; i < 4; ++i) {
    table.add(result(i, 0, static_cast<double>(i)));
    table.add(result(i, 1, static_cast<double>(10 * i)));
  }
  StrategyReplication failed = result(4, 0, 4);
  failed.error = "no";
  table.add(failed);
  table.add(result(4, 1, 40));
  const ReplicationList all = usable_replications(table, ReplicationList{0, 1, 2, 3, 4});
  EXPECT_EQ(all, (ReplicationList{0, 1, 2, 3}));
  EXPECT_EQ(usable_replications(table, ReplicationList{1, 4}), (ReplicationList{1}));
  EXPECT_EQ(of_alternative(table, all, "odd"), (ReplicationList{1, 3}));
  EXPECT_EQ(values_of(table, {1, 3}, 1, 0), (std::vector<double>{10, 30}));
}

}  // namespace
}  // namespace switchfault
