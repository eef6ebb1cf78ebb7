// collect_evidence: logs and dumps are taken off the instance before something destroys them.
//
// Costs only the hands-on time of its step and a login that works. Not modelled: what the vendor
// makes of it.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class CollectEvidence final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs&, Simulator&) override {}
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }
};

}  // namespace

ActionKind collect_evidence() {
  return {.info = {.name = "collect_evidence",
                   .summary = "Logs and dumps are taken off the node.",
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<CollectEvidence>();
          }};
}

}  // namespace switchfault
