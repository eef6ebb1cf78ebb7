// save_configuration: the running configuration becomes the start-up configuration.

#include "actions/conditions.h"
#include "os/action.h"

namespace switchfault {
namespace {

class SaveConfiguration final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return why_no_command(os);
  }
  void start(SwitchOs& os, Simulator&) override { os.save_configuration(); }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }
};

}  // namespace

ActionKind save_configuration() {
  return {.info = {.name = "save_configuration",
                   .summary = "Saves the running configuration for the next boot.",
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<SaveConfiguration>();
          }};
}

}  // namespace switchfault
