#include "core/huge_pages.h"

#include <cstdint>
#include <numeric>
#include <utility>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

std::uintptr_t address(const void* place) {
  return reinterpret_cast<std::uintptr_t>(place);
}

TEST(HugePagesTest, LargeTablesBeginAtAHugePage) {
  const Table<std::uint64_t> table(kHugePageBytes / 16, 7);
  EXPECT_EQ(address(table.data()) % kHugePageBytes, 0);
  EXPECT_EQ(table.back(), 7);
}

TEST(HugePagesTest, SmallTablesBeginAtALine) {
  const Table<char> table(100);
  EXPECT_EQ(address(table.data()) % 64, 0);
}

TEST(HugePagesTest, ATableKeepsItsRowsAsItGrows) {
  Table<std::uint32_t> table;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    table.push_back(i);
  }
  EXPECT_EQ(std::accumulate(table.begin(), table.end(), std::uint64_t{0}), 499'999'500'000);
}

TEST(HugePagesTest, AZeroedTableIsZeroUntilItIsWritten) {
  for (const std::size_t rows : {std::size_t{10}, kHugePageBytes}) {
    ZeroedTable<std::uint32_t> table(rows);
    EXPECT_EQ(address(&table[0]) % (rows == 10 ? 64 : kHugePageBytes), 0);
    table[rows - 1] = 7;
    EXPECT_EQ(table[rows - 2], 0);
    const ZeroedTable<std::uint32_t> moved = std::move(table);
    EXPECT_EQ(moved[rows - 1], 7);
    EXPECT_EQ(moved.size(), rows);
  }
}

}  // namespace
}  // namespace switchfault
