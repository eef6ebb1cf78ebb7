// management_loss: nobody can log in, though everything else works.
//
// Seen in the field as: an expired certificate, a login daemon that hangs, terminals that are all
// taken. Polls that need a login fail as well. Not modelled: a console that still works; say which
// access chain does not need the login.

#include "os/fault.h"

namespace switchfault {
namespace {

class ManagementLoss final : public Fault {
 public:
  explicit ManagementLoss(const ArgumentReader& arguments)
      : persistent_(arguments.boolean("persistent")) {}

  void inject(SwitchOs& os, const FaultContext& context) override {
    owner_ = context.stable_id;
    os.set_management_blocked(owner_, true);
  }
  void clear(SwitchOs& os) override { os.set_management_blocked(owner_, false); }
  // A daemon that starts anew works; a certificate stays expired.
  [[nodiscard]] bool survives(BootKind) const override { return persistent_; }

 private:
  bool persistent_;
  std::uint64_t owner_ = 0;
};

}  // namespace

FaultKind management_loss() {
  return {.info = {.name = "management_loss",
                   .summary = "Nobody can log in, though everything else works.",
                   .parameters = {{.name = "persistent",
                                   .unit = Unit::boolean,
                                   .default_text = "false",
                                   .summary = "whether it is still there after a boot",
                                   .source = "assumed: a login daemon starts anew"}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<ManagementLoss>(arguments);
          }};
}

}  // namespace switchfault
