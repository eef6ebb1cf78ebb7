// Scenario: everything a run is made from, as plain data that knows its place in the files.
//
// load_scenario() (load.h) makes it from YAML, run() (run.h) reads it. Names are unresolved and
// arguments of faults, actions and protocols are text that the loader has checked against the
// catalogue (catalog.h). No behaviour lives here.

#ifndef SWITCHFAULT_SCENARIO_H_
#define SWITCHFAULT_SCENARIO_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <switchfault/diagnostic.h>
#include <switchfault/topology.h>
#include <switchfault/units.h>

namespace switchfault {

// Where a value comes from, when its file says so: {value, basis, source}.
enum class Basis : std::uint8_t { reported, derived, assumed };
struct Assumption {
  std::string path;  // "operations.people.field.count"
  std::string value;
  Basis basis = Basis::assumed;
  std::string source;
  bool calibrated = false;  // The value was chosen so that a published band is met.
  SourcePos at;
  // Of an assumed value: what it may be instead. Empty: the file does not say.
  std::string low, high;
  SourcePos range_at;  // The range itself: one, however often an alias stands for it.
};
// One end of an assumption's range, to be loaded in the place of its value.
struct RangeEnd {
  SourcePos range_at;
  bool high = false;
};

// A time that is fixed or drawn once per use: 10m, or {median: 10m, sigma: 0.4}, or
// {low: 5m, mode: 10m, high: 30m}, or {mean: 10m}.
struct DurationLaw {
  enum class Kind : std::uint8_t { fixed, exponential, log_normal, triangular, weibull };
  Kind kind = Kind::fixed;
  Duration a{};      // fixed value, mean, median, low, scale
  Duration mode{};   // triangular only
  Duration high{};   // triangular only
  double shape = 0;  // sigma or Weibull shape
};

// Which nodes. All given criteria must hold; the share or count is drawn among those, once.
struct Selector {
  std::vector<Name> names;  // Exact names or patterns with '*'.
  std::string os, version, model, hardware_revision, role, site, group, feature;
  std::map<std::string, std::string> labels;  // Value, or pattern, by name.
  enum class Amount : std::uint8_t { all, one, minority, majority, share, count };
  Amount amount = Amount::all;
  double share = 1;
  std::uint32_t count = 0;
  SourcePos at;
};
// A random trigger, exponential only, strikes so many times as often as its law says, and the run
// carries a weight that makes up for it (importance sampling).
struct Hastening {
  double always = 1;
  double together = 1;  // Instead, while another node of this fault is struck.
  SourcePos at;
};

struct Trigger {
  enum class Kind : std::uint8_t {
    instant,     // at: after the start of the clock; negative: latent before it
    wall_date,   // date, on the node's own wall clock
    uptime,      // law, from the last boot
    power_on,    // hours under power
    random,      // law, from time 0, drawn per node
    table_fill,  // a chip table holds at least `share` of its capacity
    boot,        // a boot of the kind (any when empty) has finished
    event,       // an observation of `event` at a selected node
    follows,     // another fault has struck the same node and still lasts
  };
  Kind kind = Kind::instant;
  Duration after{};          // instant, power_on
  std::int64_t unix_ns = 0;  // wall_date
  DurationLaw law;           // random, uptime; delay for boot, event and follows
  std::string table;         // table_fill: mac, routes, neighbors, sessions
  double share = 1;
  std::optional<BootKind> boot;
  std::string event;              // observation kind, e.g. port_carrier
  std::optional<Selector> of;     // whose event; default: the node itself
  std::uint32_t event_count = 1;  // event: so many of them ...
  Duration event_within{};        // ... within this time (a rate); zero: since the start
  bool repeats = false;           // event, boot: every time, not only the first
  double probability = 1;         // event, boot: each time with this probability
  Name leader;                    // follows: the fault that has to have struck
  std::optional<Hastening> hasten;
  SourcePos at;
};

// What ends a fault besides what the effect itself says of boots.
struct FaultEnd {
  std::vector<Name> actions;         // kinds of action that clear it on their target
  std::vector<BootKind> boots;       // boots that clear it
  std::optional<DurationLaw> after;  // by itself, drawn each time it strikes
  std::string fixed_in;              // a version range that does not have it
  bool stated = false;               // the file says what a reload clears; otherwise not modelled
  SourcePos at;
};

struct FaultConfig {
  std::string name;  // Unique; the kind with a number when not given.
  std::string kind;
  Selector select;
  Trigger trigger;
  FaultEnd until;
  bool latent = false;  // Waits for an action; a strategy may avoid it.
  Arguments arguments;
  SourcePos at;
};

// Exactly one of the alternatives holds in a run, drawn by weight, hidden from the strategies.
struct FaultAlternatives {
  struct Alternative {
    std::string name;
    double weight = 1;
    std::vector<FaultConfig> faults;
    SourcePos at;
  };
  std::vector<Alternative> alternatives;
  SourcePos at;
};

// --- services and users ---------------------------------------------------------------------

enum class DependencyKind : std::uint8_t { run, start, login };
struct Dependency {
  Name service;
  DependencyKind kind = DependencyKind::run;
  Duration grace{};         // Cached names, leases, tickets: works so long without it.
  bool from_users = false;  // Needed where the users are (`from: users`), not at the server.
  SourcePos at;
};

struct ServiceConfig {
  std::string name;
  enum class Quorum : std::uint8_t { any_of, all_of, quorum };
  Quorum quorum = Quorum::any_of;
  std::uint32_t quorum_count = 0;
  std::vector<Name> endpoints;  // Hosts, or "host/address" of a virtual service.
  std::string address;          // Virtual address users go to; empty: the endpoint's own.
  std::string protocol = "tcp";
  std::uint16_t port = 443;
  bool dependencies_stated = false;  // `depends: none` must be written.
  std::vector<Dependency> dependencies;
  std::int32_t priority = 3;  // 1 is the most urgent class.
  double up_share = 1, down_share = 0;
  double logins_per_minute = 0;  // Capacity for returning users; 0: not limited.
  double sessions_per_user = 0;  // Entries in the tables of stateful nodes on the way.
  Duration session_gap{};      // An interruption longer than this breaks the sessions; 0: none do.
  Duration restart_time{};     // Its own restart when a start dependency failed or its host did.
  Duration fails_after{};      // Loss of a run dependency longer than this stops it; 0: never.
  bool restarts_alone = true;  // False: somebody has to restart it (action restart_service).
  bool starts_up = true;       // False: down until its start dependencies are met (black start).
  SourcePos at;
};

struct DemandPeriod {
  std::uint8_t days = 0x7f;  // Bit 0 Monday … bit 6 Sunday.
  Duration from{}, to{};     // Local time of day.
  double level = 1;
  SourcePos at;
};

struct UserGroupConfig {
  std::string name;
  std::vector<Name> places;  // Hosts that stand for the users, equal shares.
  std::int64_t count = 0;
  std::vector<Name> uses;            // Services; empty: all.
  std::vector<DemandPeriod> demand;  // Empty: always 1.
  double demand_otherwise = 1;
  std::uint32_t flows = 4;  // Per place and service.
  DurationLaw call_after;   // How long until somebody calls the help desk.
  bool calls = false;
  SourcePos at;
};

// A sampled conversation between two hosts: numbered requests at their own times.
struct ProbeConfig {
  std::string name;
  Name from, to;
  Duration interval{std::chrono::seconds{1}};
  bool ipv6 = false;
  SourcePos at;
};

// Packets that a host sends by itself, as a load beside everything else.
struct TrafficConfig {
  enum class Pattern : std::uint8_t {
    constant,  // equal gaps
    poisson,   // exponential gaps
    on_off,    // equal gaps for the time `on`, then silence for the time `off`
  };
  std::string name;
  Name from, to;
  Pattern pattern = Pattern::constant;
  BitRate rate;               // Of frames with their checksum; of on_off while it is on.
  std::uint32_t size = 1000;  // Bytes of a frame with its checksum.
  DurationLaw on, off;
  Duration start{};
  std::optional<Duration> until;  // None: to the end of the run.
  std::string protocol = "udp";
  std::uint16_t port = 9;  // Discard (RFC 863).
  bool ipv6 = false;
  SourcePos at;
};

// --- operations -----------------------------------------------------------------------------

struct MonitorConfig {
  std::string name;
  Name host;  // Polls start here, over the simulated network.
  Duration interval{};
  std::uint32_t lost = 3;  // Missed polls before it alarms.
  Selector targets;        // Nodes polled at their management address.
  SourcePos at;
};

struct ShiftPeriod {
  std::uint8_t days = 0x7f;
  Duration from{}, to{};
  SourcePos at;
};

struct PeoplePool {
  std::string name;
  std::uint32_t count = 0;
  std::vector<std::string> skills;
  std::string site;                 // Where they are when on shift.
  std::vector<ShiftPeriod> shifts;  // Empty: always on shift.
  DurationLaw call_in;              // Off shift: from the call until at work.
  bool can_be_called_in = false;
  DurationLaw travel;  // To any other site.
  SourcePos at;
};

// One link of an access chain: a service or a host that must be reachable and work.
struct AccessStep {
  enum class Kind : std::uint8_t { service, host, console };
  Kind kind = Kind::service;
  Name target;
  std::string purpose;           // name_resolution, aaa, jump_host, remote_access …
  bool has_fallback = false;     // e.g. local accounts when AAA is gone
  bool fallback_stated = false;  // must be written for AAA
  SourcePos at;
};

struct AccessChain {
  std::string name;
  enum class Kind : std::uint8_t { in_band, out_of_band, on_site };
  Kind kind = Kind::in_band;
  Name from;  // Host where the person sits; for on_site the pool travels.
  std::vector<AccessStep> steps;
  Selector targets;  // Nodes it leads to.
  SourcePos at;
};

struct Hypothesis {
  std::string name;
  double probability = 0;  // That it is believed first.
  DurationLaw cost;        // Time lost until it is given up.
  SourcePos at;
};

struct DiagnosisConfig {
  DurationLaw duration;           // Of the right one, once looked at.
  std::vector<Hypothesis> wrong;  // Tried before it with their probabilities.
  Name pool;
  std::string skill;
  SourcePos at;
};

struct ArtefactConfig {
  std::string name;  // image, backup, patch, spare, evidence
  std::string kind;
  std::string version;                         // of an image or patch
  Duration age{};                              // of a backup
  std::string site;                            // of a spare
  std::uint32_t count = 0;                     // of spares
  std::optional<DurationLaw> available_after;  // from the vendor's involvement, or from time 0
  bool after_vendor_called = false;
  SourcePos at;
};

// How people talk: a service of this network, or independent of it.
struct ChannelConfig {
  std::string name;
  std::optional<Name> service;
  SourcePos at;
};

struct OperationsConfig {
  std::vector<MonitorConfig> monitors;
  std::vector<PeoplePool> people;
  std::vector<AccessChain> access;
  std::optional<DiagnosisConfig> diagnosis;
  std::vector<ArtefactConfig> artefacts;
  std::vector<ChannelConfig> channels;
  std::uint32_t calls_to_detect = 3;  // Calls after which the help desk raises an incident.
  bool calls_stated = false;
  Duration inventory_age{};  // The operator's inventory is as of this long ago.
};

// --- strategies -----------------------------------------------------------------------------

// Something a step needs before it can start; kinds: person, access, diagnosis, artefact,
// approval, channel, vendor.
struct Need {
  std::string kind;
  Name what;
  DurationLaw time;  // approval, vendor: how long it takes
  std::string skill;
  SourcePos at;
};

struct Verification {
  enum class Kind : std::uint8_t { none, poll, service, login };
  Kind kind = Kind::none;
  Name target;
  Duration within{};  // verify_timeout
  SourcePos at;
};

struct OnFailure {
  enum class Kind : std::uint8_t { next, stop, go_to };
  Kind kind = Kind::next;
  std::string step;
};

struct StepConfig {
  std::string name;
  std::string action;  // A kind of the catalogue.
  Arguments arguments;
  Selector targets;
  std::string only;  // Of the targets those that the operator sees so: silent, answers, unknown.
  std::vector<Name> target_services;  // For actions on services.
  std::vector<std::string> order_by;  // "role:core", "site:x", "name"; earlier entries first.
  std::uint32_t parallel = 1;
  std::uint32_t one_per = 0;  // 1: never two of the same group label at once ("one side at a time")
  std::string one_per_label;
  DurationLaw duration;           // Hands-on time of a person.
  std::optional<double> success;  // Missing: a line under "not modelled".
  std::uint32_t retries = 0;
  std::vector<Name> access;  // Chains in order of preference; empty: needs none.
  std::vector<Need> needs;
  Verification verify;
  OnFailure on_failure;
  std::optional<Duration> wait_before;
  std::string when;            // Start condition: "" after the former step, "detected", "diagnosed"
  bool in_background = false;  // The next step does not wait for it.
  bool standing = false;       // Goes on to the end, for each target whenever `only` holds.
  SourcePos at;
};

struct StrategyConfig {
  std::string name;
  std::string summary;
  std::vector<StepConfig> steps;
  SourcePos at;
};

// --- expectations ---------------------------------------------------------------------------

struct Expectation {
  std::string name;
  // What: a metric or state of services x users, or of the run.
  std::vector<Name> services;  // Empty: see `metric`.
  std::vector<Name> users;     // Empty: all groups that use the service.
  enum class Quantifier : std::uint8_t { all, any, at_least };
  Quantifier quantifier = Quantifier::all;
  std::uint32_t at_least = 0;
  std::string state;   // up, degraded, down; or empty with `metric`
  std::string metric;  // recovered_s, outage_s, availability, user_minutes_lost, workaround_s,
                       // fault_repaired_s, disturbances, detected_s, observed
  std::optional<double> minimum, maximum;
  std::string observed;  // Text of an observation kind that must (not) occur.
  Name subject;          // What it is about: its subject, object or text. Empty: anything.
  std::string text;      // Its text; empty: any.
  std::uint32_t occurrences_min = 1;
  std::optional<std::uint32_t> occurrences_max;
  // When.
  enum class Window : std::uint8_t { always, within, at, at_end, after };
  Window window = Window::at_end;
  // How a state fills the window; unless stated, within and from/to ask for it at some time.
  enum class Hold : std::uint8_t { as_window, sometime, throughout };
  Hold hold = Hold::as_window;
  Duration from{}, to{};  // Relative to `of`: start (default), fault, or a fault's name.
  std::string of;
  std::string strategy;               // Only for this one.
  std::optional<double> probability;  // Over seeds; a single run reports it and does not judge.
  std::string basis;                  // "calibrated" when it chose inputs.
  SourcePos at;
};

// What the losses and the work of a run are worth, in one unit.
struct CostWeights {
  std::string unit;        // A currency, or any other.
  double user_minute = 0;  // Lost, by demand.
  double outage_hour = 0;  // With at least one service down for somebody.
  double staff_hour = 0;
  double action = 0;  // On each target.
  SourcePos at;
};

struct ClockConfig {
  std::int64_t start_unix_ns = 0;
  bool start_stated = false;
  std::string zone = "UTC";
  Duration warm_up{std::chrono::minutes{5}};
  Duration duration{std::chrono::hours{1}};
  // Offsets of local time from UTC in the simulated span, resolved while loading.
  struct ZonePeriod {
    std::int64_t from_unix_ns = 0;
    Duration offset{};
  };
  std::vector<ZonePeriod> zone_periods;
};

struct Scenario {
  std::string title;
  std::string notice;  // Printed first: what of it is invented.
  std::vector<SourceFile> files;
  ClockConfig clock;
  std::uint64_t seed = 1;
  Topology topology;
  std::vector<ServiceConfig> services;
  std::vector<UserGroupConfig> users;
  std::vector<ProbeConfig> probes;
  std::vector<TrafficConfig> traffic;
  OperationsConfig operations;
  std::vector<Expectation> steady_state;
  std::vector<FaultConfig> faults;
  std::vector<FaultAlternatives> one_of;
  std::vector<StrategyConfig> strategies;
  std::vector<Expectation> expectations;
  std::optional<CostWeights> cost;
  Name objective;  // The metric that decides a comparison; empty: user_minutes_lost.
  std::vector<Assumption> assumptions;
  std::optional<RangeEnd> range_end;  // The one that was loaded.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_SCENARIO_H_
