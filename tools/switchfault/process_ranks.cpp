#include "process_ranks.h"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

#include <dlfcn.h>
#include <fmt/format.h>

#include "command_line.h"

namespace switchfault {
namespace {

struct Launcher {
  const char* size;  // Environment variables.
  const char* rank;
  const char* module;
  const char* name;
};

// Slurm's PMIx serves what Open MPI was built with; its PMI-2 is MPICH's.
constexpr std::array<Launcher, 3> kLaunchers = {{
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "switchfault-openmpi.so", "Open MPI"},
    {"PMI_SIZE", "PMI_RANK", "switchfault-mpich.so", "MPICH"},
    {"SLURM_STEP_NUM_TASKS", "PMIX_RANK", "switchfault-openmpi.so", "Open MPI"},
}};

std::uint64_t number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
}

// Who started more than one of this program.
std::optional<Launcher> launcher() {
  for (const Launcher& launcher : kLaunchers) {
    if (number_in(launcher.size) > 1 && std::getenv(launcher.rank) != nullptr) {
      return launcher;
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_silent_rank() {
  const auto started_by = launcher();
  return started_by && number_in(started_by->rank) > 0;
}

std::unique_ptr<ProcessRanks> join_ranks() {
  const auto started_by = launcher();
  if (!started_by) {
    return nullptr;
  }
  const std::filesystem::path module =
      std::filesystem::read_symlink("/proc/self/exe").parent_path() / started_by->module;
  if (!std::filesystem::exists(module)) {
    throw UsageError(
        fmt::format("this program was started {} times by {}, for which it was not built\n"
                    "install its development package and configure with -DSWITCHFAULT_MPI=ON",
                    number_in(started_by->size), started_by->name));
  }
  // Open MPI's own modules look for its symbols in the program.
  void* handle = ::dlopen(module.c_str(), RTLD_NOW | RTLD_GLOBAL);
  void* join = handle == nullptr ? nullptr : ::dlsym(handle, kJoinRanks);
  if (join == nullptr) {
    throw UsageError(fmt::format("{} cannot be used: {}", module.filename().string(), ::dlerror()));
  }
  std::unique_ptr<ProcessRanks> ranks(reinterpret_cast<JoinRanks>(join)());
  if (ranks == nullptr || ranks->count() != number_in(started_by->size)) {
    throw UsageError(fmt::format("{} started {} ranks, but they do not find each other",
                                 started_by->name, number_in(started_by->size)));
  }
  return ranks;
}

}  // namespace switchfault
