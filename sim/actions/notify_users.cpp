// notify_users: users are told.
//
// Not modelled: that they believe it; calls go on.

#include "os/action.h"

namespace switchfault {

ActionKind notify_users() {
  return {.info = {.name = "notify_users",
                   .summary = "Users are told; nothing else changes.",
                   .targets = TargetKind::none},
          .needs_login = false};
}

}  // namespace switchfault
