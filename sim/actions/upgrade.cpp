// upgrade: another image is put into the standby slot and started.
//
// Faults bound to versions are looked at again after the boot. Not modelled: the copying of the
// image; its time is the step's hands-on time.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class Upgrade final : public Action {
 public:
  explicit Upgrade(const ArgumentReader& arguments) : version_(arguments.text("version")) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    if (os.host_state() != HostState::up) {
      return "the host is not up";
    }
    return Version::parse(version_) ? "" : version_ + " is no version";
  }
  void start(SwitchOs& os, Simulator&) override {
    os.set_standby_version(*Version::parse(version_));
    os.activate_standby();
    os.boot(BootKind::cold, "upgrade");
  }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.host_state() == HostState::up && !os.boot_in_progress();
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }
  [[nodiscard]] std::optional<BootKind> boot() const override { return BootKind::cold; }

 private:
  std::string version_;
};

}  // namespace

ActionKind upgrade() {
  return {.info = {.name = "upgrade",
                   .summary = "Another version is installed and started cold.",
                   .parameters = {{.name = "version",
                                   .unit = Unit::name,
                                   .summary = "the version to install"}},
                   .targets = TargetKind::nodes,
                   .boot = "cold"},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<Upgrade>(arguments);
          }};
}

}  // namespace switchfault
