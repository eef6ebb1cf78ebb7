// boot_failure: from now on the instance does not come up again when it boots.
//
// Seen in the field as: cards with a full or worn flash that stay dead after an upgrade. It sleeps
// until the next boot. Not modelled: a boot loader prompt from which an expert can go on; say which
// action mends it under `until`.

#include "os/fault.h"

namespace switchfault {
namespace {

class BootFailure final : public Fault {
 public:
  explicit BootFailure(const ArgumentReader& arguments) : reason_(arguments.text("reason")) {}

  void inject(SwitchOs& os, const FaultContext&) override {
    os_ = &os;
    replacements_ = os.replacements();
    os.fail_boot(reason_);
  }
  void clear(SwitchOs& os) override { os.mend_boot(); }
  // The flash is the same after every boot that ends; another box has another one.
  [[nodiscard]] bool survives(BootKind) const override {
    return os_->replacements() == replacements_;
  }

 private:
  std::string reason_;
  const SwitchOs* os_ = nullptr;
  std::uint32_t replacements_ = 0;
};

}  // namespace

FaultKind boot_failure() {
  return {.info = {.name = "boot_failure",
                   .summary = "The instance does not come up again after its next boot.",
                   .parameters = {{.name = "reason",
                                   .unit = Unit::name,
                                   .default_text = "image cannot be read",
                                   .summary = "what the console says",
                                   .source = "a text only"}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<BootFailure>(arguments);
          }};
}

}  // namespace switchfault
