// Boots have no default times: whatever puts a node through one needs its times stated.

#ifndef SWITCHFAULT_IO_CHECK_BOOTS_H_
#define SWITCHFAULT_IO_CHECK_BOOTS_H_

#include <string>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/topology.h>

#include "io/check_scenario.h"

namespace switchfault {

// For a fault or action of `kind` that boots its nodes: reports, once for all of them, that some do
// not state the times of this boot.
void check_boot_times(const References& all, const std::vector<KindInfo>& kinds,
                      const std::string& kind, const Arguments& arguments,
                      const std::vector<std::size_t>& nodes, SourcePos at);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_CHECK_BOOTS_H_
