// cpu_load: something takes a share of the CPU of the host.
//
// Seen in the field as: route floods, packets punted to the CPU, timers that spin on a leap second.
// Loads add up; a full CPU drops and delays control frames, which is the protocols' business.
// Not modelled: which process goes without.

#include "os/fault.h"

namespace switchfault {
namespace {

class CpuLoadFault final : public Fault {
 public:
  explicit CpuLoadFault(const ArgumentReader& arguments)
      : share_(arguments.share("share")), persistent_(arguments.boolean("persistent")) {}

  void inject(SwitchOs& os, const FaultContext& context) override {
    owner_ = context.stable_id;
    os.set_cpu_load(owner_, share_);
  }
  void clear(SwitchOs& os) override { os.set_cpu_load(owner_, 0); }
  // A flood from outside does not stop for a boot; a process that spins does.
  [[nodiscard]] bool survives(BootKind) const override { return persistent_; }

 private:
  double share_;
  bool persistent_;
  std::uint64_t owner_ = 0;
};

}  // namespace

FaultKind cpu_load() {
  return {.info = {.name = "cpu_load",
                   .summary = "Something takes a share of the CPU of the host.",
                   .parameters = {{.name = "share",
                                   .unit = Unit::share,
                                   .summary = "of the CPU; 1 is an overload"},
                                  {.name = "persistent",
                                   .unit = Unit::boolean,
                                   .default_text = "true",
                                   .summary = "whether it goes on after a boot",
                                   .source = "assumed: the cause is outside of the instance"}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<CpuLoadFault>(arguments);
          }};
}

}  // namespace switchfault
