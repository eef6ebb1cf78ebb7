#include "study/replications.h"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <tuple>

#include "core/check.h"

namespace switchfault {
namespace {

// The metrics of the whole run, in this order.
enum class Total : std::uint8_t {
  user_minutes_lost,
  user_minutes_lost_raw,
  outage,
  any_service_down,
  longest_outage,
  availability,
  detection,
  recovery,
  actions,
  staff_hours,
};

std::vector<StudyMetric> total_metrics(const Scenario& scenario) {
  std::vector<StudyMetric> metrics = {
      {.name = "user_minutes_lost", .unit = "user-min"},
      {.name = "user_minutes_lost_raw", .unit = "user-min"},
      {.name = "outage_s", .unit = "s"},
      {.name = "any_service_down_s", .unit = "s"},
      {.name = "longest_outage_s", .unit = "s"},
      {.name = "availability", .unit = "share", .more_is_better = true},
      {.name = "detection_s", .unit = "s"},
      {.name = "recovery_s", .unit = "s"},
      {.name = "actions", .unit = ""},
      {.name = "staff_hours", .unit = "h"}};
  if (scenario.cost) {
    metrics.push_back({.name = "cost", .unit = scenario.cost->unit});
  }
  return metrics;
}

// Of each service and its users, in the order of row_value().
std::vector<StudyMetric> row_metrics() {
  return {{.name = "outage_s", .unit = "s"},
          {.name = "user_minutes_lost", .unit = "user-min"},
          {.name = "longest_outage_s", .unit = "s"},
          {.name = "availability", .unit = "share", .more_is_better = true}};
}

double in_seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1e9;
}

bool uses(const UserGroupConfig& users, const std::string& service) {
  return users.uses.empty() || std::any_of(users.uses.begin(), users.uses.end(),
                                           [&](const Name& name) { return name.text == service; });
}

void add_row(const ServiceReport& row, std::vector<double>& values) {
  values.push_back(in_seconds(row.outage));
  values.push_back(row.user_minutes_lost);
  values.push_back(in_seconds(row.longest_outage));
  values.push_back(row.availability);
}

// Availability of the average user of a service.
double mean_availability(const Report& report) {
  double sum = 0;
  double users = 0;
  for (const ServiceReport& row : report.services) {
    sum += row.availability * static_cast<double>(row.users_count);
    users += static_cast<double>(row.users_count);
  }
  return users > 0 ? sum / users : 1;
}

std::optional<SimTime> first_effect(const Report& report) {
  std::optional<SimTime> first;
  for (const FaultReport& fault : report.faults) {
    if (fault.first_effect && (!first || *fault.first_effect < *first)) {
      first = fault.first_effect;
    }
  }
  return first;
}

std::optional<SimTime> detected_after(const RunLog& log, SimTime from) {
  const auto found = std::find_if(
      log.observations.begin(), log.observations.end(), [&](const Observation& observation) {
        return observation.kind == ObservationKind::incident_detected && observation.at >= from;
      });
  return found == log.observations.end() ? std::nullopt : std::optional(found->at);
}

bool any_lost(const Report& report) {
  return std::any_of(report.services.begin(), report.services.end(), [](const ServiceReport& row) {
    return row.down > Duration::zero() || row.degraded > Duration::zero() ||
           row.user_minutes_lost_raw > 0;
  });
}

// From `from` to an event, or to the end of the run and then marked as open. What an action broke
// and mended before `from` took no time after it.
double time_until(std::optional<SimTime> event, SimTime from, const RunLog& log, Total metric,
                  StrategyReplication& out) {
  if (!event) {
    out.open.push_back(static_cast<std::size_t>(metric));
  }
  return in_seconds(std::max(event.value_or(log.end) - from, Duration::zero()));
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;  // SplitMix64's increment, 2^64 ÷ φ.
constexpr unsigned kUnusedSeedBits = 11;               // 53 remain.

}  // namespace

// Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators (OOPSLA 2014), fig. 15.
std::uint64_t replication_seed(std::uint64_t study_seed, std::uint64_t replication) {
  std::uint64_t z = study_seed + (replication + 1) * kGolden;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111eb;
  return (z ^ (z >> 31U)) >> kUnusedSeedBits;
}

std::vector<StudyMetric> study_metrics(const Scenario& scenario) {
  std::vector<std::tuple<std::int32_t, std::string, std::string>> rows;
  for (const ServiceConfig& service : scenario.services) {
    for (const UserGroupConfig& users : scenario.users) {
      if (uses(users, service.name)) {
        rows.emplace_back(service.priority, service.name, users.name);
      }
    }
  }
  std::sort(rows.begin(), rows.end());
  std::vector<StudyMetric> metrics = total_metrics(scenario);
  for (const auto& [priority, service, users] : rows) {
    for (StudyMetric metric : row_metrics()) {
      metric.service = service;
      metric.users = users;
      metric.priority = priority;
      metrics.push_back(std::move(metric));
    }
  }
  return metrics;
}

std::string metric_text(const StudyMetric& metric) {
  return metric.service.empty() ? metric.name
                                : metric.name + " of " + metric.service + " for " + metric.users;
}

double staff_hours(const RunLog& log) {
  std::map<Entity, SimTime> bound;
  Duration sum{};
  for (const Observation& observation : log.observations) {
    if (observation.kind == ObservationKind::person_called) {
      bound.emplace(observation.subject, observation.at);
    } else if (observation.kind == ObservationKind::person_released) {
      if (const auto found = bound.find(observation.subject); found != bound.end()) {
        sum += observation.at - found->second;
        bound.erase(found);
      }
    }
  }
  for (const auto& [person, since] : bound) {
    sum += log.end - since;
  }
  return in_seconds(sum) / 3600;
}

void Measurement::take(const RunLog& log, const Report& report, StrategyReplication& out) const {
  std::vector<double>& values = out.values;
  values.reserve(metrics_.size());
  double raw = 0;
  Duration outage{};
  Duration longest{};
  for (const ServiceReport& row : report.services) {
    raw += row.user_minutes_lost_raw;
    outage += row.outage;
    longest = std::max(longest, row.longest_outage);
  }
  values.push_back(report.user_minutes_lost);
  values.push_back(raw);
  values.push_back(in_seconds(outage));
  values.push_back(in_seconds(report.any_service_down));
  values.push_back(in_seconds(longest));
  values.push_back(mean_availability(report));
  const auto begun = first_effect(report);
  values.push_back(
      begun ? time_until(detected_after(log, *begun), *begun, log, Total::detection, out) : 0);
  values.push_back(begun && any_lost(report)
                       ? time_until(report.service_reachable, *begun, log, Total::recovery, out)
                       : 0);
  values.push_back(static_cast<double>(report.actions.size()));
  const double staff = staff_hours(log);
  values.push_back(staff);
  if (scenario_.cost) {
    const CostWeights& weights = *scenario_.cost;
    values.push_back(weights.user_minute * report.user_minutes_lost +
                     weights.outage_hour * in_seconds(report.any_service_down) / 3600 +
                     weights.staff_hour * staff +
                     weights.action * static_cast<double>(report.actions.size()));
  }
  for (const ServiceReport& row : report.services) {
    add_row(row, values);
  }
  SF_CHECK(values.size() == metrics_.size());
  out.alternative = drawn_alternative(scenario_, log.seed);
  out.log_weight = report.log_weight;
  out.events = log.events;
  out.recovered = !any_lost(report) || report.service_reachable.has_value();
}

StrategyReplication Replications::run(const ReplicationTask& task,
                                      const std::function<bool()>& go_on) const {
  StrategyReplication result{
      .replication = task.replication, .strategy = task.strategy, .seed = task.seed};
  RunOptions options{.strategy = strategies_[task.strategy], .seed = task.seed};
  options.progress = [&](SimTime, SimTime) { return go_on(); };
  try {
    const RunLog log = switchfault::run(scenario_, options);
    if (!log.interrupted) {
      measurement_.take(log, make_report(scenario_, log), result);
    }
  } catch (const std::exception& error) {
    result.error = error.what();
  }
  return result;
}

}  // namespace switchfault
