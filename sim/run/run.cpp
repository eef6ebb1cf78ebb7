#include <algorithm>

#include <switchfault/run.h>

#include "run/world.h"

namespace switchfault {
namespace {

// Events between two calls of the progress function: some milliseconds of work.
constexpr std::uint64_t kEventsPerProgress = 1U << 15U;

}  // namespace

std::string_view RunLog::name(Entity entity) const {
  const auto found =
      std::lower_bound(names.begin(), names.end(), entity,
                       [](const EntityName& name, Entity e) { return name.entity < e; });
  return found == names.end() || found->entity != entity ? std::string_view{} : found->name;
}

std::string_view RunLog::text(TextId id) const {
  return texts[static_cast<std::size_t>(id)];
}

RunLog run(const Scenario& scenario, const RunOptions& options) {
  World world(scenario, options);
  bool interrupted = false;
  if (options.progress) {
    Simulator& simulator = world.simulator();
    std::uint64_t next = kEventsPerProgress;
    while (!interrupted && simulator.step(world.end())) {
      if (simulator.executed() >= next) {
        next += kEventsPerProgress;
        interrupted = !options.progress(simulator.now(), world.end());
      }
    }
  }
  if (!interrupted) {
    world.run_until(world.end());
  }
  RunLog log = world.take_log();
  log.interrupted = interrupted;
  return log;
}

}  // namespace switchfault
