// restart_process: one process is stopped and started by hand.
//
// Its state is lost, what it has programmed into the chip stays. A fault that makes it fail again
// is not cured by it.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

class RestartProcess final : public Action {
 public:
  explicit RestartProcess(const ArgumentReader& arguments) : process_(arguments.text("process")) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    if (os.host_state() != HostState::up) {
      return "the host is not up";
    }
    return os.find_process(process_) == ProcessIndex::none ? "there is no process " + process_ : "";
  }
  void start(SwitchOs& os, Simulator&) override { os.restart(os.find_process(process_)); }
  [[nodiscard]] bool complete(const SwitchOs& os) const override {
    const auto process = static_cast<std::size_t>(os.find_process(process_));
    return os.processes()[process].state == ProcessState::running;
  }

 private:
  std::string process_;
};

}  // namespace

ActionKind restart_process() {
  return {.info = {.name = "restart_process",
                   .summary = "A process is stopped and started again.",
                   .parameters = {{.name = "process",
                                   .unit = Unit::name,
                                   .summary = "its name or function"}},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<RestartProcess>(arguments);
          }};
}

}  // namespace switchfault
