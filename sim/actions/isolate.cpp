// isolate: every data port is shut, so that the network goes on without the node.
//
// A login over these ports is lost with them. Not modelled: draining before the ports close.

#include "actions/configure.h"

namespace switchfault {

ActionKind isolate() {
  return {.info = {.name = "isolate",
                   .summary = "Shuts every data port; rejoin opens them again.",
                   .parameters = {Configure::save_parameter()},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<Configure>("isolated", "on", arguments.boolean("save"), true);
          }};
}

}  // namespace switchfault
