// save_configuration: the running configuration becomes the start-up configuration.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class SaveConfiguration final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override { os.save_configuration(); }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }
};

}  // namespace

ActionKind save_configuration() {
  return {.info = {.name = "save_configuration",
                   .summary = "The running configuration is saved.",
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<SaveConfiguration>();
          }};
}

}  // namespace switchfault
