#include "services/services.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "core/by_name.h"
#include "core/check.h"
#include "core/demand_calendar.h"
#include "services/conversation.h"
#include "services/logins.h"

namespace switchfault {
namespace {

// Flows of a server towards what it depends on: as many as a user group has by default. One that
// gets through is enough, because clients try again from another port.
constexpr std::uint32_t kDependencyFlows = 4;
// Shares are written to observations in parts per billion.
constexpr double kPartsPerBillion = 1e9;
// Rounds of one settling: every round must change a server, and a server changes at most twice.
constexpr std::size_t kRoundsPerServer = 4;

std::vector<IpAddress> addresses_of(const Network& network, NodeIndex node) {
  std::vector<IpAddress> addresses;
  for (const bool ipv6 : {true, false}) {
    if (const auto address = network.address_of(node, ipv6)) {
      addresses.push_back(*address);
    }
  }
  return addresses;
}

}  // namespace

struct Services::Impl final : public ObservationListener {
  // A conversation that is evaluated again when something it read changes.
  class Watched final : public WalkOwner {
   public:
    Watched(Impl& impl, NodeIndex from, ServiceIndex target, std::uint32_t flows, Entity source)
        : impl_(impl),
          from_(from),
          sources_(addresses_of(impl.context.network, from)),
          target_(target),
          flows_(flows),
          watch_(impl.context.network.add_owner(*this)),
          expiry_(impl.context.simulator, Phase::traffic, impl.entity(target), source,
                  [this] { stale(ObservationId::none); }) {}

    void stale(ObservationId cause) override {
      why_stale_ = cause;
      if (!dirty_) {
        dirty_ = true;
        impl_.request_settling();
      }
    }

    // Walks again if it must; true when it did.
    bool evaluate() {
      if (!dirty_) {
        return false;
      }
      dirty_ = false;
      reads_.clear();
      take(converse(impl_.context.network, from_, sources_, flows_,
                    impl_.services[static_cast<std::size_t>(target_)].target, reads_));
      impl_.context.network.watch(watch_, reads_);
      if (reads_.expires == kNever) {
        expiry_.cancel();
      } else {
        expiry_.arm(reads_.expires);
      }
      return true;
    }

    [[nodiscard]] const ConversationResult& result() const { return result_; }
    // What its share has been since.
    [[nodiscard]] ObservationId why_changed() const { return why_changed_; }
    [[nodiscard]] ServiceIndex target() const { return target_; }

   private:
    // How often it is walked without another outcome explains nothing, and depends on who sleeps.
    void take(ConversationResult result) {
      const bool same = std::exchange(walked_, true) && result.share == result_.share &&
                        result.obstacle.server_not_serving == result_.obstacle.server_not_serving;
      if (same) {
        result.obstacle = result_.obstacle;
      } else {
        why_changed_ = why_stale_;
      }
      result_ = std::move(result);
    }

    Impl& impl_;
    NodeIndex from_;
    std::vector<IpAddress> sources_;
    ServiceIndex target_;
    std::uint32_t flows_;
    WatchId watch_;
    Timer expiry_;
    ReadSet reads_;
    ConversationResult result_;
    ObservationId why_stale_ = ObservationId::none;
    ObservationId why_changed_ = ObservationId::none;
    bool walked_ = false;
    bool dirty_ = true;
  };

  // A dependency seen from one server or one place of users: lost, then failed after its grace.
  struct DependencyState {
    const Dependency* config = nullptr;
    Watched* conversation = nullptr;
    Timer grace;
    ServiceIndex needed_by = ServiceIndex::none;
    NodeIndex needed_at = NodeIndex::none;
    bool lost = false;
    bool failed = false;
    bool missing = false;                     // As recorded last.
    ObservationId why = ObservationId::none;  // The record of it.
  };

  struct Server {
    ServiceIndex service = ServiceIndex::none;
    std::size_t endpoint = 0;
    NodeIndex host = NodeIndex::none;
    ServerState state = ServerState::up;
    bool host_up = true;
    ObservationId last_change = ObservationId::none;
    std::vector<DependencyState> dependencies;
    Timer starting;            // Its own restart.
    Timer failing;             // A run dependency has been lost for too long.
    bool wants_start = false;  // Down, and to be started as soon as its start dependencies work.
  };

  struct Place {
    Watched* conversation = nullptr;
    std::vector<DependencyState> dependencies;
  };

  struct DemandState {
    std::vector<Place> places;
    double raw_share = 1;  // Network and servers, whoever is logged in.
    double share = 1;      // What is recorded.
    double logged_in = 1;  // Share of the users who have a session.
    std::vector<SessionHop> sessions;
    std::vector<NodeIndex> tables;  // Of stateful nodes, in which its users have entries.
    ObservationId why_broken = ObservationId::none;  // When sessions broke last.
    Timer gap;  // The interruption has lasted too long for sessions.
  };

  struct ServiceData {
    const ServiceConfig* config = nullptr;
    ConversationTarget target;
    std::vector<std::size_t> servers;
    std::vector<std::size_t> demands;
    Logins logins;
    std::optional<std::int64_t> login_limit;  // Set by people; none: the service's own rate.
    Timer login_step;
  };

  Impl(const Context& given, const Scenario& scenario) : context(given), clock(scenario.clock) {
    for (const ServiceConfig* config : by_name(scenario.services)) {
      services.push_back({.config = config, .target = target_of(*config)});
    }
    for (std::size_t i = 0; i < services.size(); ++i) {
      add_servers(static_cast<ServiceIndex>(i));
    }
    for (const UserGroupConfig* users : by_name(scenario.users)) {
      groups.push_back(users);
    }
    for (std::size_t i = 0; i < services.size(); ++i) {
      for (const UserGroupConfig* users : groups) {
        add_demand(static_cast<ServiceIndex>(i), *users);
      }
    }
    context.log.subscribe(*this);
  }

  // --- construction ---

  [[nodiscard]] Entity entity(ServiceIndex service) const {
    return {EntityKind::service, static_cast<std::uint32_t>(service)};
  }
  // Sources of timers are numbered in the order of construction, which follows names.
  Entity next_source() { return {EntityKind::none, sources++}; }

  [[nodiscard]] ServiceIndex find(std::string_view name) const {
    const auto found = std::lower_bound(
        services.begin(), services.end(), name,
        [](const ServiceData& s, std::string_view n) { return s.config->name < n; });
    if (found == services.end() || found->config->name != name) {
      return ServiceIndex::none;
    }
    return static_cast<ServiceIndex>(found - services.begin());
  }

  [[nodiscard]] ConversationTarget target_of(const ServiceConfig& config) const {
    ConversationTarget target{
        .quorum = config.quorum,
        .quorum_count = config.quorum_count,
        .protocol = config.protocol == "udp" ? IpProtocol::udp : IpProtocol::tcp,
        .port = config.port};
    if (const auto address = IpAddress::parse(config.address)) {
      target.virtual_addresses.push_back(*address);
    }
    for (const Name& name : config.endpoints) {
      const NodeIndex host = context.network.find_node(name.text);
      SF_CHECK(host != NodeIndex::none);
      target.endpoints.push_back({.host = host, .addresses = addresses_of(context.network, host)});
    }
    return target;
  }

  Watched* watched(NodeIndex from, ServiceIndex target, std::uint32_t flows) {
    conversations.emplace_back(*this, from, target, flows, next_source());
    return &conversations.back();
  }

  std::vector<DependencyState> dependencies_from(NodeIndex from, ServiceIndex service,
                                                 bool from_users) {
    std::vector<DependencyState> states;
    for (const Dependency& dependency :
         services[static_cast<std::size_t>(service)].config->dependencies) {
      if (dependency.from_users == from_users) {
        const ServiceIndex target = find(dependency.service.text);
        SF_CHECK(target != ServiceIndex::none);
        states.push_back({.config = &dependency,
                          .conversation = watched(from, target, kDependencyFlows),
                          .grace = Timer(context.simulator, Phase::os, entity(target),
                                         next_source(), [this] { dependency_timers_ran(); }),
                          .needed_by = service,
                          .needed_at = from});
      }
    }
    return states;
  }

  void add_servers(ServiceIndex index) {
    ServiceData& service = services[static_cast<std::size_t>(index)];
    for (std::size_t i = 0; i < service.target.endpoints.size(); ++i) {
      const NodeIndex host = service.target.endpoints[i].host;
      const std::size_t number = servers.size();
      service.servers.push_back(number);
      Server& server = servers.emplace_back();
      server.service = index;
      server.endpoint = i;
      server.host = host;
      server.state = service.config->starts_up ? ServerState::up : ServerState::down;
      server.wants_start = !service.config->starts_up;
      server.dependencies = dependencies_from(host, index, false);
      service.target.endpoints[i].serving = service.config->starts_up;
      server.starting = Timer(context.simulator, Phase::os, entity(index), next_source(),
                              [this, number] { server_started(number); });
      server.failing = Timer(context.simulator, Phase::os, entity(index), next_source(),
                             [this, number] { server_failed(number); });
    }
    service.login_step = Timer(context.simulator, Phase::operations, entity(index), next_source(),
                               [this, index] { let_in(index); });
  }

  void add_demand(ServiceIndex index, const UserGroupConfig& users) {
    ServiceData& service = services[static_cast<std::size_t>(index)];
    const bool uses = users.uses.empty() ||
                      std::any_of(users.uses.begin(), users.uses.end(), [&](const Name& name) {
                        return name.text == service.config->name;
                      });
    if (!uses) {
      return;
    }
    const std::size_t number = demands.size();
    service.demands.push_back(number);
    demands.push_back({.service = index, .users = &users});
    DemandState& state = demand_states.emplace_back();
    for (const Name& name : users.places) {
      const NodeIndex host = context.network.find_node(name.text);
      SF_CHECK(host != NodeIndex::none);
      state.places.push_back({.conversation = watched(host, index, users.flows),
                              .dependencies = dependencies_from(host, index, true)});
    }
    state.gap = Timer(context.simulator, Phase::os, entity(index), next_source(),
                      [this, number] { gap_elapsed(number); });
  }

  // --- settling ---

  void request_settling() {
    if (!started || settling_requested) {
      return;
    }
    settling_requested = true;
    context.simulator.schedule({.at = context.simulator.now(),
                                .phase = Phase::settle,
                                .target = {EntityKind::scenario, 0},
                                .source = {EntityKind::service, 0},
                                .occurrence = ++settlings},
                               [this] { settle(); });
  }

  void settle() {
    settling_requested = false;
    const ObservationId former = context.simulator.cause();
    std::size_t rounds = 0;
    bool again = true;
    while (again) {
      SF_CHECK(++rounds <= kRoundsPerServer * servers.size() + 2);
      for (Watched& conversation : conversations) {
        conversation.evaluate();
      }
      again = false;
      for (Server& server : servers) {
        again = update(server) || again;
      }
    }
    for (std::size_t i = 0; i < demands.size(); ++i) {
      context.simulator.set_cause(former);
      update_demand(i);
    }
    context.simulator.set_cause(former);
  }

  void dependency_timers_ran() { request_settling(); }

  // The dependency's state after its conversation; true when it is lost (with or without grace).
  void update(DependencyState& dependency) {
    const bool lost = dependency.conversation->result().share <= 0;
    if (lost && !dependency.lost) {
      const CauseScope scope(context.simulator, cause_of(*dependency.conversation));
      if (dependency.config->grace > Duration::zero()) {
        dependency.grace.arm(context.simulator.now() + dependency.config->grace);
      }
    }
    if (!lost) {
      dependency.grace.cancel();
    }
    dependency.lost = lost;
    dependency.failed = lost && !dependency.grace.armed();
  }

  // Records that a dependency is missing, and what for, or that it is met again.
  void record(DependencyState& dependency, bool missing) {
    if (dependency.missing == missing) {
      return;
    }
    dependency.missing = missing;
    const Watched& conversation = *dependency.conversation;
    const CauseScope scope(context.simulator,
                           missing ? cause_of(conversation) : conversation.why_changed());
    std::string text = dependency.config->service.text;
    if (missing) {
      const Obstacle& obstacle = conversation.result().obstacle;
      text += ": ";
      text += way_of(obstacle);
      if (obstacle.place != Entity{}) {
        text += " at " + context.network.name(obstacle.place);
      }
    }
    dependency.why =
        context.log.append(ObservationKind::dependency_state, entity(dependency.needed_by),
                           {.object = context.network.node(dependency.needed_at).entity,
                            .value = missing ? 0 : 1,
                            .text = text});
  }

  [[nodiscard]] ObservationId cause_of(const Watched& conversation) const {
    const Obstacle& obstacle = conversation.result().obstacle;
    if (obstacle.server_not_serving) {
      return server_cause(conversation.target(), obstacle.place);
    }
    return obstacle.cause != ObservationId::none ? obstacle.cause : conversation.why_changed();
  }

  // Of the server on the host, if it has one, else of the first that has changed.
  [[nodiscard]] ObservationId server_cause(ServiceIndex service, Entity host) const {
    ObservationId first = ObservationId::none;
    for (const std::size_t number : services[static_cast<std::size_t>(service)].servers) {
      const Server& server = servers[number];
      if (server.last_change == ObservationId::none) {
        continue;
      }
      if (context.network.node(server.host).entity == host) {
        return server.last_change;
      }
      first = first == ObservationId::none ? server.last_change : first;
    }
    return first;
  }

  // True when what others see of the server has changed.
  bool update(Server& server) {
    const ServiceConfig& config = *services[static_cast<std::size_t>(server.service)].config;
    bool run_met = true;
    bool run_lost = false;
    bool start_met = true;
    ObservationId cause = ObservationId::none;
    const bool waits = server.state == ServerState::down && server.wants_start;
    for (DependencyState& dependency : server.dependencies) {
      const bool for_logins = dependency.config->kind == DependencyKind::login;
      update(dependency);
      if (server.host_up) {
        record(dependency, dependency.failed || (waits && dependency.lost && !for_logins));
      }
      if (dependency.config->kind == DependencyKind::run) {
        run_met = run_met && !dependency.failed;
        run_lost = run_lost || dependency.failed;
      }
      if (dependency.config->kind == DependencyKind::start ||
          dependency.config->kind == DependencyKind::run) {
        start_met = start_met && !dependency.lost;
      }
      if (dependency.missing && !for_logins && cause == ObservationId::none) {
        cause = dependency.why;
      }
    }
    if (run_lost && config.fails_after > Duration::zero() && server.state == ServerState::up) {
      if (!server.failing.armed()) {
        const CauseScope scope(context.simulator, cause);
        server.failing.arm(context.simulator.now() + config.fails_after);
      }
    } else {
      server.failing.cancel();
    }
    if (server.state == ServerState::down && server.wants_start && start_met && server.host_up) {
      begin_start(server);
    }
    return set_serving(server, server.state == ServerState::up && run_met && server.host_up, cause);
  }

  bool set_serving(Server& server, bool serving, ObservationId cause) {
    ServiceData& service = services[static_cast<std::size_t>(server.service)];
    Endpoint& endpoint = service.target.endpoints[server.endpoint];
    const bool never_served = !serving && server.last_change == ObservationId::none;
    if (cause != ObservationId::none && (endpoint.serving != serving || never_served)) {
      server.last_change = cause;
    }
    if (endpoint.serving == serving) {
      return false;
    }
    endpoint.serving = serving;
    for (Watched& conversation : conversations) {
      if (conversation.target() == server.service) {
        conversation.stale(serving ? context.simulator.cause() : server.last_change);
      }
    }
    return true;
  }

  void set_state(Server& server, ServerState state) {
    server.state = state;
    server.last_change = context.log.append(ObservationKind::server_state, entity(server.service),
                                            {.object = context.network.node(server.host).entity,
                                             .value = static_cast<std::int64_t>(state)});
  }

  void begin_start(Server& server) {
    server.wants_start = false;
    const Duration time = services[static_cast<std::size_t>(server.service)].config->restart_time;
    if (time == Duration::zero()) {
      set_state(server, ServerState::up);
      return;
    }
    set_state(server, ServerState::starting);
    server.starting.arm(context.simulator.now() + time);
  }

  void server_started(std::size_t number) {
    set_state(servers[number], ServerState::up);
    request_settling();
  }

  void server_failed(std::size_t number) {
    Server& server = servers[number];
    set_state(server, ServerState::down);
    server.wants_start = services[static_cast<std::size_t>(server.service)].config->restarts_alone;
    request_settling();
  }

  void restart(ServiceIndex index) {
    for (const std::size_t number : services[static_cast<std::size_t>(index)].servers) {
      Server& server = servers[number];
      server.starting.cancel();
      if (server.state != ServerState::down) {
        set_state(server, ServerState::down);
      }
      server.wants_start = true;
    }
    request_settling();
  }

  // Hosts that lost power restart their servers when they come back.
  void observed(ObservationId id, const Observation& observation) override {
    if (observation.kind != ObservationKind::host_state) {
      return;
    }
    for (Server& server : servers) {
      if (context.network.node(server.host).entity != observation.subject) {
        continue;
      }
      server.host_up = observation.value == static_cast<std::int64_t>(HostState::up);
      server.last_change = id;
      if (!server.host_up) {
        server.starting.cancel();
        server.state = ServerState::down;  // Told by the host's own observation.
        server.wants_start = true;
      }
      request_settling();
    }
  }

  // --- demands ---

  void update_demand(std::size_t number) {
    DemandState& state = demand_states[number];
    Obstacle obstacle;
    ObservationId recovery = ObservationId::none;
    double sum = 0;
    std::vector<SessionHop> sessions;
    for (Place& place : state.places) {
      sum += share_of(place, obstacle, recovery);
      const auto& hops = place.conversation->result().sessions;
      sessions.insert(sessions.end(), hops.begin(), hops.end());
    }
    const double raw = state.places.empty() ? 0 : sum / static_cast<double>(state.places.size());
    // What is recorded is explained by what is missing, full service by what brought it back.
    if (raw < 1 && obstacle.cause != ObservationId::none) {
      context.simulator.set_cause(obstacle.cause);
    } else if (recovery != ObservationId::none) {
      context.simulator.set_cause(recovery);
    }
    take_entries(number, sessions);
    follow_sessions(number, raw, sessions);
    state.raw_share = raw;
    if (raw >= 1 && state.logged_in < 1 && state.why_broken != ObservationId::none) {
      context.simulator.set_cause(state.why_broken);
    }
    record(number, obstacle);
  }

  double share_of(Place& place, Obstacle& obstacle, ObservationId& recovery) {
    const ConversationResult& result = place.conversation->result();
    double share = result.share;
    if (share < 1) {
      blame(obstacle, *place.conversation, cause_of(*place.conversation));
    } else {
      recovery = place.conversation->why_changed();
    }
    for (DependencyState& dependency : place.dependencies) {
      update(dependency);
      record(dependency, dependency.failed);
      if (dependency.failed && dependency.config->kind == DependencyKind::run) {
        blame(obstacle, *dependency.conversation, dependency.why);
        share = 0;
      }
    }
    return share;
  }

  static void blame(Obstacle& obstacle, const Watched& conversation, ObservationId cause) {
    if (obstacle.disposition == Disposition::delivered && !obstacle.server_not_serving) {
      obstacle = conversation.result().obstacle;
      obstacle.cause = cause;
    }
  }

  // What the users hold in the tables of the stateful nodes that their flows pass.
  void take_entries(std::size_t number, const std::vector<SessionHop>& sessions) {
    DemandState& state = demand_states[number];
    const Demand& demand = demands[number];
    const ServiceConfig& config = *services[static_cast<std::size_t>(demand.service)].config;
    const double flows =
        static_cast<double>(demand.users->flows) * static_cast<double>(state.places.size());
    const double a_flow =
        static_cast<double>(demand.users->count) * config.sessions_per_user / std::max(flows, 1.0);
    std::map<NodeIndex, std::uint64_t> passing;
    for (const SessionHop& hop : sessions) {
      ++passing[hop.node];
    }
    for (const NodeIndex before : std::exchange(state.tables, {})) {
      passing.try_emplace(before, 0);
    }
    for (const auto& [node, count] : passing) {
      const auto entries = std::llround(a_flow * static_cast<double>(count));
      context.network.set_session_demand(number, node, static_cast<std::uint64_t>(entries));
      if (count > 0) {
        state.tables.push_back(node);
      }
    }
  }

  void follow_sessions(std::size_t number, double raw, std::vector<SessionHop>& sessions) {
    DemandState& state = demand_states[number];
    const ServiceConfig& config =
        *services[static_cast<std::size_t>(demands[number].service)].config;
    const bool dark = raw <= config.down_share;
    if (!dark) {
      state.gap.cancel();
      if (lost_generation(state.sessions, sessions) && config.session_gap > Duration::zero()) {
        break_sessions(number);
      }
      state.sessions = std::move(sessions);
    } else if (config.session_gap > Duration::zero() && state.logged_in > 0 && !state.gap.armed()) {
      state.gap.arm(context.simulator.now() + config.session_gap);
    }
    if (!dark && state.logged_in < 1) {
      begin_logins(demands[number].service);
    }
  }

  // A stateful node is still crossed, but it has forgotten the sessions of before.
  static bool lost_generation(const std::vector<SessionHop>& before,
                              const std::vector<SessionHop>& now) {
    return std::any_of(before.begin(), before.end(), [&](const SessionHop& old) {
      return std::any_of(now.begin(), now.end(), [&](const SessionHop& hop) {
        return hop.node == old.node && hop.generation != old.generation;
      });
    });
  }

  void gap_elapsed(std::size_t number) {
    break_sessions(number);
    request_settling();
  }

  // Those who want the service now.
  [[nodiscard]] double active_users(std::size_t number) const {
    const UserGroupConfig& users = *demands[number].users;
    return static_cast<double>(users.count) *
           DemandCalendar(users, clock).level(context.simulator.now());
  }

  void break_sessions(std::size_t number) {
    DemandState& state = demand_states[number];
    const double users = active_users(number);
    state.why_broken = context.log.append(ObservationKind::sessions_broken, demand_entity(number),
                                          {.value = std::llround(users * state.logged_in)});
    state.logged_in = 0;
  }

  [[nodiscard]] static Entity demand_entity(std::size_t number) {
    return {EntityKind::demand, static_cast<std::uint32_t>(number)};
  }

  // Whether those who return to this demand can log in now.
  [[nodiscard]] bool logins_work(std::size_t number) const {
    const DemandState& state = demand_states[number];
    const auto works = [](const DependencyState& dependency) {
      return dependency.config->kind != DependencyKind::login || !dependency.failed;
    };
    for (const Place& place : state.places) {
      if (!std::all_of(place.dependencies.begin(), place.dependencies.end(), works)) {
        return false;
      }
    }
    const ServiceData& service = services[static_cast<std::size_t>(demands[number].service)];
    return std::any_of(service.servers.begin(), service.servers.end(), [&](std::size_t server) {
      const auto& dependencies = servers[server].dependencies;
      return std::all_of(dependencies.begin(), dependencies.end(), works);
    });
  }

  [[nodiscard]] bool waits_for_login(std::size_t number) const {
    const DemandState& state = demand_states[number];
    const ServiceConfig& config =
        *services[static_cast<std::size_t>(demands[number].service)].config;
    return state.logged_in < 1 && state.raw_share > config.down_share && logins_work(number);
  }

  void begin_logins(ServiceIndex index) {
    ServiceData& service = services[static_cast<std::size_t>(index)];
    if (!service.login_step.armed()) {
      // At the next microsecond: whoever returns in this instant is counted together.
      service.login_step.arm(context.simulator.now() + std::chrono::microseconds{1});
    }
  }

  void limit_logins(ServiceIndex index, std::optional<std::int64_t> per_minute) {
    ServiceData& service = services[static_cast<std::size_t>(index)];
    service.login_limit = per_minute;
    service.logins.reset();
    service.login_step.cancel();
    begin_logins(index);
  }

  void let_in(ServiceIndex index) {
    ServiceData& service = services[static_cast<std::size_t>(index)];
    if (service.login_limit == 0) {
      return;  // Held back until somebody lets them in.
    }
    std::vector<std::size_t> waiting;
    double users_waiting = 0;
    for (const std::size_t number : service.demands) {
      if (waits_for_login(number)) {
        waiting.push_back(number);
        users_waiting += (1 - demand_states[number].logged_in) * active_users(number);
      }
    }
    if (waiting.empty()) {
      service.logins.reset();
      return;
    }
    const double rate = service.login_limit ? static_cast<double>(*service.login_limit)
                                            : service.config->logins_per_minute;
    const LoginStep step = service.logins.next(users_waiting, rate);
    for (const std::size_t number : waiting) {
      double& logged_in = demand_states[number].logged_in;
      logged_in = step.all ? 1 : std::min(1.0, logged_in + (1 - logged_in) * step.share);
    }
    if (!step.all) {
      service.login_step.arm(context.simulator.now() + step.wait);
    }
    request_settling();
  }

  void record(std::size_t number, const Obstacle& obstacle) {
    DemandState& state = demand_states[number];
    const ServiceConfig& config =
        *services[static_cast<std::size_t>(demands[number].service)].config;
    const double share = state.raw_share * state.logged_in;
    if (std::llround(share * kPartsPerBillion) == std::llround(state.share * kPartsPerBillion)) {
      return;
    }
    state.share = share;
    context.log.append(ObservationKind::service_share, demand_entity(number),
                       {.object = obstacle.place,
                        .value = std::llround(share * kPartsPerBillion),
                        .text = reason(obstacle, state)});
    const ServiceState now = share >= config.up_share     ? ServiceState::up
                             : share <= config.down_share ? ServiceState::down
                                                          : ServiceState::degraded;
    if (now != demands[number].state) {
      demands[number].state = now;
      context.log.append(ObservationKind::service_state, demand_entity(number),
                         {.object = obstacle.place,
                          .value = static_cast<std::int64_t>(now),
                          .text = reason(obstacle, state)});
    }
  }

  // What stands in the way; empty when nothing does.
  [[nodiscard]] static std::string_view way_of(const Obstacle& obstacle) {
    if (obstacle.server_not_serving) {
      return "server not serving";
    }
    return obstacle.disposition == Disposition::delivered ? ""
                                                          : disposition_name(obstacle.disposition);
  }

  [[nodiscard]] static std::string_view reason(const Obstacle& obstacle, const DemandState& state) {
    const std::string_view way = way_of(obstacle);
    return !way.empty() ? way : state.logged_in < 1 ? "users return" : "";
  }

  // --- data ---

  Context context;
  const ClockConfig& clock;
  std::vector<ServiceData> services;
  std::vector<const UserGroupConfig*> groups;
  std::deque<Watched> conversations;  // Owners of walks need stable addresses.
  std::deque<Server> servers;
  std::vector<Demand> demands;
  std::deque<DemandState> demand_states;
  std::uint32_t sources = 0;
  std::uint64_t settlings = 0;
  bool settling_requested = false;
  bool started = false;
};

Services::Services(const Context& context, const Scenario& scenario)
    : impl_(std::make_unique<Impl>(context, scenario)) {}
Services::~Services() = default;

void Services::start() {
  impl_->started = true;
  impl_->request_settling();
}

std::size_t Services::count() const {
  return impl_->services.size();
}

ServiceIndex Services::find(std::string_view name) const {
  return impl_->find(name);
}

const ServiceConfig& Services::config(ServiceIndex service) const {
  return *impl_->services[static_cast<std::size_t>(service)].config;
}

const std::vector<Services::Demand>& Services::demands() const {
  return impl_->demands;
}

bool Services::usable_from(NodeIndex from, ServiceIndex service) const {
  ReadSet reads;
  const auto& data = impl_->services[static_cast<std::size_t>(service)];
  const ConversationResult result =
      converse(impl_->context.network, from, addresses_of(impl_->context.network, from),
               kDependencyFlows, data.target, reads);
  return result.share > 0;
}

bool Services::up(ServiceIndex service) const {
  const auto& numbers = impl_->services[static_cast<std::size_t>(service)].demands;
  return std::all_of(numbers.begin(), numbers.end(), [&](std::size_t number) {
    return impl_->demands[number].state == ServiceState::up;
  });
}

void Services::restart(ServiceIndex service) {
  impl_->restart(service);
}

void Services::limit_logins(ServiceIndex service, std::optional<std::int64_t> per_minute) {
  impl_->limit_logins(service, per_minute);
}

bool Services::servers_up(ServiceIndex service) const {
  const auto& numbers = impl_->services[static_cast<std::size_t>(service)].servers;
  return std::all_of(numbers.begin(), numbers.end(), [&](std::size_t number) {
    return impl_->servers[number].state == ServerState::up;
  });
}

}  // namespace switchfault
