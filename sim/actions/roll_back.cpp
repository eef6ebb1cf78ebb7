// roll_back: the standby image is activated and booted.
//
// Not modelled: a configuration that the older OS does not read (fault configuration_lost).

#include "actions/reboot.h"

namespace switchfault {

ActionKind roll_back() {
  return {.info = {.name = "roll_back",
                   .summary = "Boots the standby image.",
                   .targets = TargetKind::nodes,
                   .boot = "cold"},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<Reboot>(
                Reboot::What{.kind = BootKind::cold,
                             .why = "roll_back",
                             .prepare = [](SwitchOs& os) { os.activate_standby(); },
                             .refusal = [](const SwitchOs& os) -> std::string {
                               return os.firmware().standby ? "" : "there is no standby image";
                             }});
          }};
}

}  // namespace switchfault
