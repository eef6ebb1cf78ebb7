// restart_service: somebody restarts the servers of a service by hand.
//
// They come up after the service's own restart time, once what they need to start is there.

#include "os/action.h"

namespace switchfault {

ActionKind restart_service() {
  return {.info = {.name = "restart_service",
                   .summary = "The servers of a service are restarted by hand.",
                   .targets = TargetKind::services},
          .needs_login = false};
}

}  // namespace switchfault
