// replace: a new box takes the place of the old one, with the backup configuration.
//
// What was wrong with the old box is gone; what is wrong with the image is not. The spare is an
// artefact. Not modelled: other hardware revisions, cables plugged wrongly.

#include "actions/conditions.h"
#include "os/action.h"

namespace switchfault {
namespace {

class Replace final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.boot_times(BootKind::power_cycle) ? "" : "its times of a power cycle are not stated";
  }
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
                   .summary = "Puts a new box with the backup configuration in its place.",
                   .targets = TargetKind::nodes,
                   .boot = "power_cycle"},
          .needs_login = false,
          .needs_presence = true,
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<Replace>();
          }};
}

}  // namespace switchfault
