// reload_warm: a reload by command during which the chip goes on with the tables it has.
//
// Not modelled: the conditions a vendor sets (no root bridge, slow timers); it is refused here when
// the node states no times for it.

#include "actions/reboot.h"

namespace switchfault {

ActionKind reload_warm() {
  return {
      .info = {.name = "reload_warm",
               .summary = "Reloads the OS while the chip goes on with the tables it has.",
               .targets = TargetKind::nodes,
               .boot = "warm"},
      .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
        return std::make_unique<Reboot>(Reboot::What{.kind = BootKind::warm, .why = "reload_warm"});
      }};
}

}  // namespace switchfault
