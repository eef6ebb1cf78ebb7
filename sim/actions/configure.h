// Configure: an action that sets one key of the running configuration. What features, isolation and
// other changes of the configuration have in common.

#ifndef SWITCHFAULT_ACTIONS_CONFIGURE_H_
#define SWITCHFAULT_ACTIONS_CONFIGURE_H_

#include <memory>
#include <string>
#include <utility>

#include "actions/conditions.h"
#include "os/action.h"

namespace switchfault {

// Saves it as well, or does not.
class Configure final : public Action {
 public:
  Configure(std::string key, std::string value, bool save, bool cuts_off = false)
      : key_(std::move(key)), value_(std::move(value)), save_(save), cuts_off_(cuts_off) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return why_no_command(os);
  }
  void start(SwitchOs& os, Simulator&) override {
    os.configure(key_, value_);
    if (save_) {
      os.save_configuration();
    }
  }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    return os.configured(key_) == value_;
  }
  [[nodiscard]] bool takes_path_down() const override { return cuts_off_; }

  static Parameter save_parameter() {
    return {.name = "save",
            .unit = Unit::boolean,
            .default_text = "true",
            .summary = "whether it is in the start-up configuration and so survives boots",
            .source = "assumed: whoever works around a fault saves it"};
  }

 private:
  std::string key_, value_;
  bool save_;
  bool cuts_off_;
};

// The kind of action that switches a feature on or off.
template <bool kOn>
ActionKind switch_feature(const char* name, const char* summary) {
  return {.info = {.name = name,
                   .summary = summary,
                   .parameters = {{.name = "feature",
                                   .unit = Unit::name,
                                   .summary = "as the topology file names it"},
                                  Configure::save_parameter()},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<Configure>(feature_key(arguments.text("feature")),
                                               kOn ? "on" : "off", arguments.boolean("save"));
          }};
}

}  // namespace switchfault

#endif  // SWITCHFAULT_ACTIONS_CONFIGURE_H_
