// malformed_update: a node sends BGP updates that do not keep to the protocol.
//
// Seen in the field as: sessions that end all over a network because of one router's attribute,
// again and again while it is told (FRRouting 19336; attribute 28, 2023). What becomes of it is
// decided by those who hear it: they end the session or withdraw the routes (`error_handling` of
// bgp). Not modelled: updates damaged on their way by others; a speaker that crashes over them (say
// so by `process_crash`).

#include <algorithm>

#include "os/fault.h"

namespace switchfault {
namespace {

class MalformedUpdate final : public Fault {
 public:
  explicit MalformedUpdate(const ArgumentReader& arguments) {
    const auto name = std::ranges::find(kUpdateDamages, arguments.text("error"));
    what_.damage = static_cast<UpdateDamage>(name - kUpdateDamages.begin());
    if (arguments.has("prefix")) {
      what_.prefix = arguments.prefix("prefix").network();
    }
  }

  void inject(SwitchOs& os, const FaultContext& context) override {
    owner_ = context.stable_id;
    os.set_update_damage(owner_, what_);
  }
  void clear(SwitchOs& os) override { os.set_update_damage(owner_, std::nullopt); }
  // The software is the same.
  [[nodiscard]] bool survives(BootKind) const override { return true; }

 private:
  DamagedUpdates what_;
  std::uint64_t owner_ = 0;
};

}  // namespace

FaultKind malformed_update() {
  return {.info = {.name = "malformed_update",
                   .summary = "A node sends BGP updates that do not keep to the protocol.",
                   .parameters = {{.name = "error",
                                   .unit = Unit::choice,
                                   .summary = "what is wrong with them",
                                   .choices = {kUpdateDamages.begin(), kUpdateDamages.end()}},
                                  {.name = "prefix",
                                   .unit = Unit::prefix,
                                   .summary = "only those about routes within it",
                                   .optional = true}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<MalformedUpdate>(arguments);
          }};
}

}  // namespace switchfault
