// rejoin: what isolate has shut is opened again.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class Rejoin final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override { os.configure("isolated", "off"); }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }
};

}  // namespace

ActionKind rejoin() {
  return {.info = {.name = "rejoin",
                   .summary = "The node is let into the network again.",
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<Rejoin>();
          }};
}

}  // namespace switchfault
