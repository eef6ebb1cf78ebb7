// ProcessFailure: a process that crashes or hangs, once or again some time after each start. What
// the kinds process_crash and process_hang have in common.

#ifndef SWITCHFAULT_FAULTS_PROCESS_FAILURE_H_
#define SWITCHFAULT_FAULTS_PROCESS_FAILURE_H_

#include <optional>
#include <string>
#include <vector>

#include "os/fault.h"

namespace switchfault {

class ProcessFailure final : public Fault {
 public:
  ProcessFailure(const ArgumentReader& arguments, ProcessState into)
      : process_(arguments.text("process")), into_(into) {
    if (arguments.has("again_after")) {
      relapse_ = Relapse{into, arguments.duration("again_after")};
    }
  }

  void inject(SwitchOs& os, const FaultContext& context) override {
    const ProcessIndex process = os.find_process(process_);
    if (process == ProcessIndex::none) {
      return;
    }
    // After a boot that it survived only the relapse counts.
    if (context.injection == 0 || !relapse_) {
      if (into_ == ProcessState::hung) {
        os.hang(process);
      } else {
        os.crash(process);
      }
    }
    os.set_relapse(process, relapse_);
  }
  void clear(SwitchOs& os) override {
    const ProcessIndex process = os.find_process(process_);
    if (process != ProcessIndex::none) {
      os.set_relapse(process, std::nullopt);
    }
  }
  // A boot starts the process anew; what makes it fail again does not go away by it.
  [[nodiscard]] bool survives(BootKind) const override { return relapse_.has_value(); }

  static std::vector<Parameter> parameters() {
    return {{.name = "process", .unit = Unit::process, .summary = "its name or function"},
            {.name = "again_after",
             .unit = Unit::duration,
             .summary = "it fails again this long after each start; else once",
             .optional = true}};
  }

 private:
  std::string process_;
  ProcessState into_;
  std::optional<Relapse> relapse_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_FAULTS_PROCESS_FAILURE_H_
