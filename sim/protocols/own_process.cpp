#include "protocols/own_process.h"

#include <algorithm>

namespace switchfault {

ProcessFunction own_process(const SwitchOs& os, std::initializer_list<ProcessFunction> wanted) {
  const auto found = std::ranges::find_if(
      wanted, [&](ProcessFunction function) { return process_state(os, function).has_value(); });
  return found == wanted.end() ? ProcessFunction::routing : *found;
}

std::optional<ProcessState> process_state(const SwitchOs& os, ProcessFunction function) {
  const auto& all = os.processes();
  const auto found = std::ranges::find(all, function, &Process::function);
  return found == all.end() ? std::nullopt : std::optional(found->state);
}

bool ended_in_order(const SwitchOs& os, ProcessFunction function) {
  return os.host_state() == HostState::up &&
         std::ranges::any_of(os.processes(), [&](const Process& process) {
           return process.function == function && process.state == ProcessState::stopped;
         });
}

}  // namespace switchfault
