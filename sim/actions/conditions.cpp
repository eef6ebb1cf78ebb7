#include "actions/conditions.h"

#include <string_view>

namespace switchfault {
namespace {

std::string_view word(HostState state) {
  switch (state) {
    case HostState::off:
      return "has no power";
    case HostState::booting:
      return "is booting";
    case HostState::up:
      return "is up";
    case HostState::hung:
      return "hangs";
    case HostState::panicked:
      return "has panicked";
    case HostState::failed:
      return "does not boot";
  }
  return "";
}

std::string_view word(BootKind kind) {
  switch (kind) {
    case BootKind::cold:
      return "cold boot";
    case BootKind::fast:
      return "fast boot";
    case BootKind::warm:
      return "warm boot";
    case BootKind::power_cycle:
      return "power cycle";
  }
  return "";
}

}  // namespace

std::string why_no_command(const SwitchOs& os) {
  return os.host_state() == HostState::up ? "" : "the host " + std::string(word(os.host_state()));
}

std::string why_no_boot(const SwitchOs& os, BootKind kind) {
  if (os.host_state() == HostState::off) {
    return "the host has no power";
  }
  return os.boot_times(kind) ? "" : "its times of a " + std::string(word(kind)) + " are not stated";
}

}  // namespace switchfault
