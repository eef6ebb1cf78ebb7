// restart_process: a process is stopped and started, whatever its supervisor thinks.
//
// Its memory is free again, its state is lost. Not modelled: processes that depend on it.

#include "actions/conditions.h"
#include "os/action.h"

namespace switchfault {
namespace {

class RestartProcess final : public Action {
 public:
  explicit RestartProcess(const ArgumentReader& arguments) : process_(arguments.text("process")) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    std::string reason = why_no_command(os);
    if (reason.empty() && os.find_process(process_) == ProcessIndex::none) {
      reason = "it has no process " + process_;
    }
    return reason;
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
                   .summary = "Stops a process and starts it again.",
                   .parameters = {{.name = "process",
                                   .unit = Unit::process,
                                   .summary = "its name or function"}},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<RestartProcess>(arguments);
          }};
}

}  // namespace switchfault
