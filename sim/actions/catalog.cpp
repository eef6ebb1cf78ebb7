#include "actions/catalog.h"

// One row a kind; the name is that of its function, its file and its YAML key.
#define SF_ACTIONS(row)                                                                         \
  row(bounce_ports) row(change_configuration) row(clear_table) row(collect_evidence)            \
      row(disable_feature) row(enable_feature) row(isolate) row(limit_logins) row(notify_users) \
          row(power_cycle) row(rejoin) row(reload_cold) row(reload_fast) row(reload_warm)       \
              row(replace) row(restart_process) row(restart_service) row(restore_configuration) \
                  row(roll_back) row(save_configuration) row(upgrade) row(wait_for_vendor)

namespace switchfault {

#define SF_DECLARE(name) ActionKind name();
SF_ACTIONS(SF_DECLARE)
#undef SF_DECLARE

std::vector<ActionKind> action_catalog() {
#define SF_MAKE(name) name(),
  return {SF_ACTIONS(SF_MAKE)};
#undef SF_MAKE
}

}  // namespace switchfault
