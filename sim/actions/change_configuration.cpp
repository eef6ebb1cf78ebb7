// change_configuration: one value of the running configuration is set.
//
// Protocols that listen to the key act on it. Unsaved, it is undone by the next boot.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class ChangeConfiguration final : public Action {
 public:
  explicit ChangeConfiguration(const ArgumentReader& arguments)
      : key_(arguments.text("key")),
        value_(arguments.text("value")),
        save_(arguments.boolean("save")) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override {
    os.configure(key_, value_);
    if (save_) {
      os.save_configuration();
    }
  }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }

 private:
  std::string key_, value_;
  bool save_;
};

}  // namespace

ActionKind change_configuration() {
  return {
      .info = {.name = "change_configuration",
               .summary = "A value of the configuration is set.",
               .parameters = {{.name = "key",
                               .unit = Unit::name,
                               .summary = "isolated, features.NAME, ports.NAME.up or any other"},
                              {.name = "value", .unit = Unit::name, .summary = "its new value"},
                              {.name = "save",
                               .unit = Unit::boolean,
                               .default_text = "true",
                               .summary = "also in the start-up configuration",
                               .source = "choice of this program"}},
               .targets = TargetKind::nodes},
      .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
        return std::make_unique<ChangeConfiguration>(arguments);
      }};
}

}  // namespace switchfault
