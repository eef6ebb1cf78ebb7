#include "report/state_timeline.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// Two groups use one service: a is down from 1 h to 2 h, b from 1 h 30 min to 3 h.
RunLog log_of_two() {
  RunLog log;
  log.end = kTimeZero + 4h;
  log.texts = {""};
  log.demands = {{.service_name = "s", .users_name = "a"},
                 {.service_name = "s", .users_name = "b"}};
  const auto add = [&](Duration at, std::uint32_t demand, ServiceState state) {
    log.observations.push_back({.at = kTimeZero + at,
                                .value = static_cast<std::int64_t>(state),
                                .subject = {EntityKind::demand, demand},
                                .kind = ObservationKind::service_state});
  };
  add(1h, 0, ServiceState::down);
  add(90min, 1, ServiceState::down);
  add(2h, 0, ServiceState::up);
  add(3h, 1, ServiceState::up);
  return log;
}

bool is_up(ServiceState state) {
  return state == ServiceState::up;
}

TEST(StateTimeline, SeveralGroupsAreUpTogetherOrDownTogether) {
  const StateTimeline both(log_of_two(), "s", {});
  EXPECT_EQ(both.at(kTimeZero), ServiceState::up);
  EXPECT_EQ(both.at(kTimeZero + 1h), ServiceState::degraded);
  EXPECT_EQ(both.at(kTimeZero + 100min), ServiceState::down);
  EXPECT_EQ(both.at(kTimeZero + 150min), ServiceState::degraded);
  EXPECT_EQ(both.at(kTimeZero + 3h), ServiceState::up);
}

TEST(StateTimeline, WindowsAreClosed) {
  const StateTimeline a(log_of_two(), "s", {"a"});
  EXPECT_TRUE(a.throughout(kTimeZero, kTimeZero + 59min, is_up));
  EXPECT_FALSE(a.throughout(kTimeZero, kTimeZero + 1h, is_up));
  EXPECT_EQ(a.first(kTimeZero + 1h, kTimeZero + 4h, is_up), kTimeZero + 2h);
  EXPECT_FALSE(a.first(kTimeZero + 1h, kTimeZero + 119min, is_up).has_value());
}

TEST(StateTimeline, NobodyUsesWhatIsNotThere) {
  EXPECT_TRUE(StateTimeline(log_of_two(), "t", {}).empty());
}

}  // namespace
}  // namespace switchfault
