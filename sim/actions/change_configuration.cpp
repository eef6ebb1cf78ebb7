// change_configuration: a key of the running configuration is set.
//
// What the value does is the business of whoever reads the key. Not modelled: several keys that
// take effect together.

#include "actions/configure.h"

namespace switchfault {

ActionKind change_configuration() {
  return {
      .info = {.name = "change_configuration",
               .summary = "Sets a key of the running configuration.",
               .parameters =
                   {{.name = "key",
                     .unit = Unit::name,
                     .summary =
                         "isolated, ip_forwarding, features.NAME, ports.NAME.up, ports.NAME.trunk "
                         "or any other"},
                    {.name = "value", .unit = Unit::name, .summary = "on, off or a text"},
                    Configure::save_parameter()},
               .targets = TargetKind::nodes},
      .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
        return std::make_unique<Configure>(arguments.text("key"), arguments.text("value"),
                                           arguments.boolean("save"));
      }};
}

}  // namespace switchfault
