#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::minutes;
using Kind = DurationLaw::Kind;

DurationLaw law(const std::string& text) {
  return load_with_network("users: {u: {places: h1, count: 1, call_after: " + text + "}}")
      .users[0]
      .call_after;
}

std::string error(const std::string& text) {
  return brief_errors("users: {u: {places: h1, count: 1, call_after: " + text + "}}" + kNetwork);
}

TEST(ReadLaw, APlainDurationIsFixed) {
  EXPECT_EQ(law("10m").kind, Kind::fixed);
  EXPECT_EQ(law("10m").a, minutes{10});
  EXPECT_EQ(law("{value: 10m, basis: assumed}").a, minutes{10});
}

TEST(ReadLaw, ARangeOfLawsIsOneOfTheirMeans) {
  const auto ranged = [](const std::string& ends) {
    return "{value: {low: 5m, mode: 10m, high: 30m}, basis: assumed, range: " + ends + "}";
  };
  EXPECT_EQ(law(ranged("[{mean: 5m}, 40m]")).mode, minutes{10});
  EXPECT_EQ(error(ranged("[{mean: 16m}, 40m]")),
            "1:55 '{low: 5m, mode: 10m, high: 30m}' lies outside of its range [{mean: 16m}, "
            "40m] | laws are compared by their means\n");
  EXPECT_EQ(error(ranged("[{mean: 5m}, {median: 40m}]")), "1:124 missing key 'sigma'\n");
}

TEST(ReadLaw, TheKeysTellTheLaw) {
  EXPECT_EQ(law("{mean: 10m}").kind, Kind::exponential);
  const DurationLaw log_normal = law("{median: 31m, sigma: 0.9}");
  EXPECT_EQ(log_normal.kind, Kind::log_normal);
  EXPECT_EQ(log_normal.a, minutes{31});
  EXPECT_EQ(log_normal.shape, 0.9);
  const DurationLaw triangular = law("{low: 5m, mode: 10m, high: 30m}");
  EXPECT_EQ(triangular.kind, Kind::triangular);
  EXPECT_EQ(triangular.a, minutes{5});
  EXPECT_EQ(triangular.mode, minutes{10});
  EXPECT_EQ(triangular.high, minutes{30});
  EXPECT_EQ(law("{law: weibull, scale: 10m, shape: 2}").kind, Kind::weibull);
}

TEST(ReadLaw, SaysWhatIsMissingOrTooMuch) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"{median: 10m}", "1:47 missing key 'sigma'\n"},
      {"{law: weibull, scale: 10m}", "1:47 missing key 'shape'\n"},
      {"{mean: 10m, sigma: 1}", "1:66 'sigma' does not belong to the law 'exponential'\n"},
      {"{low: 5m, mode: 3m, high: 9m}", "1:63 low, mode and high must rise in this order\n"},
      {"{scale: 5m, shape: 0}", "1:66 the shape of a Weibull law must be above 0\n"},
      {"{law: normal, mean: 5m}",
       "1:53 expected fixed, exponential, log_normal, triangular or weibull, found 'normal'\n"},
      {"5",
       "1:47 expected a duration such as 250ms, 90s or 1h30m, found '5' | units must be "
       "written, as in '5s'\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(error(c.text), c.message) << c.text;
  }
}

TEST(ReadLaw, AnEmptyMapIsNoTime) {
  EXPECT_EQ(error("{}"),
            "1:47 a time is missing | write a duration such as 10m, or {mean: 10m}, {median: 10m, "
            "sigma: 0.4}, {low: 5m, mode: 10m, high: 30m} or {scale: 10m, shape: 2}\n");
}

}  // namespace
}  // namespace switchfault
