// restore_configuration: the backup becomes the start-up configuration and the node boots with it.
//
// Also at a boot loader, when the node does not come up any more. How old the backup is belongs to
// the artefact. Not modelled: changes made since, other than that they are gone.

#include "actions/reboot.h"

namespace switchfault {

ActionKind restore_configuration() {
  return {.info = {.name = "restore_configuration",
                   .summary = "Brings the configuration back from the backup and boots.",
                   .targets = TargetKind::nodes,
                   .boot = "cold"},
          .needs_host = false,
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<Reboot>(
                Reboot::What{.kind = BootKind::cold,
                             .why = "restore_configuration",
                             .by_command = false,
                             .prepare = [](SwitchOs& os) { os.restore_configuration(); }});
          }};
}

}  // namespace switchfault
