// power_cycle: somebody at the box switches it off and on.
//
// It helps where nothing answers any more. Not modelled: power strips that are switched from afar;
// say so by an access chain.

#include "actions/reboot.h"

namespace switchfault {

ActionKind power_cycle() {
  return {.info = {.name = "power_cycle",
                   .summary = "Switches the box off and on, on site.",
                   .targets = TargetKind::nodes,
                   .boot = "power_cycle"},
          .needs_login = false,
          .needs_presence = true,
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<Reboot>(Reboot::What{
                .kind = BootKind::power_cycle, .why = "power_cycle", .by_command = false});
          }};
}

}  // namespace switchfault
