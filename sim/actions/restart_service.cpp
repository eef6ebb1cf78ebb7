// restart_service: the servers of a service are restarted; they come up as their service says.

#include "os/action.h"

namespace switchfault {

ActionKind restart_service() {
  return {.info = {.name = "restart_service",
                   .summary = "Restarts the servers of a service.",
                   .targets = TargetKind::services},
          .needs_login = false};
}

}  // namespace switchfault
