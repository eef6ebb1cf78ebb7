// enable_feature: a feature is switched on by configuration.

#include "actions/configure.h"

namespace switchfault {

ActionKind enable_feature() {
  return {.info = {.name = "enable_feature",
                   .summary = "Switches a feature on by configuration.",
                   .parameters = {{.name = "feature",
                                   .unit = Unit::name,
                                   .summary = "as the topology file names it"},
                                  Configure::save_parameter()},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<Configure>(feature_key(arguments.text("feature")), "on",
                                               arguments.boolean("save"));
          }};
}

}  // namespace switchfault
