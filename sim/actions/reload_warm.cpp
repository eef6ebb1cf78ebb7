// reload_warm: the control plane is started again while the chip goes on forwarding.
//
// Protocols are silent meanwhile: neighbours with short timers notice. Times are those of the node.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class ReloadWarm final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override { os.boot(BootKind::warm, "reload"); }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::warm; }
};

}  // namespace

ActionKind reload_warm() {
  return {
      .info = {.name = "reload_warm",
               .summary = "A warm reload: the control plane starts anew while the chip goes on.",
               .targets = TargetKind::nodes,
               .boot = "warm"},
      .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
        return std::make_unique<ReloadWarm>();
      }};
}

}  // namespace switchfault
