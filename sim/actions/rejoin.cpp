// rejoin: the ports that isolate has shut are opened again.

#include "actions/configure.h"

namespace switchfault {

ActionKind rejoin() {
  return {.info = {.name = "rejoin",
                   .summary = "Opens the ports that isolate has shut.",
                   .parameters = {Configure::save_parameter()},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<Configure>("isolated", "off", arguments.boolean("save"));
          }};
}

}  // namespace switchfault
