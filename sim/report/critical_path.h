// The critical path of a recovery: what the hours between the first outage and the last return were
// spent on, as one sequence of phases.
//
// At every instant the phase is that of the step that the strategy is held up by: waiting for what
// a step says it waits for, hands on, or the boot of its target; before an incident is known it is
// detection, after the last step it is the application (servers and returning users).

#ifndef SWITCHFAULT_REPORT_CRITICAL_PATH_H_
#define SWITCHFAULT_REPORT_CRITICAL_PATH_H_

#include <vector>

#include <switchfault/report.h>

namespace switchfault {

// Phases in the order of their first occurrence; empty when nothing went down.
std::vector<CriticalPathPart> critical_path(const RunLog& log, const Report& report);

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_CRITICAL_PATH_H_
