#include "net/disposition.h"

#include <cstdint>
#include <set>
#include <string_view>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(DispositionTest, EveryOneHasANameOfItsOwn) {
  EXPECT_EQ(disposition_name(Disposition::delivered), "delivered");
  EXPECT_EQ(disposition_name(Disposition::no_session), "no_session");
  EXPECT_EQ(disposition_name(Disposition::loop_limit), "loop_limit");
  EXPECT_EQ(disposition_name(Disposition::queue_full), "queue_full");
  std::set<std::string_view> names;
  for (std::uint8_t i = 0; i < kDispositions; ++i) {
    names.insert(disposition_name(static_cast<Disposition>(i)));
  }
  EXPECT_EQ(names.size(), kDispositions);
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace switchfault
