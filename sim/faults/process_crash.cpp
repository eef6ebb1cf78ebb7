// process_crash: a process dies and loses its state.
//
// Seen in the field as: a malformed message, a table that is full. Its supervisor starts it again
// until it gives up. Not modelled: what it takes down with it; name several faults for that.

#include "faults/process_failure.h"

namespace switchfault {

FaultKind process_crash() {
  return {.info = {.name = "process_crash",
                   .summary = "A process dies; its supervisor sees to it.",
                   .parameters = ProcessFailure::parameters()},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<ProcessFailure>(arguments, ProcessState::crashed);
          }};
}

}  // namespace switchfault
