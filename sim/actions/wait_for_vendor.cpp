// wait_for_vendor: nothing is done but waiting for what the step needs.

#include "os/action.h"

namespace switchfault {

ActionKind wait_for_vendor() {
  return {.info = {.name = "wait_for_vendor",
                   .summary = "Nothing is done but waiting for what the step needs.",
                   .targets = TargetKind::none},
          .needs_login = false};
}

}  // namespace switchfault
