// power_loss: a node, or one box of a stack, is without power until the fault ends.
//
// Seen in the field as: a tripped breaker, a burnt supply, a fire alarm that cuts a room. When the
// power is back the node starts with the times of a power cycle. Not modelled: supplies and feeds
// one by one, batteries.

#include <optional>

#include "os/fault.h"

namespace switchfault {
namespace {

class PowerLoss final : public Fault {
 public:
  explicit PowerLoss(const ArgumentReader& arguments) {
    if (arguments.has("box")) {
      box_ = static_cast<std::uint32_t>(arguments.integer("box"));
    }
  }

  void inject(SwitchOs& os, const FaultContext&) override { set(os, false); }
  void clear(SwitchOs& os) override { set(os, true); }
  // The rest of a stack may boot; the box stays dark.
  [[nodiscard]] bool survives(BootKind) const override { return true; }

 private:
  void set(SwitchOs& os, bool on) const {
    if (box_) {
      if (*box_ <= std::max(os.config().boxes, 1U)) {
        os.power_box(*box_, on);
      }
    } else if (on) {
      os.power_on();
    } else {
      os.power_off();
    }
  }

  std::optional<std::uint32_t> box_;
};

}  // namespace

FaultKind power_loss() {
  return {.info = {.name = "power_loss",
                   .summary = "A node, or one box of a stack, is without power.",
                   .parameters = {{.name = "box",
                                   .unit = Unit::integer,
                                   .summary = "number of the box, from 1; all when left out",
                                   .optional = true,
                                   .minimum = 1,
                                   .maximum = 64}},
                   .boot = "power_cycle"},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<PowerLoss>(arguments);
          }};
}

}  // namespace switchfault
