// configuration_change: a wrong value in the running configuration.
//
// Seen in the field as: a filter removed in a maintenance, a failsafe that isolates its router
// (isolated = on), a port shut by a script (ports.NAME.up = off), a VLAN taken off a trunk
// (ports.NAME.trunk = 20), a router that forwards nothing while its protocols go on
// (ip_forwarding = off). What the value does is the business of whoever reads the key. Not
// modelled: syntax errors, partly applied changes.

#include "os/fault.h"

namespace switchfault {
namespace {

class ConfigurationChange final : public Fault {
 public:
  explicit ConfigurationChange(const ArgumentReader& arguments)
      : key_(arguments.text("key")),
        value_(arguments.text("value")),
        saved_(arguments.boolean("saved")) {}

  void inject(SwitchOs& os, const FaultContext&) override {
    os_ = &os;
    if (os.configured(key_) == value_) {
      return;  // It survived the boot.
    }
    former_ = os.configured(key_);
    os.configure(key_, value_);
    if (saved_) {
      os.save_configuration();
    }
  }
  void clear(SwitchOs& os) override {
    if (os.configured(key_) == value_) {
      os.configure(key_, former_);
    }
  }
  // A boot loads the start-up configuration: the value is there again if it was saved.
  [[nodiscard]] bool survives(BootKind) const override { return os_->configured(key_) == value_; }

 private:
  std::string key_, value_, former_;
  bool saved_;
  const SwitchOs* os_ = nullptr;
};

}  // namespace

FaultKind configuration_change() {
  return {
      .info = {.name = "configuration_change",
               .summary = "A wrong value stands in the running configuration.",
               .parameters =
                   {{.name = "key",
                     .unit = Unit::name,
                     .summary =
                         "isolated, ip_forwarding, features.NAME, ports.NAME.up, ports.NAME.trunk "
                         "or any other"},
                    {.name = "value", .unit = Unit::name, .summary = "on, off or a text"},
                    {.name = "saved",
                     .unit = Unit::boolean,
                     .default_text = "false",
                     .summary = "whether it is in the start-up configuration as well",
                     .source = "what most systems do with a change nobody saves"}}},
      .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
        return std::make_unique<ConfigurationChange>(arguments);
      }};
}

}  // namespace switchfault
