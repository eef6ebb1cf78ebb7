// collect_evidence: logs and core files are fetched before something destroys them.
//
// It changes nothing; it takes its time and a login, or somebody at the box: a hung host still
// shows its last lines and dumps its memory at the push of a button. Not modelled: what is found.

#include "os/action.h"

namespace switchfault {
namespace {

class CollectEvidence final : public Action {
 public:
  [[nodiscard]] std::string refusal(const SwitchOs&) const override { return {}; }
  void start(SwitchOs&, Simulator&) override {}
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }
};

}  // namespace

ActionKind collect_evidence() {
  return {.info = {.name = "collect_evidence",
                   .summary = "Fetches logs and core files; changes nothing.",
                   .targets = TargetKind::nodes},
          .needs_host = false,
          .make = [](const ArgumentReader&) -> std::unique_ptr<Action> {
            return std::make_unique<CollectEvidence>();
          }};
}

}  // namespace switchfault
