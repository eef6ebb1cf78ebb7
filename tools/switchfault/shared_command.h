// A command whose runs the ranks that mpirun started share: rank 0 leads and alone speaks, the
// others follow it.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_SHARED_COMMAND_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_SHARED_COMMAND_H_

#include <cstdint>

#include "command_line.h"
#include "process_ranks.h"

namespace switchfault {

struct SharedCommand {
  // Rank 0, or the only one: then there are no ranks. Returns the exit status.
  int (*lead)(const Parsed& parsed, ProcessRanks* ranks) = nullptr;
  // Any other rank. What it throws is for rank 0 to say.
  void (*follow)(const Parsed& parsed, ProcessRanks& ranks) = nullptr;
};
int execute_shared(const SharedCommand& command, const Parsed& parsed);

// --jobs; a thread for each core that this rank has when not given.
std::uint32_t jobs(const Parsed& parsed, const ProcessRanks* ranks);

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_SHARED_COMMAND_H_
