// host_hang: the kernel stops; every process is silent, the console is dead.
//
// Seen in the field as: a supervisor whose disk stops after so many power-on hours, a deadlock at a
// leap second. The chip goes on with the tables it has unless the data plane is said to stop too.
// A watchdog, where there is one, boots the host. Not modelled: a host that answers slowly.

#include <optional>

#include "os/fault.h"

namespace switchfault {
namespace {

class HostHang final : public Fault {
 public:
  explicit HostHang(const ArgumentReader& arguments)
      : with_data_plane_(arguments.text("data_plane") == "stops") {
    if (arguments.has("watchdog")) {
      watchdog_ = arguments.duration("watchdog");
    }
  }

  void inject(SwitchOs& os, const FaultContext& context) override {
    os.hang_host("the host hangs", with_data_plane_);
    if (watchdog_ && os.host_state() == HostState::hung) {
      os_ = &os;
      timer_ = Timer(context.simulator, Phase::os, os.node(), context.fault, [this] { bite(); });
      timer_.arm(context.simulator.now() + std::max(*watchdog_, Duration{1}));
    }
  }
  void clear(SwitchOs&) override { timer_.cancel(); }
  // A kernel that starts anew runs.
  [[nodiscard]] bool survives(BootKind) const override { return false; }

 private:
  void bite() {
    if (os_->host_state() == HostState::hung) {
      os_->boot(BootKind::cold, "watchdog");
    }
  }

  bool with_data_plane_;
  std::optional<Duration> watchdog_;
  SwitchOs* os_ = nullptr;
  Timer timer_;
};

}  // namespace

FaultKind host_hang() {
  return {.info = {.name = "host_hang",
                   .summary = "The kernel of the host stops; nothing answers any more.",
                   .parameters = {{.name = "data_plane",
                                   .unit = Unit::choice,
                                   .default_text = "serves",
                                   .summary = "whether the chip goes on with the tables it has",
                                   .choices = {"serves", "stops"},
                                   .source = "assumed: the chip does not need the kernel"},
                                  {.name = "watchdog",
                                   .unit = Unit::duration,
                                   .summary = "a watchdog boots the host cold after this",
                                   .optional = true}},
                   .boot = "cold"},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<HostHang>(arguments);
          }};
}

}  // namespace switchfault
