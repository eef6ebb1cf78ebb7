#include "report/study_text.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(StudyText, FiguresHaveTheirUnits) {
  EXPECT_EQ(figure(1234567.4), "1,234,567");
  EXPECT_EQ(figure(-1234), "-1,234");
  EXPECT_EQ(figure(0.012345), "0.0123");
  EXPECT_EQ(value_text({.name = "outage_s", .unit = "s"}, 5400), "1h30m");
  EXPECT_EQ(value_text({.name = "availability", .unit = "share"}, 0.9995), "99.950 %");
  EXPECT_EQ(with_interval({.name = "actions", .unit = ""}, {.value = 41, .low = 35, .high = 47}),
            "41 ± 6");
}

TEST(StudyText, NamesAreListedAsInASentence) {
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
}

TEST(StudyText, CharactersCountOnce) {
  EXPECT_EQ(width_of("41 ± 6"), 6U);
}

}  // namespace
}  // namespace switchfault
