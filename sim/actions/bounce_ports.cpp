// bounce_ports: ports are shut and opened again after a while.
//
// The first thing that automated repair tries on a rack switch (Facebook's did port bounces before
// configuration pushes and reboots, [M]): neighbours see the link go, protocols start anew, a port
// that an error has shut opens. Not modelled: a login over such a port that the operator keeps.

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "actions/conditions.h"
#include "os/action.h"
#include "os/selection.h"

namespace switchfault {
namespace {

class BouncePorts final : public Action {
 public:
  explicit BouncePorts(const ArgumentReader& arguments)
      : patterns_(arguments.names("ports")), shut_for_(arguments.duration("shut_for")) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    const std::string reason = why_no_command(os);
    return reason.empty() && ports_named(os, patterns_).empty() ? "no port has such a name"
                                                                : reason;
  }
  void start(SwitchOs& os, Simulator& simulator) override {
    os_ = &os;
    set(false);
    timer_ = Timer(simulator, Phase::os, os.node(), Entity(EntityKind::action, os.node().index()),
                   [this] { set(true); });
    timer_.arm(simulator.now() + shut_for_);
  }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    const std::vector<PortIndex> ports = ports_named(os, patterns_);
    return !timer_.armed() &&
           std::ranges::all_of(ports, [&](PortIndex port) { return os.port_enabled(port); });
  }
  [[nodiscard]] bool takes_path_down() const override { return true; }

 private:
  void set(bool enabled) const {
    for (const PortIndex port : ports_named(*os_, patterns_)) {
      os_->set_port_enabled(port, enabled);
    }
  }

  std::vector<std::string> patterns_;
  Duration shut_for_;
  SwitchOs* os_ = nullptr;
  Timer timer_;
};

}  // namespace

ActionKind bounce_ports() {
  return {.info = {.name = "bounce_ports",
                   .summary = "Shuts ports and opens them again after a while.",
                   .parameters = {{.name = "ports",
                                   .unit = Unit::names,
                                   .summary = "names or patterns with *"},
                                  {.name = "shut_for",
                                   .unit = Unit::duration,
                                   .default_text = "5s",
                                   .summary = "long enough for the other end to see it",
                                   .source = "assumed"}},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<BouncePorts>(arguments);
          }};
}

}  // namespace switchfault
