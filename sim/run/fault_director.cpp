#include "run/fault_director.h"

#include <algorithm>
#include <cmath>

#include "core/check.h"
#include "core/draw_law.h"
#include "run/alternative_draw.h"

namespace switchfault {
namespace {

std::uint64_t owner_of(const FaultConfig& config) {
  return stable_hash(config.name);
}

bool contains(const std::vector<Name>& names, std::string_view text) {
  return std::any_of(names.begin(), names.end(),
                     [&](const Name& name) { return name.text == text; });
}

double table_fill(const SwitchOs& os, std::string_view table, SimTime now) {
  const ChipTable which = table == "mac"         ? ChipTable::mac
                          : table == "routes"    ? ChipTable::routes
                          : table == "neighbors" ? ChipTable::neighbors
                                                 : ChipTable::sessions;
  const std::uint32_t capacity = os.chip().capacity(which);
  return capacity == 0
             ? 0
             : static_cast<double>(os.chip().entries(which, now)) / static_cast<double>(capacity);
}

// Whether the uptime of a host in this state goes on.
bool keeps_time(HostState state) {
  return state == HostState::up || state == HostState::hung;
}

// Notes the event; true when as many as asked for fell within the time asked for.
bool often_enough(std::vector<SimTime>& events, const Trigger& trigger, SimTime at) {
  events.push_back(at);
  if (events.size() > trigger.event_count) {
    events.erase(events.begin());
  }
  return events.size() == trigger.event_count &&
         (trigger.event_within == Duration::zero() || at - events.front() <= trigger.event_within);
}

}  // namespace

struct FaultDirector::Strike {
  const FaultConfig* config = nullptr;
  std::uint32_t fault = 0;  // Index of the fault.
  SwitchOs* os = nullptr;
  const Candidate* candidate = nullptr;
  std::unique_ptr<Fault> effect;
  Timer trigger;
  Timer end;
  Timer pending;  // An injection or re-injection decided within a notification.
  std::uint32_t injections = 0;
  std::uint64_t stable_id = 0;
  bool active = false;  // Injected and not cleared.
  bool eligible = true;
  bool done = false;       // Cleared for good.
  bool rebooting = false;  // A boot has begun while active; looked at when the host is up.
  BootKind boot = BootKind::cold;
  enum class Pending : std::uint8_t { none, inject, booted, event, eligibility, cleared };
  Pending what = Pending::none;
  std::string cleared_by;
  std::vector<SimTime> events;  // The last `event_count` of an event trigger.
  // Of a hastened trigger: how much of its drawn time is left, and since when it passes `factor`
  // times as fast.
  bool hastened = false;
  std::uint32_t draws = 0;
  std::uint32_t chances = 0;
  std::optional<Duration> age;  // Of an uptime trigger: that of this boot at which it strikes.
  double left_ns = 0;
  double factor = 1;
  SimTime since;
};

FaultDirector::FaultDirector(const Context& context, const Scenario& scenario)
    : context_(context), files_(&scenario.files) {
  for (const FaultConfig& config : scenario.faults) {
    add(config, "");
  }
  const std::vector<std::size_t> drawn = draw_alternatives(scenario, context_.random);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const FaultAlternatives::Alternative& alternative = scenario.one_of[i].alternatives[drawn[i]];
    for (const FaultConfig& config : alternative.faults) {
      add(config, alternative.name);
    }
  }
  context_.log.subscribe(*this);
  for (SwitchOs* os : context_.instances) {
    if (os != nullptr) {
      os->add_listener(*this);
    }
  }
}

FaultDirector::~FaultDirector() = default;

void FaultDirector::add(const FaultConfig& config, const std::string& alternative) {
  const auto kind = std::find_if(context_.kinds.begin(), context_.kinds.end(),
                                 [&](const FaultKind& k) { return k.info.name == config.kind; });
  SF_CHECK(kind != context_.kinds.end());
  const auto fault = static_cast<std::uint32_t>(infos_.size());
  infos_.push_back({.name = config.name,
                    .kind = config.kind,
                    .alternative = alternative,
                    .latent = config.latent,
                    .awaits_event = config.trigger.kind == Trigger::Kind::boot ||
                                    config.trigger.kind == Trigger::Kind::event ||
                                    config.trigger.kind == Trigger::Kind::follows,
                    .at = config.at});
  configs_.push_back(&config);
  watches_tables_ = watches_tables_ || config.trigger.kind == Trigger::Kind::table_fill;
  const std::vector<Candidate> candidates(context_.candidates.begin(), context_.candidates.end());
  for (const std::size_t i : select(config.select, candidates, context_.random, owner_of(config))) {
    if (context_.instances[i] == nullptr) {
      continue;
    }
    SwitchOs& os = *context_.instances[i];
    infos_[fault].nodes.push_back(os.node());
    Strike& strike = strikes_.emplace_back();
    strike.config = &config;
    strike.fault = fault;
    strike.os = &os;
    strike.candidate = &context_.candidates[i];
    strike.effect = kind->make(ArgumentReader(config.arguments));
    strike.stable_id = owner_of(config) ^ os.stable_id();
    const Entity target = os.node();
    const auto number = static_cast<std::uint32_t>(strikes_.size() - 1) * 3;
    const auto timer = [&](std::uint32_t which, InlineAction action) {
      return Timer(context_.simulator, Phase::environment, target,
                   Entity{EntityKind::fault, number + which}, action);
    };
    strike.trigger = timer(0, [this, &strike] { inject(strike); });
    strike.end = timer(1, [this, &strike] { clear(strike, "time"); });
    strike.pending = timer(2, [this, &strike] { do_later(strike); });
  }
  if (infos_[fault].nodes.empty()) {
    DiagnosticSink sink(*files_);
    sink.error(config.select.at.known() ? config.select.at : config.at,
               "fault '" + config.name + "' selects no node with an OS");
    sink.throw_if_any();
  }
}

void FaultDirector::start() {
  started_ = true;
  for (Strike& strike : strikes_) {
    arm(strike);
  }
}

void FaultDirector::arm(Strike& strike) {
  const Trigger& trigger = strike.config->trigger;
  const SimTime now = context_.simulator.now();
  SimTime due = kNever;
  switch (trigger.kind) {
    case Trigger::Kind::instant:
      due = kTimeZero + trigger.after;
      break;
    case Trigger::Kind::wall_date:
      due = kTimeZero + Duration{trigger.unix_ns - context_.start_unix_ns} -
            strike.os->config().wall_clock_offset;
      break;
    case Trigger::Kind::uptime:
      if (!keeps_time(strike.os->host_state())) {
        return;  // The boot to come arms it.
      }
      if (!strike.age) {
        strike.age = draw_age(strike);
      }
      due = now + (*strike.age - strike.os->uptime());
      break;
    case Trigger::Kind::power_on:
      due = now + (trigger.after - strike.os->power_on_time());
      break;
    case Trigger::Kind::random:
      if (trigger.hasten) {
        hasten(strike, draw(context_.random,
                            {.purpose = Purpose{"fault.trigger"},
                             .entity = strike.stable_id,
                             .occurrence = strike.draws++},
                            trigger.law));
        return;
      }
      due = now + draw(context_.random,
                       {.purpose = Purpose{"fault.trigger"},
                        .entity = strike.stable_id,
                        .occurrence = strike.injections},
                       trigger.law);
      break;
    case Trigger::Kind::table_fill:
    case Trigger::Kind::boot:
    case Trigger::Kind::event:
    case Trigger::Kind::follows:
      return;
  }
  if (due < now && trigger.kind != Trigger::Kind::instant) {
    return;  // The counter has passed the value already: it will not pass it again.
  }
  // Phase order: the start of time 0 stands in the environment phase as well; what is due now
  // follows it in the same phase.
  if (due <= now) {
    strike.what = Strike::Pending::inject;
    strike.pending.arm(now + std::chrono::nanoseconds{1});
  } else {
    strike.trigger.arm(due);
  }
}

// What a node has been up for already, it has survived.
Duration FaultDirector::draw_age(Strike& strike) const {
  constexpr int kMostDraws = 1000;
  const DurationLaw& law = strike.config->trigger.law;
  Duration age{};
  for (int i = 0; i < kMostDraws; ++i) {
    age = draw(
        context_.random,
        {.purpose = Purpose{"fault.age"}, .entity = strike.stable_id, .occurrence = strike.draws++},
        law);
    if (law.kind == DurationLaw::Kind::fixed || age > strike.os->uptime()) {
      break;
    }
  }
  return age;
}

// The delay of a trigger that waits for something else to happen. What is already on its way stays.
void FaultDirector::arm_after(Strike& strike) {
  if (strike.active || strike.trigger.armed()) {
    return;
  }
  const Duration delay = draw(
      context_.random,
      {.purpose = Purpose{"fault.delay"}, .entity = strike.stable_id, .occurrence = strike.draws++},
      strike.config->trigger.law);
  strike.trigger.arm(context_.simulator.now() +
                     std::max(delay, Duration{std::chrono::nanoseconds{1}}));
}

bool FaultDirector::happens(Strike& strike) const {
  return context_.random.chance({.purpose = Purpose{"fault.chance"},
                                 .entity = strike.stable_id,
                                 .occurrence = strike.chances++},
                                strike.config->trigger.probability);
}

// Faults that are a later stage of this one wait from now on.
void FaultDirector::arm_followers(const Strike& leader) {
  for (Strike& other : strikes_) {
    if (other.os == leader.os && other.config->trigger.kind == Trigger::Kind::follows &&
        other.config->trigger.leader.text == leader.config->name) {
      arm_after(other);
    }
  }
}

void FaultDirector::cancel_followers(const Strike& leader) {
  for (Strike& other : strikes_) {
    if (other.os == leader.os && other.config->trigger.kind == Trigger::Kind::follows &&
        other.config->trigger.leader.text == leader.config->name) {
      other.trigger.cancel();
    }
  }
}

// A hastened trigger waits for the time its law has drawn, on a clock that runs `factor` times as
// fast: with a constant rate that is striking so many times as often. The factor changes when
// another node of the fault is struck or cleared.
void FaultDirector::hasten(Strike& strike, Duration drawn) {
  settle(strike);
  strike.hastened = true;
  strike.left_ns = static_cast<double>(drawn.count());
  strike.since = context_.simulator.now();
  strike.factor = hastening_of(strike);
  const double wait_us = std::ceil(strike.left_ns / strike.factor / 1e3);
  constexpr double kLongestUs = 3e15;  // A century.
  strike.trigger.arm(strike.since +
                     std::chrono::microseconds{std::llround(std::clamp(wait_us, 1.0, kLongestUs))});
}

// Takes what has passed since off the drawn time, and into the weight: hastened by f for the time t
// at rate r, waiting was exp(-f r t) likely instead of exp(-r t).
void FaultDirector::settle(Strike& strike) {
  if (!strike.hastened) {
    return;
  }
  const auto passed = static_cast<double>((context_.simulator.now() - strike.since).count());
  const auto mean = static_cast<double>(strike.config->trigger.law.a.count());
  log_weight_ += (strike.factor - 1) * passed / mean;
  strike.left_ns -= strike.factor * passed;
  strike.since = context_.simulator.now();
}

double FaultDirector::hastening_of(const Strike& strike) const {
  const bool together = std::any_of(strikes_.begin(), strikes_.end(), [&](const Strike& other) {
    return &other != &strike && other.config == strike.config && other.active;
  });
  const Hastening& by = *strike.config->trigger.hasten;
  return together ? by.together : by.always;
}

void FaultDirector::others_changed(const Strike& strike) {
  if (!strike.config->trigger.hasten) {
    return;
  }
  for (Strike& other : strikes_) {
    if (&other != &strike && other.config == strike.config && other.hastened) {
      settle(other);
      hasten(other, Duration{std::llround(std::max(0.0, other.left_ns))});
    }
  }
}

double FaultDirector::log_weight() const {
  double sum = log_weight_;
  for (const Strike& strike : strikes_) {
    if (strike.hastened) {
      const auto passed = static_cast<double>((context_.simulator.now() - strike.since).count());
      sum +=
          (strike.factor - 1) * passed / static_cast<double>(strike.config->trigger.law.a.count());
    }
  }
  return sum;
}

void FaultDirector::inject(Strike& strike) {
  if (strike.hastened) {
    settle(strike);
    log_weight_ -= std::log(strike.factor);
    strike.hastened = false;
  }
  if (!strike.eligible || strike.done) {
    return;
  }
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  context_.log.append(ObservationKind::fault_injected, {EntityKind::fault, strike.fault},
                      {.object = strike.os->node()});
  strike.active = true;
  if (strike.config->until.after) {
    strike.end.arm(context_.simulator.now() + draw(context_.random,
                                                   {.purpose = Purpose{"fault.end"},
                                                    .entity = strike.stable_id,
                                                    .occurrence = strike.injections},
                                                   *strike.config->until.after));
  }
  strike.effect->inject(*strike.os, {.simulator = context_.simulator,
                                     .random = context_.random,
                                     .fault = {EntityKind::fault, strike.fault},
                                     .stable_id = strike.stable_id,
                                     .injection = strike.injections++});
  others_changed(strike);
  arm_followers(strike);
}

void FaultDirector::clear(Strike& strike, std::string_view by) {
  if (!strike.active) {
    return;
  }
  strike.active = false;
  strike.end.cancel();
  context_.log.append(ObservationKind::fault_cleared, {EntityKind::fault, strike.fault},
                      {.object = strike.os->node(), .text = by});
  strike.effect->clear(*strike.os);
  others_changed(strike);
  cancel_followers(strike);
  if (strike.config->trigger.kind == Trigger::Kind::uptime ||
      strike.config->trigger.kind == Trigger::Kind::random) {
    arm(strike);  // The counter runs again.
  }
}

// Notifications arrive in the middle of other people's work; what follows from them is done a
// nanosecond later, when the instance is at rest.
void FaultDirector::observed(ObservationId, const Observation& observation) {
  if (!started_) {
    return;
  }
  for (Strike& strike : strikes_) {
    const bool own = observation.subject == strike.os->node();
    if (own && observation.kind == ObservationKind::host_state &&
        (strike.config->trigger.kind == Trigger::Kind::uptime ||
         strike.config->trigger.kind == Trigger::Kind::follows) &&
        !keeps_time(static_cast<HostState>(observation.value))) {
      strike.trigger.cancel();
    }
    if (own && observation.kind == ObservationKind::boot_started) {
      strike.rebooting = true;
      strike.boot = static_cast<BootKind>(observation.value);
    }
    if (own && observation.kind == ObservationKind::host_state && strike.rebooting &&
        observation.value == static_cast<std::int64_t>(HostState::up)) {
      strike.rebooting = false;
      strike.what = Strike::Pending::booted;
      strike.pending.arm(context_.simulator.now() + std::chrono::nanoseconds{1});
    }
    if (own && observation.kind == ObservationKind::firmware) {
      look_at_eligibility(strike);
    }
    if (observation.kind == ObservationKind::action_done && strike.active &&
        observation.object == strike.os->node() &&
        contains(strike.config->until.actions, context_.log.text(observation.text))) {
      strike.what = Strike::Pending::cleared;
      strike.cleared_by = context_.log.text(observation.text);
      strike.pending.arm(context_.simulator.now() + std::chrono::nanoseconds{1});
    }
    if (strike.config->trigger.kind == Trigger::Kind::event) {
      event_seen(strike, observation);
    }
  }
}

void FaultDirector::event_seen(Strike& strike, const Observation& observation) {
  const Trigger& trigger = strike.config->trigger;
  if (strike.active || strike.done || (strike.injections > 0 && !trigger.repeats) ||
      trigger.event != observation_name(observation.kind)) {
    return;
  }
  const auto about = [&](Entity node) {
    if (!trigger.of) {
      return node == strike.os->node();
    }
    return node.kind() == EntityKind::node &&
           matches(*trigger.of, context_.candidates[node.index()]);
  };
  if ((about(observation.subject) || about(observation.object)) &&
      often_enough(strike.events, trigger, observation.at) && happens(strike)) {
    arm_after(strike);
  }
}

void FaultDirector::do_later(Strike& strike) {
  const Strike::Pending what = strike.what;
  strike.what = Strike::Pending::none;
  switch (what) {
    case Strike::Pending::none:
    case Strike::Pending::event:
      return;
    case Strike::Pending::inject:
      if (!strike.active) {
        inject(strike);
      }
      return;
    case Strike::Pending::booted:
      booted(strike);
      return;
    case Strike::Pending::cleared:
      clear(strike, strike.cleared_by);
      return;
    case Strike::Pending::eligibility:
      strike.eligible = matches(strike.config->select, *strike.candidate);
      if (!strike.eligible) {
        clear(strike, "not affected any more");
      } else if (!strike.active) {
        arm(strike);
      }
      return;
  }
}

void FaultDirector::booted(Strike& strike) {
  const Trigger& trigger = strike.config->trigger;
  const FaultEnd& until = strike.config->until;
  strike.eligible = matches(strike.config->select, *strike.candidate);
  strike.age.reset();
  const auto ends = [&] {  // Only what has struck can be asked whether it survives.
    return std::find(until.boots.begin(), until.boots.end(), strike.boot) != until.boots.end() ||
           (!until.stated && !strike.effect->survives(strike.boot)) || !strike.eligible;
  };
  if (strike.active && ends()) {
    clear(strike, "boot");
  } else if (strike.active) {
    strike.effect->inject(*strike.os, {.simulator = context_.simulator,
                                       .random = context_.random,
                                       .fault = {EntityKind::fault, strike.fault},
                                       .stable_id = strike.stable_id,
                                       .injection = strike.injections++});
    arm_followers(strike);
  } else if (trigger.kind == Trigger::Kind::uptime) {
    arm(strike);
  } else if (trigger.kind == Trigger::Kind::boot &&
             (!trigger.boot || *trigger.boot == strike.boot) &&
             (strike.injections == 0 || trigger.repeats) && happens(strike)) {
    arm_after(strike);
  }
}

void FaultDirector::look_at_eligibility(Strike& strike) {
  strike.what = Strike::Pending::eligibility;
  strike.pending.arm(context_.simulator.now() + std::chrono::nanoseconds{1});
}

void FaultDirector::configuration_changed(SwitchOs& os, std::string_view) {
  if (!started_) {
    return;
  }
  for (Strike& strike : strikes_) {
    if (strike.os == &os && !strike.config->select.feature.empty()) {
      look_at_eligibility(strike);
    }
  }
}

void FaultDirector::chip_changed(SwitchOs& os, const ChipWrite* /*write*/) {
  if (!started_ || !watches_tables_) {
    return;
  }
  for (Strike& strike : strikes_) {
    const Trigger& trigger = strike.config->trigger;
    if (strike.os == &os && trigger.kind == Trigger::Kind::table_fill && !strike.active &&
        strike.injections == 0 && !strike.pending.armed() &&
        table_fill(os, trigger.table, context_.simulator.now()) >= trigger.share) {
      strike.what = Strike::Pending::inject;
      strike.pending.arm(context_.simulator.now() + std::chrono::nanoseconds{1});
    }
  }
}

std::vector<std::string> FaultDirector::not_modelled() const {
  std::vector<std::string> lines;
  for (const FaultConfig* config : configs_) {
    if (!config->until.stated) {
      lines.push_back("fault " + config->name +
                      ": what a reload clears is not stated; the effect's own rule is used");
    }
    if (config->trigger.hasten) {
      lines.push_back("fault " + config->name +
                      ": strikes hastened; a single run is no forecast, means need its weight");
    }
  }
  return lines;
}

}  // namespace switchfault
