#include "study/distributions.h"

#include <limits>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

// Values of the usual printed tables.
TEST(Distributions, AgreeWithPrintedTables) {
  EXPECT_NEAR(student_t_quantile(1, 0.975), 12.7062, 1e-4);
  EXPECT_NEAR(student_t_quantile(10, 0.975), 2.22814, 1e-5);
  EXPECT_NEAR(student_t_quantile(1e6, 0.975), 1.95997, 1e-5);
  EXPECT_NEAR(normal_quantile(0.975), 1.959964, 1e-6);
  EXPECT_NEAR(beta_quantile(1, 10, 0.95), 0.258866, 1e-6);  // 1 - 0.05^(1/10)
  EXPECT_NEAR(binomial_probability(10, 0.5, 2), 56.0 / 1024, 1e-12);
}

TEST(Distributions, ProbabilitiesInvertQuantiles) {
  for (const double p : {1e-6, 0.01, 0.3, 0.5, 0.975, 0.9999}) {
    EXPECT_NEAR(student_t_probability(7, student_t_quantile(7, p)), p, 1e-9);
    EXPECT_NEAR(normal_probability(normal_quantile(p)), p, 1e-12);
  }
}

TEST(Distributions, HaveEnds) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(student_t_probability(3, kInfinity), 1);
  EXPECT_EQ(student_t_probability(3, -kInfinity), 0);
  EXPECT_EQ(binomial_probability(4, 1, 3), 0);
  EXPECT_EQ(binomial_probability(4, 0, 0), 1);
  EXPECT_EQ(binomial_probability(4, 1, 4), 1);
}

}  // namespace
}  // namespace switchfault
