// reload_cold: the whole instance is started again by command.
//
// Everything that lives in memory is gone, the chip is programmed anew. Times are those of the
// node. Not modelled: a reload that is asked to wait.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class ReloadCold final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override { os.boot(BootKind::cold, "reload"); }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::cold; }
};

}  // namespace

ActionKind reload_cold() {
  return {.info = {.name = "reload_cold",
                   .summary = "A cold reload: every plane starts anew.",
                   .targets = TargetKind::nodes,
                   .boot = "cold"},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<ReloadCold>();
          }};
}

}  // namespace switchfault
