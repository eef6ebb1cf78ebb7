// Services: who reaches what, at every instant, and how services come back.
//
// A conversation is the fixed set of flows from one place to one service. It is walked, both ways,
// over the chip tables, and evaluated again in the settle phase of an instant in which something it
// read has changed; so reachability is exact, not sampled. On top of the network stand the servers:
// dependencies with grace, own failure and restart, sessions that break after a gap, and a bounded
// number of logins a minute for those who return. Returning users are let in in steps of a tenth of
// those waiting. Not modelled: load on servers beyond logins, content, TCP.

#ifndef SWITCHFAULT_SERVICES_SERVICES_H_
#define SWITCHFAULT_SERVICES_SERVICES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/simulator.h"
#include "net/network.h"

namespace switchfault {

enum class ServiceIndex : std::uint32_t { none = 0xffffffff };

class Services {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    Network& network;
  };
  // Indices follow the order of names. REQUIRES: a loaded scenario that outlives this object.
  Services(const Context& context, const Scenario& scenario);
  ~Services();
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

  // Evaluates everything for the first time: servers run and users are logged in where they reach.
  void start();

  [[nodiscard]] std::size_t count() const;
  [[nodiscard]] ServiceIndex find(std::string_view name) const;
  [[nodiscard]] const ServiceConfig& config(ServiceIndex service) const;
  // Demands: every user group with every service it uses, in the order (service, users).
  struct Demand {
    ServiceIndex service = ServiceIndex::none;
    const UserGroupConfig* users = nullptr;
    ServiceState state = ServiceState::up;
  };
  [[nodiscard]] const std::vector<Demand>& demands() const;

  // Whether somebody at `from` could use the service now, logins included.
  [[nodiscard]] bool usable_from(NodeIndex from, ServiceIndex service) const;
  // Whether all demands for the service are up.
  [[nodiscard]] bool up(ServiceIndex service) const;
  // Somebody restarts its servers by hand.
  void restart(ServiceIndex service);
  // From now on so many users a minute may return; none: as many as the service takes.
  void limit_logins(ServiceIndex service, std::optional<std::int64_t> per_minute);
  // All servers of the service run.
  [[nodiscard]] bool servers_up(ServiceIndex service) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_SERVICES_SERVICES_H_
