// Cycles among the dependencies of services: an error for what they need to run, legal (and a
// deadlock at a black start) for what they need to start.

#ifndef SWITCHFAULT_IO_DEPENDENCY_CYCLES_H_
#define SWITCHFAULT_IO_DEPENDENCY_CYCLES_H_

#include <string_view>
#include <vector>

#include <switchfault/scenario.h>

namespace switchfault {

// One cycle of each group of services that reach each other by dependencies of this kind, as names
// with the first again at the end. Begins with the first of the group in alphabetical order; groups
// in this order too, 20 at most. Dependencies on unknown services are left out. Linear but for
// sorting.
std::vector<std::vector<std::string_view>> dependency_cycles(
    const std::vector<ServiceConfig>& services, DependencyKind kind);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_DEPENDENCY_CYCLES_H_
