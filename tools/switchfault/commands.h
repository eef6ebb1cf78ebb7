// The subcommands. Each takes its parsed arguments, prints results to stdout and messages to
// stderr, and returns the exit status.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_COMMANDS_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_COMMANDS_H_

#include <vector>

#include "command_line.h"

namespace switchfault {

// Exit statuses, a stable contract.
inline constexpr int kExitPass = 0;
inline constexpr int kExitFail = 1;       // An expectation failed or a fault was not exercised.
inline constexpr int kExitUsage = 2;      // Usage or input.
inline constexpr int kExitUndecided = 3;  // Statistics cannot tell.
inline constexpr int kExitInternal = 70;
inline constexpr int kExitInterrupted = 130;

struct Command {
  CommandSpec spec;
  int (*execute)(const Parsed& parsed) = nullptr;
};

Command run_command();
Command compare_command();
Command optimize_command();
Command replay_command();
Command validate_command();
Command show_command();
Command why_command();
Command list_command();
Command models_command();

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_COMMANDS_H_
