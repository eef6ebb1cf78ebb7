// upgrade: another image is loaded as standby, activated and booted.
//
// The former image becomes the standby one. Where the image comes from is an artefact. Not
// modelled: a flash that is too small (fault boot_failure).

#include <utility>

#include "actions/conditions.h"
#include "os/action.h"

namespace switchfault {
namespace {

class Upgrade final : public Action {
 public:
  explicit Upgrade(const ArgumentReader& arguments) : version_(arguments.text("version")) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    if (!Version::parse(version_)) {
      return version_ + " is not a version";
    }
    std::string reason = why_no_command(os);
    return reason.empty() ? why_no_boot(os, BootKind::cold) : reason;
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
                   .summary = "Loads another image and boots it.",
                   .parameters = {{.name = "version",
                                   .unit = Unit::name,
                                   .summary = "what runs afterwards"}},
                   .targets = TargetKind::nodes,
                   .boot = "cold"},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<Upgrade>(arguments);
          }};
}

}  // namespace switchfault
