// Probe: numbered requests from one host to another at their own times, as ping sends them.
//
// A change from answered to lost or back is an observation; the report counts what was lost from
// the interval. Sleeps while nothing can change, as every standing flow does.

#ifndef SWITCHFAULT_RUN_PROBE_H_
#define SWITCHFAULT_RUN_PROBE_H_

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "net/standing_flow.h"

namespace switchfault {

class Probe final : public StandingFlow {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    Network& network;
    bool skip_quiet_time;
  };
  Probe(const Context& context, const ProbeConfig& config, Entity entity);

  [[nodiscard]] const ProbeConfig& config() const { return config_; }

 private:
  Outcome execute(std::int64_t n, ReadSet& reads, ReadSet& kept) override;

  Context context_;
  const ProbeConfig& config_;
  Entity entity_;
  NodeIndex from_;
  Packet packet_;
  bool answered_ = true;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_PROBE_H_
