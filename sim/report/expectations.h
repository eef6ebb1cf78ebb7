// Judging expectations over the log, as the last fold of a report.

#ifndef SWITCHFAULT_REPORT_EXPECTATIONS_H_
#define SWITCHFAULT_REPORT_EXPECTATIONS_H_

#include <vector>

#include <switchfault/report.h>

namespace switchfault {

// REQUIRES: the folds before it (services, clocks, faults) are in `report`.
std::vector<ExpectationReport> judge(const Scenario& scenario, const RunLog& log,
                                     const Report& report);

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_EXPECTATIONS_H_
