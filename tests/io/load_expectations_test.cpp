#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using Window = Expectation::Window;

constexpr const char* kServices =
    "\nservices: {web: {endpoints: h1, depends: none}}\n"
    "users: {office: {places: h2, count: 9}}\n"
    "clock: {duration: 2d}\n"
    "faults: [{kind: kernel_panic, name: panic, select: s1, trigger: {at: 1h}}]\n"
    "strategies: {wait: {steps: []}}\n";

Expectation load(const std::string& keys) {
  return load_with_network("expect: [{" + keys + "}]" + kServices).expectations[0];
}
std::string error(const std::string& keys) {
  return brief_errors("expect: [{" + keys + "}]" + kServices + kNetwork);
}

TEST(LoadExpectations, AreAStateAMetricOrAnObservation) {
  const Expectation state =
      load("name: web is up, services: [web], users: office, state: up, window: always");
  EXPECT_EQ(state.name, "web is up");
  EXPECT_EQ(state.users[0].text, "office");
  EXPECT_EQ(state.state, "up");
  const Expectation metric = load(
      "metric: recovered_s, services: all, minimum: 1h, maximum: 6h30m, quantifier: {at_least: 1}, "
      "probability: 95%, strategy: wait, basis: calibrated");
  EXPECT_EQ(metric.name, "expectation-1");
  EXPECT_EQ(metric.minimum, 3600);
  EXPECT_EQ(metric.maximum, 23400);
  EXPECT_EQ(metric.quantifier, Expectation::Quantifier::at_least);
  EXPECT_EQ(metric.at_least, 1U);
  EXPECT_EQ(metric.probability, 0.95);
  EXPECT_EQ(metric.basis, "calibrated");
  EXPECT_EQ(load("metric: availability, minimum: 99.9%").minimum, 0.999);
  EXPECT_EQ(load("metric: user_minutes_lost, maximum: 1200").maximum, 1200);
  const Expectation observed =
      load("observed: host_state, subject: s1, occurrences_max: 0, window: after 2h of panic");
  EXPECT_EQ(observed.observed, "host_state");
  EXPECT_EQ(observed.occurrences_min, 0U);
  EXPECT_EQ(observed.occurrences_max, 0U);
  EXPECT_EQ(observed.subject.text, "s1");
  EXPECT_EQ(load("observed: service_state, text: no_route").text, "no_route");
}

TEST(LoadExpectations, HaveAWindow) {
  const auto window = [](const std::string& text) {
    return load("services: web, state: up, window: " + text);
  };
  EXPECT_EQ(load("services: web, state: up").window, Window::at_end);
  EXPECT_EQ(window("at end").window, Window::at_end);
  EXPECT_EQ(window("always").window, Window::always);
  EXPECT_EQ(window("within 4h").to, hours{4});
  EXPECT_EQ(window("within 4h of panic").of, "panic");
  EXPECT_EQ(window("at 5m of fault").from, minutes{5});
  EXPECT_EQ(window("after 24h").window, Window::after);
  const Expectation span = window("{from: 1h, to: 6h, of: detected}");
  EXPECT_EQ(span.window, Window::within);
  EXPECT_EQ(span.from, hours{1});
  EXPECT_EQ(span.to, hours{6});
  EXPECT_EQ(window("{at: 10m}").to, minutes{10});
}

TEST(LoadExpectations, HoldTheirStateSometimeOrThroughout) {
  using Hold = Expectation::Hold;
  EXPECT_EQ(load("services: web, state: up, window: within 4h").hold, Hold::as_window);
  EXPECT_EQ(load("services: web, state: up, window: within 4h, hold: throughout").hold,
            Hold::throughout);
  EXPECT_EQ(load("services: web, state: up, window: after 4h, hold: sometime").hold,
            Hold::sometime);
}

TEST(LoadExpectations, SteadyStateIsLookedAtWhenTheClockStarts) {
  const Scenario s =
      load_with_network(std::string("steady-state: [{services: all, state: up}]") + kServices);
  EXPECT_EQ(s.steady_state[0].name, "steady-state-1");
  EXPECT_EQ(s.steady_state[0].window, Window::at);
  EXPECT_EQ(s.steady_state[0].from, Duration::zero());
}

TEST(LoadExpectations, SayWhatIsWrong) {
  const std::string form =
      " | write always, at end, 'at 5m', 'within 4h of FAULT', 'after 24h', or {from: 1h, to: 6h, "
      "of: FAULT}\n";
  const struct {
    const char* keys;
    std::string errors;
  } cases[] = {
      {"services: web", "1:10 an expectation says exactly one of state, metric, observed\n"},
      {"state: up",
       "1:18 an expected state says of which services | write services: all, a name or a list of "
       "names\n"},
      {"services: web, state: fine", "1:33 expected up, degraded, down or not_up, found 'fine'\n"},
      {"metric: recovered_s",
       "1:19 nothing is expected of 'recovered_s' | write minimum, maximum or both\n"},
      {"metric: recovered_s, maximum: 3600",
       "1:41 expected a duration such as 250ms, 90s or 1h30m, found '3600' | units must be "
       "written, as in '3600s'\n"},
      {"metric: recovered_s, minimum: 2h, maximum: 1h", "1:41 the minimum is above the maximum\n"},
      {"services: web, state: up, maximum: 1", "1:46 bounds go with a metric\n"},
      {"services: web, state: up, subject: s1", "1:46 'subject' goes with observed only\n"},
      {"services: web, state: up, window: soon", "1:45 'soon' is no window of time" + form},
      {"services: web, state: up, window: within 4 hours",
       "1:45 'within 4 hours' is no window of time" + form},
      {"services: web, state: up, window: {from: 1h}", "1:45 this is no window of time" + form},
      {"services: web, state: up, window: within 3d",
       "1:10 the window reaches to 3d, the run ends at 2d | lengthen clock: {duration: ...} or "
       "shorten the window\n"},
      {"services: web, state: up, window: within 3h of panik",
       "1:10 the window is relative to 'panik', which is no fault | did you mean 'panic'?\n"},
      {"services: web, state: up, window: within 1h, hold: always",
       "1:62 expected sometime or throughout, found 'always'\n"},
      {"services: web, state: up, window: at 1h, hold: throughout",
       "1:58 this window is one instant, so there is nothing to hold for | write a window such as "
       "'within 4h of FAULT', 'after 24h' or {from: 1h, to: 6h}\n"},
      {"observed: storm, window: always, hold: throughout", "1:50 'hold' goes with state only\n"},
      {"services: wep, users: offic, state: up",
       "1:21 there is no service 'wep' | did you mean 'web'?\n"
       "1:33 there is no user group 'offic' | did you mean 'office'?\n"},
      {"services: web, state: up, strategy: wiat",
       "1:10 there is no strategy 'wiat' | did you mean 'wait'?\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(error(c.keys), c.errors) << c.keys;
  }
}

}  // namespace
}  // namespace switchfault
