// Conditions that several actions share: why something cannot be done to an instance as it is.
// Each returns a reason in words, or nothing.

#ifndef SWITCHFAULT_ACTIONS_CONDITIONS_H_
#define SWITCHFAULT_ACTIONS_CONDITIONS_H_

#include <string>

#include "os/switch_os.h"

namespace switchfault {

// Commands need a host that answers.
std::string why_no_command(const SwitchOs& os);
// A boot needs power and stated times.
std::string why_no_boot(const SwitchOs& os, BootKind kind);

}  // namespace switchfault

#endif  // SWITCHFAULT_ACTIONS_CONDITIONS_H_
