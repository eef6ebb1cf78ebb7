#include "report/service_report.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/check.h"
#include "core/demand_calendar.h"

namespace switchfault {
namespace {

constexpr double kPartsPerBillion = 1e9;

template <typename Config>
const Config& by_name(const std::vector<Config>& configs, const std::string& name) {
  const auto found = std::find_if(configs.begin(), configs.end(),
                                  [&](const Config& config) { return config.name == name; });
  SF_CHECK(found != configs.end());
  return *found;
}

// Follows one demand through the log.
class DemandFold {
 public:
  DemandFold(const Scenario& scenario, const RunLog& log, const DemandInfo& demand)
      : log_(log),
        users_(by_name(scenario.users, demand.users_name)),
        calendar_(users_, scenario.clock) {
    report_.service = demand.service_name;
    report_.users = demand.users_name;
    report_.users_count = users_.count;
    report_.priority = by_name(scenario.services, demand.service_name).priority;
  }

  void share_changed(const Observation& observation) {
    advance(observation.at);
    share_ = static_cast<double>(observation.value) / kPartsPerBillion;
  }

  void state_changed(ObservationId id, const Observation& observation) {
    advance(observation.at);
    const auto state = static_cast<ServiceState>(observation.value);
    if (state == ServiceState::down) {
      std::string missing(log_.text(observation.text));
      if (observation.object != Entity{}) {
        missing += " at " + std::string(log_.name(observation.object));
      }
      report_.outages.push_back({.start = observation.at, .cause = id, .missing = missing});
    } else if (state_ == ServiceState::down) {
      report_.outages.back().end = observation.at;
    }
    state_ = state;
    if (state == ServiceState::up) {
      report_.recovered = observation.at;
    } else {
      report_.recovered.reset();
    }
  }

  ServiceReport finish(const std::vector<SimTime>& detections) {
    advance(log_.end);
    const Duration total = log_.end - kTimeZero;
    SF_CHECK(report_.up + report_.degraded + report_.down == total);
    for (const Outage& outage : report_.outages) {
      const Duration length = outage.end.value_or(log_.end) - outage.start;
      report_.outage += length;
      report_.longest_outage = std::max(report_.longest_outage, length);
    }
    SF_CHECK(report_.outage == report_.down);
    report_.availability =
        total == Duration::zero()
            ? 1
            : 1 - static_cast<double>(report_.down.count()) / static_cast<double>(total.count());
    if (!report_.outages.empty()) {
      const auto detected =
          std::lower_bound(detections.begin(), detections.end(), report_.outages.front().start);
      if (detected != detections.end()) {
        report_.detected = *detected;
      }
    }
    return std::move(report_);
  }

 private:
  void advance(SimTime to) {
    const Duration length = to - since_;
    switch (state_) {
      case ServiceState::up:
        report_.up += length;
        break;
      case ServiceState::degraded:
        report_.degraded += length;
        break;
      case ServiceState::down:
        report_.down += length;
        break;
    }
    if (share_ < 1 && length > Duration::zero()) {
      const auto users = static_cast<double>(users_.count);
      report_.user_minutes_lost += users * (1 - share_) * calendar_.minutes(since_, to);
      report_.user_minutes_lost_raw +=
          users * (1 - share_) * static_cast<double>(length.count()) / 60e9;
    }
    since_ = to;
  }

  const RunLog& log_;
  const UserGroupConfig& users_;
  DemandCalendar calendar_;
  ServiceReport report_;
  SimTime since_ = kTimeZero;
  ServiceState state_ = ServiceState::up;
  double share_ = 1;
};

}  // namespace

std::vector<ServiceReport> fold_services(const Scenario& scenario, const RunLog& log) {
  std::vector<DemandFold> folds;
  for (const DemandInfo& demand : log.demands) {
    folds.emplace_back(scenario, log, demand);
  }
  std::vector<SimTime> detections;
  for (std::size_t i = 0; i < log.observations.size(); ++i) {
    const Observation& observation = log.observations[i];
    if (observation.kind == ObservationKind::service_share) {
      folds[observation.subject.index()].share_changed(observation);
    } else if (observation.kind == ObservationKind::service_state) {
      folds[observation.subject.index()].state_changed(static_cast<ObservationId>(i), observation);
    } else if (observation.kind == ObservationKind::incident_detected ||
               observation.kind == ObservationKind::alarm) {
      if (observation.kind == ObservationKind::incident_detected || observation.value == 1) {
        detections.push_back(observation.at);
      }
    }
  }
  std::vector<ServiceReport> reports;
  reports.reserve(folds.size());
  for (DemandFold& fold : folds) {
    reports.push_back(fold.finish(detections));
  }
  std::stable_sort(
      reports.begin(), reports.end(), [](const ServiceReport& a, const ServiceReport& b) {
        return std::tie(a.priority, a.service, a.users) < std::tie(b.priority, b.service, b.users);
      });
  return reports;
}

bool lacks_network(const RunLog& log, const Observation& share) {
  const std::string_view text = log.text(share.text);
  return share.value < std::llround(kPartsPerBillion) && !text.empty() &&
         text != "server not serving" && text != "users return";
}

DemandAt demand_at(const RunLog& log, std::uint32_t demand, SimTime at) {
  DemandAt result;
  for (const Observation& observation : log.observations) {
    if (observation.at > at) {
      break;
    }
    if (observation.subject != Entity{EntityKind::demand, demand}) {
      continue;
    }
    if (observation.kind == ObservationKind::service_state) {
      result.state = static_cast<ServiceState>(observation.value);
    } else if (observation.kind == ObservationKind::service_share) {
      result.share = static_cast<double>(observation.value) / kPartsPerBillion;
      result.since = &observation;
    }
  }
  return result;
}

}  // namespace switchfault
