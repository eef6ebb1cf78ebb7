#include "shared_command.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <thread>

#include <switchfault/study.h>

#include "commands.h"
#include "messages.h"
#include "progress.h"

namespace switchfault {
namespace {

constexpr std::uint64_t kMostJobs = 1024;

int follow(const SharedCommand& command, const Parsed& parsed, ProcessRanks& ranks) {
  try {
    note_interrupts();
    command.follow(parsed, ranks);
    return kExitPass;
  } catch (const RankLost&) {
    return kExitInternal;
  } catch (const std::exception& error) {
    refuse_to_serve(ranks, error.what());
    return kExitUsage;
  }
}

}  // namespace

int execute_shared(const SharedCommand& command, const Parsed& parsed) {
  const std::unique_ptr<ProcessRanks> ranks = join_ranks();
  if (ranks == nullptr) {
    return command.lead(parsed, nullptr);
  }
  const int status = ranks->rank() == 0
                         ? with_messages([&] { return command.lead(parsed, ranks.get()); })
                         : follow(command, parsed, *ranks);
  std::fflush(nullptr);  // The farewell may end this process.
  return ranks->leave(status);
}

std::uint32_t jobs(const Parsed& parsed, const ProcessRanks* ranks) {
  const std::uint32_t cores =
      ranks != nullptr ? ranks->threads() : std::max(1U, std::thread::hardware_concurrency());
  return static_cast<std::uint32_t>(parsed.number("jobs", 1, kMostJobs).value_or(cores));
}

}  // namespace switchfault
