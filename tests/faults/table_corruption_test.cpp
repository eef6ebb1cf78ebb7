#include <chrono>

#include <gtest/gtest.h>

#include "faults/fault_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

void learn(SwitchOs& os, std::uint64_t mac) {
  os.program(LearnMac{{.vlan = 1, .mac = {mac}, .port = LogicalPort{1}}});
}

bool wrong(const SwitchOs& os, std::uint64_t mac) {
  return os.chip().corrupted(ChipTable::mac, mac_key(1, {mac}), nullptr);
}

TEST(TableCorruption, ASilentlyWrongTableIsRightAgainWhenCleared) {
  FaultLab lab;
  learn(lab.os(), 1);
  lab.inject("table_corruption", {{"table", "mac"}});
  EXPECT_TRUE(wrong(lab.os(), 1));
  EXPECT_EQ(lab.log(), (Log{"0s s1 table mac corrupted: 1"}));
  lab.clear();
  EXPECT_FALSE(wrong(lab.os(), 1));
}

TEST(TableCorruption, AShareHitsTheSameKeysInEveryRunOfASeed) {
  const auto keys = [](std::uint64_t seed) {
    FaultLab lab(lab_switch("s1"), seed);
    lab.inject("table_corruption", {{"table", "mac"}, {"share", "50%"}});
    std::string text;
    for (std::uint64_t mac = 0; mac < 64; ++mac) {
      text += wrong(lab.os(), mac) ? "x" : ".";
    }
    return text;
  };
  EXPECT_EQ(keys(1), keys(1));
  EXPECT_NE(keys(1), keys(2));
}

TEST(TableCorruption, APrefixOrABucketCanBeChosen) {
  FaultLab lab;
  lab.inject("table_corruption", {{"table", "routes"}, {"prefix", "10.1.0.0/16"}});
  const IpAddress inside = *IpAddress::parse("10.1.2.3");
  const IpAddress outside = *IpAddress::parse("10.2.2.3");
  EXPECT_TRUE(lab.os().chip().corrupted(ChipTable::routes, 1, &inside));
  EXPECT_FALSE(lab.os().chip().corrupted(ChipTable::routes, 1, &outside));
  FaultLab bucket;
  bucket.inject("table_corruption", {{"table", "routes"}, {"bucket", "3"}, {"buckets", "8"}});
  EXPECT_TRUE(bucket.os().chip().corrupted(ChipTable::routes, 1, 11, &outside));
  EXPECT_FALSE(bucket.os().chip().corrupted(ChipTable::routes, 1, 12, &outside));
}

TEST(TableCorruption, IsCuredByABootUnlessTheCellsAreBad) {
  FaultLab lab;
  lab.inject("table_corruption", {{"table", "mac"}});
  EXPECT_EQ(lab.survives(), "");
  lab.boot(BootKind::warm);
  EXPECT_FALSE(wrong(lab.os(), 1));
  FaultLab bad;
  bad.inject("table_corruption", {{"table", "mac"}, {"persistent", "true"}});
  bad.boot(BootKind::cold);
  EXPECT_TRUE(wrong(bad.os(), 1));
  bad.os().replace();
  EXPECT_EQ(bad.survives(), "");
}

}  // namespace
}  // namespace switchfault
