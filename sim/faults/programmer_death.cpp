// programmer_death: the process that writes the chip dies and stays down; the tables go stale.
//
// Seen in the field as: a switch-state agent that aborts on an error of the chip's driver; traffic
// flows on old decisions, no change reaches the chip. Not modelled: entries half written.

#include "os/fault.h"

namespace switchfault {
namespace {

class ProgrammerDeath final : public Fault {
 public:
  explicit ProgrammerDeath(const ArgumentReader& arguments)
      : chip_hangs_(arguments.text("cured_by") == "chip_reset") {}

  void inject(SwitchOs& os, const FaultContext&) override {
    const ProcessIndex programmer = os.find_process("table_programmer");
    if (programmer == ProcessIndex::none) {
      return;
    }
    os.give_up(programmer);
    if (chip_hangs_) {
      os.set_relapse(programmer, Relapse{ProcessState::crashed, Duration::zero()});
    }
  }
  void clear(SwitchOs& os) override {
    const ProcessIndex programmer = os.find_process("table_programmer");
    if (programmer != ProcessIndex::none) {
      os.set_relapse(programmer, std::nullopt);
    }
  }
  // Every boot starts the process; a chip that hangs is reset by all but a warm one, which spares
  // it.
  [[nodiscard]] bool survives(BootKind kind) const override {
    return chip_hangs_ && kind == BootKind::warm;
  }

 private:
  bool chip_hangs_;
};

}  // namespace

FaultKind programmer_death() {
  return {.info = {.name = "programmer_death",
                   .summary = "The table programmer dies and stays down; the chip's tables go "
                              "stale.",
                   .parameters = {{.name = "cured_by",
                                   .unit = Unit::choice,
                                   .default_text = "restart",
                                   .summary = "a restart of the process, or only a boot that "
                                              "resets the chip",
                                   .choices = {"restart", "chip_reset"},
                                   .source = "sonic-buildimage issue 1274; chip_reset: issue "
                                             "4347"}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<ProgrammerDeath>(arguments);
          }};
}

}  // namespace switchfault
