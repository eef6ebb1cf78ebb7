// process_hang: a process goes silent without dying.
//
// Seen in the field as: a deadlock, a starved thread; hellos stop, its last decisions stay in
// force, and nobody notices unless its supervisor asks. Not modelled: a process that is only slow.

#include "faults/process_failure.h"

namespace switchfault {

FaultKind process_hang() {
  return {.info = {.name = "process_hang",
                   .summary = "A process goes silent without dying.",
                   .parameters = ProcessFailure::parameters()},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<ProcessFailure>(arguments, ProcessState::hung);
          }};
}

}  // namespace switchfault
