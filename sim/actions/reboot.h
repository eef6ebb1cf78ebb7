// Reboot: an action that boots the instance, after a preparation. What reloads, power cycles, going
// back to another image and restoring a configuration have in common.

#ifndef SWITCHFAULT_ACTIONS_REBOOT_H_
#define SWITCHFAULT_ACTIONS_REBOOT_H_

#include <optional>
#include <string>
#include <string_view>

#include "actions/conditions.h"
#include "os/action.h"

namespace switchfault {

class Reboot final : public Action {
 public:
  struct What {
    BootKind kind = BootKind::cold;
    std::string_view why;    // Told in the observation of the boot.
    bool by_command = true;  // Needs a host that answers; else the power button or a boot loader.
    void (*prepare)(SwitchOs&) = nullptr;
    std::string (*refusal)(const SwitchOs&) = nullptr;  // Beyond what every boot needs.
  };
  explicit Reboot(const What& what) : what_(what) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    std::string reason = what_.by_command ? why_no_command(os) : "";
    if (reason.empty()) {
      reason = why_no_boot(os, what_.kind);
    }
    if (reason.empty() && what_.refusal != nullptr) {
      reason = what_.refusal(os);
    }
    return reason;
  }
  void start(SwitchOs& os, Simulator&) override {
    if (what_.prepare != nullptr) {
      what_.prepare(os);
    }
    os.boot(what_.kind, what_.why);
  }
  // A boot that failed is never complete: the action has not worked.
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return what_.kind; }

 private:
  What what_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_ACTIONS_REBOOT_H_
