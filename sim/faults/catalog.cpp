#include "faults/catalog.h"

// One row a kind; the name is that of its function, its file and its YAML key.
#define SF_FAULTS(row)                                                                             \
  row(boot_failure) row(configuration_change) row(configuration_lost) row(cpu_load) row(gray_port) \
      row(host_hang) row(kernel_panic) row(malformed_update) row(management_loss) row(memory_leak) \
          row(port_shutdown) row(power_loss) row(process_crash) row(process_hang)                  \
              row(programmer_death) row(table_corruption)

namespace switchfault {

#define SF_DECLARE(name) FaultKind name();
SF_FAULTS(SF_DECLARE)
#undef SF_DECLARE

std::vector<FaultKind> fault_catalog() {
#define SF_MAKE(name) name(),
  return {SF_FAULTS(SF_MAKE)};
#undef SF_MAKE
}

}  // namespace switchfault
