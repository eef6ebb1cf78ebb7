// The chain of observations behind one, from what was seen back to a fault of the scenario.
//
// Causes say what began something. What keeps it going may be another: a reload takes a switch down
// for minutes, a boot that then fails, or comes up blank, keeps it down. So a boot in the chain
// that had failed by the time that is asked for, and was not begun again, stands for its failure.

#ifndef SWITCHFAULT_REPORT_CAUSE_CHAIN_H_
#define SWITCHFAULT_REPORT_CAUSE_CHAIN_H_

#include <vector>

#include <switchfault/run.h>

namespace switchfault {

// `from` first; the last one is a fault's strike, or has no cause. None for ObservationId::none.
std::vector<ObservationId> cause_chain(const RunLog& log, ObservationId from, SimTime at);

// What stands behind it: a fault, or the action of people that the chain comes to before any fault.
// An entity of another kind when it ends elsewhere.
Entity behind(const RunLog& log, ObservationId from, SimTime at);

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_CAUSE_CHAIN_H_
