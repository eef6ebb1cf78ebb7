// The ranks as mpirun or srun started them.
//
// The program itself knows no MPI: what does is a module beside it, one for each implementation
// (mpi_ranks.cpp), loaded when the environment shows who started the program. So one program works
// under Open MPI and MPICH, and starts without either when it runs alone.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_PROCESS_RANKS_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_PROCESS_RANKS_H_

#include <cstdint>
#include <memory>

#include <switchfault/ranks.h>

namespace switchfault {

class ProcessRanks : public Ranks {
 public:
  // Threads of this rank if all of its machine's cores are shared by the ranks there.
  [[nodiscard]] virtual std::uint32_t threads() const = 0;
  // Ends together with the other ranks; where one is missing, ends them all at once. What is to be
  // seen has been printed before. Returns the exit status.
  virtual int leave(int status) = 0;
};

// Null: this program was started alone. Throws UsageError when it cannot join the others.
std::unique_ptr<ProcessRanks> join_ranks();
// Started as a rank that is not to print anything.
bool is_silent_rank();

// What a module exports; null when the other ranks are not to be found. REQUIRES: called once.
inline constexpr const char* kJoinRanks = "switchfault_join_ranks";
using JoinRanks = ProcessRanks* (*)();

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_PROCESS_RANKS_H_
