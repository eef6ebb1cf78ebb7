// configuration_lost: the start-up configuration cannot be used at the next boot.
//
// Seen in the field as: a file cut short by a full flash, one that a newer OS does not read, or a
// change that was never saved. It sleeps until the next boot. Not modelled: parts of a
// configuration that are lost while others are read.

#include "os/fault.h"

namespace switchfault {
namespace {

class ConfigurationLost final : public Fault {
 public:
  explicit ConfigurationLost(const ArgumentReader& arguments)
      : outcome_(arguments.text("outcome") == "boot_fails" ? StartupLoss::boot_fails
                                                           : StartupLoss::boots_blank) {}

  void inject(SwitchOs& os, const FaultContext&) override {
    os_ = &os;
    if (!struck_) {  // Once: a backup that was restored since is not lost again.
      os.lose_startup_configuration(outcome_);
    }
    struck_ = true;
  }
  // What is lost stays lost; a backup brings it back (action restore_configuration).
  void clear(SwitchOs&) override { struck_ = false; }
  // It is over when the instance has come up with a configuration.
  [[nodiscard]] bool survives(BootKind) const override { return os_->configuration_lost(); }

 private:
  StartupLoss outcome_;
  bool struck_ = false;
  const SwitchOs* os_ = nullptr;
};

}  // namespace

FaultKind configuration_lost() {
  return {.info = {.name = "configuration_lost",
                   .summary = "The start-up configuration cannot be used at the next boot.",
                   .parameters = {{.name = "outcome",
                                   .unit = Unit::choice,
                                   .default_text = "boots_blank",
                                   .summary = "the node comes up blank, or not at all",
                                   .choices = {"boots_blank", "boot_fails"},
                                   .source = "assumed; sonic-buildimage issue 21918 is a boot "
                                             "that fails"}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<ConfigurationLost>(arguments);
          }};
}

}  // namespace switchfault
