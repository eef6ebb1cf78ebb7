// port_shutdown: ports that the instance itself has shut, as an error-disable does.
//
// Seen in the field as: a guard that trips without reason and takes ports down one by one; the
// ports stay down until somebody opens them. Not modelled: that the state is no part of the
// configuration, so whoever saves the configuration meanwhile keeps the ports shut; automatic
// recovery (say so by `until: {after: …}`).

#include "os/fault.h"
#include "os/selection.h"

namespace switchfault {
namespace {

class PortShutdown final : public Fault {
 public:
  explicit PortShutdown(const ArgumentReader& arguments) : patterns_(arguments.names("ports")) {}

  void inject(SwitchOs& os, const FaultContext& /*context*/) override { set(os, false); }
  void clear(SwitchOs& os) override { set(os, true); }
  // The guard starts with a clean slate.
  [[nodiscard]] bool survives(BootKind) const override { return false; }

 private:
  void set(SwitchOs& os, bool enabled) const {
    for (const PortIndex port : ports_named(os, patterns_)) {
      os.set_port_enabled(port, enabled);
    }
  }

  std::vector<std::string> patterns_;
};

}  // namespace

FaultKind port_shutdown() {
  return {.info = {.name = "port_shutdown",
                   .summary = "Ports are shut by the instance itself, as an error-disable does.",
                   .parameters = {{.name = "ports",
                                   .unit = Unit::names,
                                   .summary = "names or patterns with *"}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<PortShutdown>(arguments);
          }};
}

}  // namespace switchfault
