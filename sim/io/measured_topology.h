// The topology of a case file as ours: nodes, ports numbered in the order of the links, protocols
// with the profile of the implementation that was measured.

#ifndef SWITCHFAULT_IO_MEASURED_TOPOLOGY_H_
#define SWITCHFAULT_IO_MEASURED_TOPOLOGY_H_

#include <nlohmann/json.hpp>

#include <switchfault/measured.h>

namespace switchfault {

// Fills topology, interfaces and missing. `topology` gets names for links that have none.
void read_measured_topology(nlohmann::json& topology, MeasuredCase& out);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_MEASURED_TOPOLOGY_H_
