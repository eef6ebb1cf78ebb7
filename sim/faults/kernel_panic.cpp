// kernel_panic: the kernel of the host dies, once, or again some time after each boot.
//
// Seen in the field as: devices that reboot every few minutes while what kills them is still there
// (a DNS reply, a counter). It ends with what clears it, not with a boot. Not modelled: crash dumps
// and the time they take (state it as reboot_delay).

#include <algorithm>
#include <optional>

#include "os/fault.h"

namespace switchfault {
namespace {

class KernelPanic final : public Fault {
 public:
  explicit KernelPanic(const ArgumentReader& arguments)
      : exponential_(arguments.text("law") == "exponential"),
        reboots_(arguments.boolean("reboots")),
        reboot_delay_(arguments.duration("reboot_delay")) {
    if (arguments.has("after_boot")) {
      after_boot_ = arguments.duration("after_boot");
      after_boot_max_ =
          arguments.has("after_boot_max") ? arguments.duration("after_boot_max") : *after_boot_;
    }
  }

  void inject(SwitchOs& os, const FaultContext& context) override {
    os_ = &os;
    os.set_panic_reboots(reboots_, reboot_delay_);
    if (!after_boot_ || context.injection == 0) {
      panic();
      return;
    }
    timer_ = Timer(context.simulator, Phase::os, os.node(), context.fault, [this] { panic(); });
    timer_.arm(context.simulator.now() + life(context));
  }
  void clear(SwitchOs& os) override {
    timer_.cancel();
    os.set_panic_reboots(true);
  }
  // One panic is over with its boot; a loop is there until something else ends it.
  [[nodiscard]] bool survives(BootKind) const override { return after_boot_.has_value(); }

 private:
  void panic() { os_->panic("kernel panic"); }

  // From the end of a boot to the next panic.
  [[nodiscard]] Duration life(const FaultContext& context) const {
    constexpr Duration kShortest = std::chrono::milliseconds{1};
    const DrawKey key{.purpose = Purpose("kernel_panic.after_boot"),
                      .entity = context.stable_id,
                      .occurrence = context.injection};
    if (exponential_) {
      return std::max(context.random.exponential(key, *after_boot_), kShortest);
    }
    return *after_boot_ < after_boot_max_
               ? context.random.uniform(key, *after_boot_, after_boot_max_)
               : std::max(*after_boot_, kShortest);
  }

  std::optional<Duration> after_boot_;
  Duration after_boot_max_{};
  bool exponential_;
  bool reboots_;
  Duration reboot_delay_;
  SwitchOs* os_ = nullptr;
  Timer timer_;
};

}  // namespace

FaultKind kernel_panic() {
  return {
      .info = {.name = "kernel_panic",
               .summary = "The kernel dies, once or again after each boot.",
               .parameters = {{.name = "after_boot",
                               .unit = Unit::duration,
                               .summary = "it panics again this long after each boot; else once",
                               .optional = true},
                              {.name = "after_boot_max",
                               .unit = Unit::duration,
                               .summary = "uniform between after_boot and this",
                               .optional = true},
                              {.name = "law",
                               .unit = Unit::choice,
                               .default_text = "uniform",
                               .summary = "exponential: after_boot is the mean",
                               .choices = {"uniform", "exponential"},
                               .source = "assumed"},
                              {.name = "reboots",
                               .unit = Unit::boolean,
                               .default_text = "true",
                               .summary = "whether the host boots by itself after a panic",
                               .source = "network systems set the kernel to reboot on panic"},
                              {.name = "reboot_delay",
                               .unit = Unit::duration,
                               .default_text = "0s",
                               .summary = "from the panic to the start of that boot",
                               .source = "assumed"}},
               .boot = "cold"},
      .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
        return std::make_unique<KernelPanic>(arguments);
      }};
}

}  // namespace switchfault
