// notify_users: users are told what works and what does not. It takes its time and a channel.

#include "os/action.h"

namespace switchfault {

ActionKind notify_users() {
  return {.info = {.name = "notify_users",
                   .summary = "Tells users what works and what does not.",
                   .targets = TargetKind::none},
          .needs_login = false};
}

}  // namespace switchfault
