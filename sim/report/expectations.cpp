#include "report/expectations.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "report/state_timeline.h"

namespace switchfault {
namespace {

std::vector<std::string> texts(const std::vector<Name>& names) {
  std::vector<std::string> result;
  result.reserve(names.size());
  for (const Name& name : names) {
    result.push_back(name.text);
  }
  return result;
}

std::string_view state_name(ServiceState state) {
  switch (state) {
    case ServiceState::up:
      return "up";
    case ServiceState::degraded:
      return "degraded";
    case ServiceState::down:
      return "down";
  }
  return "";
}

StateTimeline::Predicate predicate(const std::string& state) {
  return [state](ServiceState s) {
    return state == "not_up" ? s != ServiceState::up : state_name(s) == state;
  };
}

class Judge {
 public:
  Judge(const Scenario& scenario, const RunLog& log, const Report& report)
      : scenario_(scenario), log_(log), report_(report) {}

  ExpectationReport operator()(const Expectation& expectation) {
    ExpectationReport result{
        .name = expectation.name, .basis = expectation.basis, .at = expectation.at};
    if (!expectation.strategy.empty() && expectation.strategy != log_.strategy) {
      result.judged = false;
      result.observed = "for strategy " + expectation.strategy;
      return result;
    }
    const std::optional<SimTime> origin = origin_of(expectation.of);
    if (!origin) {
      result.observed = "'" + expectation.of + "' did not happen";
      return result;
    }
    set_window(expectation, *origin);
    if (!expectation.observed.empty()) {
      judge_observed(expectation, result);
    } else if (!expectation.metric.empty()) {
      judge_metric(expectation, *origin, result);
    } else {
      judge_state(expectation, result);
    }
    if (expectation.probability) {
      result.judged = false;  // A share of seeds: one run cannot decide it.
    }
    return result;
  }

 private:
  [[nodiscard]] std::optional<SimTime> origin_of(const std::string& of) const {
    if (of.empty() || of == "start") {
      return kTimeZero;
    }
    for (const Observation& observation : log_.observations) {
      const bool fault = observation.kind == ObservationKind::fault_injected &&
                         (of == "fault" || log_.name(observation.subject) == of);
      const bool detected =
          observation.kind == ObservationKind::incident_detected && of == "detected";
      if (fault || detected) {
        return observation.at;
      }
    }
    return std::nullopt;
  }

  void set_window(const Expectation& expectation, SimTime origin) {
    from_ = origin + expectation.from;
    to_ = log_.end;
    switch (expectation.window) {
      case Expectation::Window::always:
      case Expectation::Window::within:
        if (expectation.to > Duration::zero()) {
          to_ = origin + expectation.to;
        }
        break;
      case Expectation::Window::at:
        to_ = from_;
        break;
      case Expectation::Window::at_end:
        from_ = log_.end;
        break;
      case Expectation::Window::after:
        break;
    }
    to_ = std::min(to_, log_.end);
  }

  [[nodiscard]] std::vector<std::string> services_of(const Expectation& expectation) const {
    std::vector<std::string> names = texts(expectation.services);
    if (names.empty() || names == std::vector<std::string>{"all"}) {
      names.clear();
      for (const ServiceConfig& service : scenario_.services) {
        names.push_back(service.name);
      }
    }
    return names;
  }

  [[nodiscard]] static std::vector<std::string> users_of(const Expectation& expectation) {
    std::vector<std::string> names = texts(expectation.users);
    return names == std::vector<std::string>{"all"} ? std::vector<std::string>{} : names;
  }

  [[nodiscard]] static std::size_t needed(const Expectation& expectation, std::size_t count) {
    switch (expectation.quantifier) {
      case Expectation::Quantifier::all:
        return count;
      case Expectation::Quantifier::any:
        return 1;
      case Expectation::Quantifier::at_least:
        return expectation.at_least;
    }
    return count;
  }

  [[nodiscard]] std::vector<std::pair<std::string, StateTimeline>> timelines(
      const Expectation& expectation) const {
    std::vector<std::pair<std::string, StateTimeline>> result;
    for (const std::string& service : services_of(expectation)) {
      StateTimeline timeline(log_, service, users_of(expectation));
      if (!timeline.empty()) {
        result.emplace_back(service, std::move(timeline));
      }
    }
    return result;
  }

  void judge_state(const Expectation& expectation, ExpectationReport& result) const {
    const auto holds = predicate(expectation.state);
    const auto all = timelines(expectation);
    const bool whole = throughout(expectation);
    std::size_t held = 0;
    std::string others;
    for (const auto& [service, timeline] : all) {
      const std::optional<std::string> broken =
          whole ? first_break(timeline, holds) : never(timeline, holds);
      held += broken ? 0U : 1U;
      if (broken) {
        others += fmt::format("{}{} {}", others.empty() ? "" : ", ", service, *broken);
      }
    }
    result.held = !all.empty() && held >= needed(expectation, all.size());
    result.observed = fmt::format("{} of {} {} {}{}{}", held, all.size(), expectation.state,
                                  whole && from_ != to_ ? "throughout " : "", window(),
                                  others.empty() ? "" : "; " + others);
  }

  // Whether the state has to fill the window; otherwise any instant of it will do.
  [[nodiscard]] static bool throughout(const Expectation& expectation) {
    return expectation.hold == Expectation::Hold::as_window
               ? expectation.window != Expectation::Window::within
               : expectation.hold == Expectation::Hold::throughout;
  }

  // What ended the state first in the window, and when; empty when nothing did.
  [[nodiscard]] std::optional<std::string> first_break(
      const StateTimeline& timeline, const StateTimeline::Predicate& holds) const {
    if (from_ > to_) {
      return "not seen, the run ends before";
    }
    const auto broken =
        timeline.first(from_, to_, [&](ServiceState state) { return !holds(state); });
    if (!broken) {
      return std::nullopt;
    }
    return from_ == to_ ? std::string(state_name(timeline.at(*broken)))
                        : fmt::format("{} at {}", state_name(timeline.at(*broken)), text(*broken));
  }

  // How it ends when it has the state at no instant of the window; empty when it has at some.
  [[nodiscard]] std::optional<std::string> never(const StateTimeline& timeline,
                                                 const StateTimeline::Predicate& holds) const {
    return timeline.first(from_, to_, holds)
               ? std::nullopt
               : std::optional(std::string(state_name(timeline.at(to_))));
  }

  static std::string text(SimTime time) { return format_duration(round(time.time_since_epoch())); }

  [[nodiscard]] std::string window() const {
    return from_ == to_ ? "at " + text(from_) : text(from_) + " to " + text(to_);
  }

  static Duration round(Duration duration) {
    return std::chrono::round<std::chrono::seconds>(duration);
  }

  // How many of the services are up at a time.
  [[nodiscard]] static std::size_t up_at(
      const std::vector<std::pair<std::string, StateTimeline>>& all, SimTime time) {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [&](const auto& entry) {
      return entry.second.at(time) == ServiceState::up;
    }));
  }

  // The first time at which enough services are up again after too few were.
  [[nodiscard]] std::optional<SimTime> recovered(const Expectation& expectation) const {
    const auto all = timelines(expectation);
    const std::size_t enough = needed(expectation, all.size());
    std::vector<SimTime> times;
    for (const auto& [service, timeline] : all) {
      for (const auto& change : timeline.changes()) {
        times.push_back(change.at);
      }
    }
    std::sort(times.begin(), times.end());
    bool lost = false;
    for (const SimTime time : times) {
      const bool up = up_at(all, time) >= enough;
      if (lost && up) {
        return time;
      }
      lost = lost || !up;
    }
    return std::nullopt;
  }

  void judge_metric(const Expectation& expectation, SimTime origin,
                    ExpectationReport& result) const {
    if (expectation.metric == "recovered_s") {
      compare_time(expectation, recovered(expectation), origin, result);
    } else if (expectation.metric == "fault_repaired_s") {
      compare_time(expectation, report_.fault_repaired, origin, result);
    } else if (expectation.metric == "network_reachable_s") {
      compare_time(expectation, report_.network_reachable, origin, result);
    } else if (expectation.metric == "service_reachable_s") {
      compare_time(expectation, report_.service_reachable, origin, result);
    } else if (expectation.metric == "detected_s") {
      compare_time(expectation, origin_of("detected"), origin, result);
    } else {
      compare_rows(expectation, result);
    }
  }

  static void compare_time(const Expectation& expectation, std::optional<SimTime> time,
                           SimTime origin, ExpectationReport& result) {
    if (!time) {
      result.observed = expectation.metric + ": never within the run";
      return;
    }
    const double seconds = static_cast<double>((*time - origin).count()) / 1e9;
    result.held = within(expectation, seconds);
    result.observed =
        fmt::format("{} = {}", expectation.metric, format_duration(round(*time - origin)));
  }

  static bool within(const Expectation& expectation, double value) {
    return (!expectation.minimum || value >= *expectation.minimum) &&
           (!expectation.maximum || value <= *expectation.maximum);
  }

  void compare_rows(const Expectation& expectation, ExpectationReport& result) const {
    const auto services = services_of(expectation);
    const auto users = users_of(expectation);
    std::size_t rows = 0;
    std::size_t held = 0;
    double worst = 0;
    for (const ServiceReport& row : report_.services) {
      const bool chosen =
          std::find(services.begin(), services.end(), row.service) != services.end() &&
          (users.empty() || std::find(users.begin(), users.end(), row.users) != users.end());
      if (!chosen) {
        continue;
      }
      const double value = metric(expectation.metric, row);
      const bool ok = within(expectation, value);
      if (rows == 0 || !ok) {
        worst = value;
      }
      ++rows;
      held += ok ? 1 : 0;
    }
    result.held = rows > 0 && held >= needed(expectation, rows);
    result.observed = fmt::format("{} holds for {} of {}, e.g. {}", expectation.metric, held, rows,
                                  metric_text(expectation.metric, worst));
  }

  static std::string metric_text(const std::string& name, double value) {
    if (name == "availability") {
      return fmt::format("{:.4f} %", 100 * value);
    }
    return name.ends_with("_s") ? format_duration(round(std::chrono::duration_cast<Duration>(
                                      std::chrono::duration<double>(value))))
                                : fmt::format("{:.6g}", value);
  }

  static double metric(const std::string& name, const ServiceReport& row) {
    const auto seconds = [](Duration d) { return static_cast<double>(d.count()) / 1e9; };
    if (name == "availability") {
      return row.availability;
    }
    if (name == "outage_s") {
      return seconds(row.outage);
    }
    if (name == "longest_outage_s") {
      return seconds(row.longest_outage);
    }
    if (name == "degraded_s") {
      return seconds(row.degraded);
    }
    return row.user_minutes_lost;
  }

  void judge_observed(const Expectation& expectation, ExpectationReport& result) const {
    std::uint32_t count = 0;
    std::optional<SimTime> first;
    for (const Observation& observation : log_.observations) {
      if (observation.at < from_ || observation.at > to_ ||
          observation_name(observation.kind) != expectation.observed) {
        continue;
      }
      if (is_about(observation, expectation)) {
        ++count;
        first = first.value_or(observation.at);
      }
    }
    result.held = count >= expectation.occurrences_min &&
                  (!expectation.occurrences_max || count <= *expectation.occurrences_max);
    result.observed =
        fmt::format("{} {}{} {}{}", expectation.observed, expectation.subject.text,
                    expectation.text.empty() ? "" : in_quotes(expectation.text),
                    count == 0 ? "never" : fmt::format("{} times", count),
                    first ? ", first at " + format_duration(round(first->time_since_epoch())) : "");
  }

  [[nodiscard]] bool is_about(const Observation& observation,
                              const Expectation& expectation) const {
    const std::string& subject = expectation.subject.text;
    return (subject.empty() || log_.name(observation.subject) == subject ||
            log_.name(observation.object) == subject || log_.text(observation.text) == subject) &&
           (expectation.text.empty() || log_.text(observation.text) == expectation.text);
  }

  const Scenario& scenario_;
  const RunLog& log_;
  const Report& report_;
  SimTime from_, to_;
};

}  // namespace

std::vector<ExpectationReport> judge(const Scenario& scenario, const RunLog& log,
                                     const Report& report) {
  std::vector<ExpectationReport> reports;
  Judge judge_one(scenario, log, report);
  for (Expectation expectation : scenario.steady_state) {
    expectation.window = Expectation::Window::at;  // Before anything has struck.
    expectation.from = Duration::zero();
    reports.push_back(judge_one(expectation));
    reports.back().name = "steady state: " + reports.back().name;
  }
  for (const Expectation& expectation : scenario.expectations) {
    reports.push_back(judge_one(expectation));
  }
  return reports;
}

}  // namespace switchfault
