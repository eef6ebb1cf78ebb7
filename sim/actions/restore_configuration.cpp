// restore_configuration: the backup of the configuration is put back and booted.
//
// From a console: a blank node has no address. The backup is what the topology file says.
// Not modelled: changes made since the backup.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class RestoreConfiguration final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override {
    os.restore_configuration();
    os.boot(BootKind::cold, "restored configuration");
  }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::cold; }
};

}  // namespace

ActionKind restore_configuration() {
  return {.info = {.name = "restore_configuration",
                   .summary = "The backup configuration is restored and booted.",
                   .targets = TargetKind::nodes,
                   .boot = "cold"},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<RestoreConfiguration>();
          }};
}

}  // namespace switchfault
