// reload_fast: a reload by command that spares the long tests of a cold boot; the data plane is
// down for its own, shorter time.
//
// Not modelled: what a platform refuses; it is refused here when the node states no times for it.

#include "actions/reboot.h"

namespace switchfault {

ActionKind reload_fast() {
  return {
      .info = {.name = "reload_fast",
               .summary = "Reloads the OS without the long tests of a cold boot.",
               .targets = TargetKind::nodes,
               .boot = "fast"},
      .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
        return std::make_unique<Reboot>(Reboot::What{.kind = BootKind::fast, .why = "reload_fast"});
      }};
}

}  // namespace switchfault
