// The process that runs a protocol on a node, and how it ended. A protocol has a process of its own
// where the file names one for its function; else it is part of the routing process.

#ifndef SWITCHFAULT_PROTOCOLS_OWN_PROCESS_H_
#define SWITCHFAULT_PROTOCOLS_OWN_PROCESS_H_

#include <initializer_list>
#include <optional>

#include "os/switch_os.h"

namespace switchfault {

// The first of these functions for which the node has a process; routing when it has none.
ProcessFunction own_process(const SwitchOs& os, std::initializer_list<ProcessFunction> wanted);
// Of the first process with this function; empty: there is none.
std::optional<ProcessState> process_state(const SwitchOs& os, ProcessFunction function);
// One with this function was told to end, and the host goes on.
bool ended_in_order(const SwitchOs& os, ProcessFunction function);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_OWN_PROCESS_H_
