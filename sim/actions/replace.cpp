// replace: another box takes the place of this one.
//
// What survives every boot of the old box is gone; the backup configuration is put on. The spare is
// a need of the step. Not modelled: wrong cabling.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class Replace final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs&) const override { return ""; }
  void start(SwitchOs& os, Simulator&) override { os.replace(); }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::power_cycle; }
};

}  // namespace

ActionKind replace() {
  return {.info = {.name = "replace",
                   .summary = "The box is replaced by a spare with the backup configuration.",
                   .targets = TargetKind::nodes,
                   .boot = "power_cycle"},
          .needs_login = false,
          .needs_presence = true,
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<Replace>();
          }};
}

}  // namespace switchfault
