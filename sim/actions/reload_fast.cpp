// reload_fast: the control plane is started again with a short rest of the data plane.
//
// The chip keeps its tables as long as the data plane serves. Times are those of the node.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class ReloadFast final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override { os.boot(BootKind::fast, "reload"); }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::fast; }
};

}  // namespace

ActionKind reload_fast() {
  return {
      .info = {.name = "reload_fast",
               .summary =
                   "A fast reload: the control plane starts anew, the data plane rests briefly.",
               .targets = TargetKind::nodes,
               .boot = "fast"},
      .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
        return std::make_unique<ReloadFast>();
      }};
}

}  // namespace switchfault
