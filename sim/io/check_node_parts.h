// Parts of a node that a fault or action works on: what a node lacks cannot fail.

#ifndef SWITCHFAULT_IO_CHECK_NODE_PARTS_H_
#define SWITCHFAULT_IO_CHECK_NODE_PARTS_H_

#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/topology.h>

#include "io/check_scenario.h"

namespace switchfault {

// For a kind that works on processes: reports names of processes that a node of `nodes` does not
// run, or, for an action, which is refused and seen there, that none of them runs.
void check_processes(References& all, const KindInfo& kind, const Arguments& arguments,
                     const std::vector<std::size_t>& nodes);
// For a kind that needs the memory of its nodes: reports at `at` that some do not state it.
void check_memory(const References& all, const KindInfo& kind,
                  const std::vector<std::size_t>& nodes, SourcePos at);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_CHECK_NODE_PARTS_H_
