// disable_feature: a feature is switched off by configuration.
//
// The workaround for a fault that needs the feature. Not modelled: what users of the feature lose.

#include "actions/configure.h"

namespace switchfault {

ActionKind disable_feature() {
  return {.info = {.name = "disable_feature",
                   .summary = "Switches a feature off by configuration.",
                   .parameters = {{.name = "feature",
                                   .unit = Unit::name,
                                   .summary = "as the topology file names it"},
                                  Configure::save_parameter()},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<Configure>(feature_key(arguments.text("feature")), "off",
                                               arguments.boolean("save"));
          }};
}

}  // namespace switchfault
