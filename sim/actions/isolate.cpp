// isolate: all ports but the way to the login are shut.
//
// Neighbours see their carrier go and route round at once. Undone by rejoin.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class Isolate final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override { os.configure("isolated", "on"); }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }
};

}  // namespace

ActionKind isolate() {
  return {.info = {.name = "isolate",
                   .summary = "The node is taken out of the network: its data ports are shut.",
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<Isolate>();
          }};
}

}  // namespace switchfault
