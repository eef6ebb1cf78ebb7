// memory_leak: a process of the switch OS loses memory until the host runs out of it.
//
// Seen in the field as: logins hang while ping still answers, later the kernel panics. The node has
// to state its memory. Not modelled: swapping, fragmentation, processes that slow down.

#include "os/fault.h"

namespace switchfault {
namespace {

class MemoryLeak final : public Fault {
 public:
  explicit MemoryLeak(const ArgumentReader& arguments)
      : process_(arguments.text("process")), rate_(arguments.byte_rate("rate")) {
    policy_.logins_hang_at = arguments.share("logins_hang_at");
    policy_.exhausted = arguments.text("exhausted") == "kill_process"
                            ? MemoryPolicy::Exhausted::kill_process
                            : MemoryPolicy::Exhausted::panic;
  }

  void inject(SwitchOs& os, const FaultContext&) override {
    os.set_memory_policy(policy_);
    leak(os, rate_);
  }
  void clear(SwitchOs& os) override { leak(os, {}); }
  // The image still has it; a boot only frees what was lost.
  [[nodiscard]] bool survives(BootKind) const override { return true; }

 private:
  void leak(SwitchOs& os, ByteRate rate) const {
    const ProcessIndex process = os.find_process(process_);
    if (process != ProcessIndex::none) {
      os.leak_memory(process, rate);
    }
  }

  std::string process_;
  ByteRate rate_;
  MemoryPolicy policy_;
};

}  // namespace

FaultKind memory_leak() {
  return {
      .info = {.name = "memory_leak",
               .summary = "A process loses memory until the host runs out of it.",
               .parameters =
                   {{.name = "process",
                     .unit = Unit::process,
                     .summary = "name or function of the process that leaks"},
                    {.name = "rate",
                     .unit = Unit::byte_rate,
                     .summary = "memory lost per time, as 3MiB/60s"},
                    {.name = "logins_hang_at",
                     .unit = Unit::share,
                     .default_text = "75%",
                     .summary = "logins hang from this share of the memory in use on",
                     .source = "sonic-buildimage issue 7515"},
                    {.name = "exhausted",
                     .unit = Unit::choice,
                     .default_text = "panic",
                     .summary = "at 100 %: the kernel panics or kills the process that lost most",
                     .choices = {"panic", "kill_process"},
                     .source = "sonic-buildimage issue 7515: panic_on_oom is set"}},
               .boot = "cold",
               .needs_memory = true},
      .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
        return std::make_unique<MemoryLeak>(arguments);
      }};
}

}  // namespace switchfault
