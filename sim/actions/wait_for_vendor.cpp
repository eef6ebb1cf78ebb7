// wait_for_vendor: the vendor is at work; what is awaited is a need (vendor, artefact).

#include "os/action.h"

namespace switchfault {

ActionKind wait_for_vendor() {
  return {.info = {.name = "wait_for_vendor",
                   .summary = "Waits for what the vendor has to give.",
                   .targets = TargetKind::none},
          .needs_login = false};
}

}  // namespace switchfault
