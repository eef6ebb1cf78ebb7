// enable_feature: a feature is switched on in the running configuration.
//
// A fault that selects by this feature is looked at again. Unsaved, it is undone by the next boot.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class EnableFeature final : public Action {
 public:
  explicit EnableFeature(const ArgumentReader& arguments)
      : feature_(arguments.text("feature")), save_(arguments.boolean("save")) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override {
    os.configure("features." + feature_, "on");
    if (save_) {
      os.save_configuration();
    }
  }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }

 private:
  std::string feature_;
  bool save_;
};

}  // namespace

ActionKind enable_feature() {
  return {.info = {.name = "enable_feature",
                   .summary = "A feature is switched on.",
                   .parameters = {{.name = "feature", .unit = Unit::name, .summary = "its name"},
                                  {.name = "save",
                                   .unit = Unit::boolean,
                                   .default_text = "true",
                                   .summary = "also in the start-up configuration",
                                   .source = "choice of this program"}},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<EnableFeature>(arguments);
          }};
}

}  // namespace switchfault
