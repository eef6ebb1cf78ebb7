// reload_cold: a reload by command. The chip starts empty.
//
// Not modelled: a confirmation that nobody gives.

#include "actions/reboot.h"

namespace switchfault {

ActionKind reload_cold() {
  return {
      .info = {.name = "reload_cold",
               .summary = "Reloads the OS; the chip is reset and every port goes down.",
               .targets = TargetKind::nodes,
               .boot = "cold"},
      .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
        return std::make_unique<Reboot>(Reboot::What{.kind = BootKind::cold, .why = "reload_cold"});
      }};
}

}  // namespace switchfault
