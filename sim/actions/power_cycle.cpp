// power_cycle: somebody takes the power away and gives it back.
//
// Works whatever state the instance is in; every box loses its power. Not modelled: damage.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class PowerCycle final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs&) const override { return ""; }
  void start(SwitchOs& os, Simulator&) override {
    os.power_off();
    os.power_on();
  }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::power_cycle; }
};

}  // namespace

ActionKind power_cycle() {
  return {.info = {.name = "power_cycle",
                   .summary = "Power is taken away and given back, by somebody at the box.",
                   .targets = TargetKind::nodes,
                   .boot = "power_cycle"},
          .needs_login = false,
          .needs_presence = true,
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<PowerCycle>();
          }};
}

}  // namespace switchfault
