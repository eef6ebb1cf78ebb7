// What several commands share about getting a scenario from the command line.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_LOADING_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_LOADING_H_

#include <initializer_list>
#include <string>
#include <vector>

#include <switchfault/load.h>
#include <switchfault/run.h>
#include <switchfault/scenario.h>

#include "command_line.h"

namespace switchfault {

// --strategy, --seed, --set, --no-skip.
std::vector<OptionSpec> scenario_options();
LoadOptions load_options(const Parsed& parsed);
Scenario load_from(const Parsed& parsed);
RunOptions run_options(const Parsed& parsed);
// The files that these options name can be written: said before the work, not after it. Throws
// std::system_error.
void check_outputs(const Parsed& parsed, std::initializer_list<const char*> options);
// A duration since the start ("4h30m") or a date with offset.
Duration time_argument(const Parsed& parsed, const Scenario& scenario);
// The escape codes may be used: --color, the terminal and NO_COLOR decide.
bool use_color(const Parsed& parsed);

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_LOADING_H_
