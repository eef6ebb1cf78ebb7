// roll_back: the image in the standby slot is started.
//
// Both images change places, so that rolling back twice is where one began.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class RollBack final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    if (os.host_state() != HostState::up) {
      return "the host is not up";
    }
    return os.firmware().standby ? "" : "there is no standby image";
  }
  void start(SwitchOs& os, Simulator&) override {
    os.activate_standby();
    os.boot(BootKind::cold, "roll back");
  }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::cold; }
};

}  // namespace

ActionKind roll_back() {
  return {.info = {.name = "roll_back",
                   .summary = "The standby image is started cold.",
                   .targets = TargetKind::nodes,
                   .boot = "cold"},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<RollBack>();
          }};
}

}  // namespace switchfault
