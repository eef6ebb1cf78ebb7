// The fold of one service as one user group sees it.

#ifndef SWITCHFAULT_REPORT_SERVICE_REPORT_H_
#define SWITCHFAULT_REPORT_SERVICE_REPORT_H_

#include <vector>

#include <switchfault/report.h>

namespace switchfault {

// One row a demand, by (priority, service, users). Aborts when sums do not close: that is a defect.
std::vector<ServiceReport> fold_services(const Scenario& scenario, const RunLog& log);

// State and delivered share of a demand at a time, from the log.
struct DemandAt {
  ServiceState state = ServiceState::up;
  double share = 1;
  const Observation* since = nullptr;  // The last service_share before; null: never changed.
};
// Whether a service_share is below 1 because packets do not get through, rather than because
// servers or users are not back yet.
bool lacks_network(const RunLog& log, const Observation& share);

DemandAt demand_at(const RunLog& log, std::uint32_t demand, SimTime at);

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_SERVICE_REPORT_H_
