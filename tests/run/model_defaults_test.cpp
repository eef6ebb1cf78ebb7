#include "run/model_defaults.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(ModelDefaults, EachSaysWhereItComesFrom) {
  for (const Parameter& parameter : model_defaults()) {
    EXPECT_FALSE(parameter.source.empty()) << parameter.name;
    EXPECT_FALSE(parameter.default_text.empty()) << parameter.name;
  }
}

}  // namespace
}  // namespace switchfault
