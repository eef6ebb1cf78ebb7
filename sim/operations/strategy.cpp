#include "operations/strategy.h"

#include <algorithm>
#include <chrono>

#include "core/check.h"
#include "core/draw_law.h"
#include "net/port_names.h"
#include "os/selection.h"

namespace switchfault {
namespace {

// How often people look again whether something they wait for without a date is there (a channel, a
// vendor nobody has called yet). Assumed.
constexpr Duration kLookAgain{std::chrono::minutes{5}};
// Pause before a failed attempt is repeated. Assumed.
constexpr Duration kBeforeRetry{std::chrono::minutes{5}};

// Start conditions of a step besides its turn; the empty one is a known incident.
constexpr std::string_view kAtStart = "start";
constexpr std::string_view kDiagnosed = "diagnosed";

// Whether what the operator knows of a node is what the step asks for; empty asks for nothing.
bool seen_as(Known known, const std::string& only) {
  switch (known) {
    case Known::unknown:
      return only.empty() || only == "unknown";
    case Known::answers:
      return only.empty() || only == "answers";
    case Known::silent:
      return only.empty() || only == "silent";
  }
  return true;
}

std::string label_of(const NodeConfig& config, const std::string& label) {
  if (label == "site") {
    return config.site;
  }
  if (label == "role") {
    return config.role;
  }
  const auto found = config.labels.find(label);
  return found == config.labels.end() ? "" : found->second;
}

// Whether a node is meant by an entry of an order: "role:core", "site:x", "group:x",
// "label:side=a"; "name" means all.
bool meant_by(const NodeConfig& config, const std::string& entry) {
  const auto colon = entry.find(':');
  if (colon == std::string::npos) {
    return true;
  }
  std::string what = entry.substr(0, colon);
  std::string value = entry.substr(colon + 1);
  if (what == "group") {
    return matches_pattern(value, config.group);
  }
  if (what == "label") {
    const auto equals = value.find('=');
    what = value.substr(0, equals);
    value = equals == std::string::npos ? "*" : value.substr(equals + 1);
  }
  return matches_pattern(value, label_of(config, what));
}

// Position of a node in an order such as [role:core, role:distribution, name].
std::size_t rank_of(const NodeConfig& config, const std::vector<std::string>& order) {
  const auto found = std::find_if(order.begin(), order.end(), [&](const std::string& entry) {
    return meant_by(config, entry);
  });
  return static_cast<std::size_t>(found - order.begin());
}

}  // namespace

struct StrategyExecutor::Step {
  const StepConfig* config = nullptr;
  std::uint32_t index = 0;
  const ActionKind* kind = nullptr;
  enum class State : std::uint8_t { pending, waiting, running, ended } state = State::pending;
  Timer timer;
  std::vector<std::optional<SimTime>> need_due;  // When a timed need will be met.
  std::vector<bool> need_taken;
  std::string waits_for;  // What was last said.
  struct Target {
    AttemptTarget what;
    std::uint32_t attempts = 0;
    bool busy = false;
    bool done = false;
    bool handled = false;  // Standing: not again before it was seen otherwise.
    SimTime not_before;
  };
  std::vector<Target> targets;
  bool failed = false;
  std::string failure;
};

StrategyExecutor::StrategyExecutor(const Context& context, const OperationsConfig& operations,
                                   const StrategyConfig& strategy)
    : context_(context), operations_(operations), strategy_(strategy) {
  for (const StepConfig& config : strategy.steps) {
    Step& step = steps_.emplace_back();
    step.config = &config;
    step.index = static_cast<std::uint32_t>(steps_.size() - 1);
    const auto kind =
        std::find_if(context_.actions.begin(), context_.actions.end(),
                     [&](const ActionKind& k) { return k.info.name == config.action; });
    SF_CHECK(kind != context_.actions.end());
    step.kind = &*kind;
    step.need_due.resize(config.needs.size());
    step.need_taken.resize(config.needs.size());
    step.timer = Timer(context_.attempt.simulator, Phase::operations, entity_of(step),
                       entity_of(step), [this, &step] {
                         if (step.state == Step::State::waiting) {
                           look_at_needs(step);
                         } else if (step.state == Step::State::running) {
                           run_targets(step);
                         } else if (step.state == Step::State::pending) {
                           begin(step);
                         }
                       });
  }
  look_ = Timer(context_.attempt.simulator, Phase::operations, Entity{EntityKind::strategy, 0},
                Entity{EntityKind::strategy, 0}, [this] { look_again(); });
  context_.attempt.log.subscribe(*this);
}

StrategyExecutor::~StrategyExecutor() = default;

Entity StrategyExecutor::entity_of(const Step& step) const {
  return {EntityKind::step, step.index};
}

const std::string& StrategyExecutor::step_name(std::uint32_t index) const {
  return steps_[index].config->name;
}

std::string StrategyExecutor::attempt_name(std::uint32_t index) const {
  return steps_[owners_[index].step].config->name;
}

void StrategyExecutor::start() {
  started_ = true;
  advance();
}

void StrategyExecutor::incident_detected() {
  incident_ = true;
  advance();
}

// Starts the next step when its condition holds, and the ones after it that need not wait for it.
void StrategyExecutor::advance() {
  while (!stopped_ && next_ < steps_.size()) {
    Step& step = steps_[next_];
    const StepConfig& config = *step.config;
    if (step.state == Step::State::pending && !step.timer.armed()) {
      const bool may = config.when == kAtStart     ? started_
                       : config.when == kDiagnosed ? context_.diagnosis.done()
                                                   : incident_;
      if (!may) {
        return;
      }
      const Duration wait = config.wait_before.value_or(Duration::zero());
      step.timer.arm(context_.attempt.simulator.now() + std::max(wait, Duration{1}));
    }
    if (step.state != Step::State::ended && !config.in_background && !config.standing) {
      return;
    }
    ++next_;
  }
  const bool all_ended = std::all_of(steps_.begin(), steps_.end(), [](const Step& step) {
    return step.state == Step::State::ended || step.config->standing;
  });
  if ((stopped_ || all_ended) && !done_) {
    done_ = true;
    context_.attempt.log.append(ObservationKind::strategy_done, {EntityKind::strategy, 0},
                                {.value = any_failed_ ? 0 : 1});
  }
}

void StrategyExecutor::begin(Step& step) {
  step.state = Step::State::waiting;
  context_.attempt.log.append(ObservationKind::step_started, entity_of(step));
  look_at_needs(step);
}

void StrategyExecutor::look_at_needs(Step& step) {
  for (std::size_t i = 0; i < step.config->needs.size(); ++i) {
    if (!need_met(step, i)) {
      return;
    }
  }
  step.state = Step::State::running;
  collect_targets(step);
  if (step.targets.empty() && !step.config->standing) {
    finish(step, true, "no target");
    return;
  }
  run_targets(step);
}

void StrategyExecutor::waits(Step& step, const std::string& what) {
  if (step.waits_for != what) {
    step.waits_for = what;
    context_.attempt.log.append(ObservationKind::step_waiting, entity_of(step), {.text = what});
  }
}

void StrategyExecutor::wake_at(Step& step, SimTime at) {
  step.timer.arm(std::max(at, context_.attempt.simulator.now() + Duration{1}));
}

bool StrategyExecutor::need_met(Step& step, std::size_t index) {
  const Need& need = step.config->needs[index];
  Simulator& simulator = context_.attempt.simulator;
  if (need.kind == "person" || need.kind == "access") {
    return true;  // The attempts ask for these themselves.
  }
  if (need.kind == "diagnosis") {
    if (!context_.diagnosis.done()) {
      waits(step, "diagnosis");
      return false;  // Told by its observation.
    }
    return true;
  }
  if (need.kind == "vendor") {
    context_.attempt.artefacts.call_vendor();
  }
  if (need.kind == "channel") {
    return channel_works(step, need);
  }
  if (need.kind == "artefact") {
    if (step.need_taken[index]) {
      return true;
    }
    const auto at = context_.attempt.artefacts.available_at(need.what.text);
    if (!at || *at > simulator.now()) {
      waits(step, "artefact " + need.what.text);
      wake_at(step, at.value_or(simulator.now() + kLookAgain));
      return false;
    }
    step.need_taken[index] = true;
    context_.attempt.artefacts.take(need.what.text);
    return true;
  }
  // Approval, the vendor's answer: a drawn time from when it was asked for.
  if (!step.need_due[index]) {
    step.need_due[index] =
        simulator.now() + draw(context_.attempt.random,
                               {.purpose = Purpose{"need.time"},
                                .entity = stable_hash(need.kind) ^ stable_hash(need.what.text)},
                               need.time);
  }
  if (*step.need_due[index] > simulator.now()) {
    waits(step, need.kind + (need.what.text.empty() ? "" : " " + need.what.text));
    wake_at(step, *step.need_due[index]);
    return false;
  }
  return true;
}

bool StrategyExecutor::channel_works(Step& step, const Need& need) {
  for (const ChannelConfig& channel : operations_.channels) {
    if (channel.name != need.what.text || !channel.service) {
      continue;
    }
    const ServiceIndex service = context_.attempt.services.find(channel.service->text);
    if (!context_.attempt.services.up(service)) {
      waits(step, "channel " + channel.name);
      wake_at(step, context_.attempt.simulator.now() + kLookAgain);
      return false;
    }
  }
  return true;
}

// By the inventory as written down, never by what the nodes really run.
void StrategyExecutor::collect_targets(Step& step) {
  const StepConfig& config = *step.config;
  if (step.kind->info.targets == TargetKind::services) {
    for (const Name& name : config.target_services) {
      step.targets.push_back({.what = {.service = context_.attempt.services.find(name.text),
                                       .stable_id = stable_hash(name.text)}});
    }
    return;
  }
  if (step.kind->info.targets == TargetKind::none) {
    step.targets.push_back({.what = {.stable_id = stable_hash(config.name)}});
    return;
  }
  const Network& network = context_.attempt.network;
  std::vector<Candidate> inventory;
  for (std::size_t i = 0; i < network.node_count(); ++i) {
    const Node& node = network.node(static_cast<NodeIndex>(i));
    inventory.push_back({.config = node.config, .stable_id = node.stable_id});
  }
  std::vector<std::size_t> chosen =
      select(config.targets, inventory, context_.attempt.random, stable_hash(config.name));
  std::erase_if(chosen, [&](std::size_t i) {
    return context_.attempt.instances[i] == nullptr ||  // Nothing to log in to.
           (!config.standing &&
            !seen_as(context_.attempt.view.node(static_cast<NodeIndex>(i)), config.only));
  });
  std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
    const std::size_t rank_a = rank_of(*inventory[a].config, config.order_by);
    const std::size_t rank_b = rank_of(*inventory[b].config, config.order_by);
    return rank_a != rank_b
               ? rank_a < rank_b
               : natural_order(inventory[a].config->name, inventory[b].config->name) < 0;
  });
  for (const std::size_t i : chosen) {
    step.targets.push_back(
        {.what = {.node = static_cast<NodeIndex>(i), .stable_id = inventory[i].stable_id}});
  }
}

// Never more than `one_per` of the same label at once: one side of a pair at a time.
bool StrategyExecutor::side_is_busy(const Step& step, NodeIndex node) const {
  if (step.config->one_per == 0 || node == NodeIndex::none) {
    return false;
  }
  const Network& network = context_.attempt.network;
  const std::string side = label_of(*network.node(node).config, step.config->one_per_label);
  const auto busy =
      std::count_if(step.targets.begin(), step.targets.end(), [&](const Step::Target& target) {
        return target.busy &&
               label_of(*network.node(target.what.node).config, step.config->one_per_label) == side;
      });
  return static_cast<std::uint32_t>(busy) >= step.config->one_per;
}

// A standing order is looked at whenever something was observed. Whoever was worked on is not
// worked on again before being seen otherwise, or monitoring that looks rarely would call people
// twice.
void StrategyExecutor::look_at_standing(Step& step) {
  for (Step::Target& target : step.targets) {
    const bool due = seen_as(context_.attempt.view.node(target.what.node), step.config->only);
    target.handled = target.handled && due;
    if (!target.busy && target.done && due && !target.handled) {
      target.done = false;
      target.attempts = 0;
    } else if (!target.busy && !due) {
      target.done = true;
    }
  }
}

// The list of targets was made when the step began. Nobody sets out for one that meanwhile answers.
bool StrategyExecutor::is_seen_otherwise_by_now(const Step& step, std::size_t number) const {
  const Step::Target& target = step.targets[number];
  return !step.config->only.empty() && target.attempts == 0 &&
         target.what.node != NodeIndex::none &&
         !seen_as(context_.attempt.view.node(target.what.node), step.config->only);
}

// Attempts that have ended are forgotten when nobody is on their stack.
void StrategyExecutor::forget_ended() {
  std::erase_if(open_, [&](std::uint32_t index) {
    if (attempts_[index]->running()) {
      return false;
    }
    attempts_[index].reset();
    return true;
  });
}

void StrategyExecutor::run_targets(Step& step) {
  forget_ended();
  if (step.config->standing) {
    look_at_standing(step);
  }
  const SimTime now = context_.attempt.simulator.now();
  std::uint32_t busy = static_cast<std::uint32_t>(
      std::count_if(step.targets.begin(), step.targets.end(),
                    [](const Step::Target& target) { return target.busy; }));
  SimTime wake = kNever;
  for (std::size_t i = 0; i < step.targets.size() && busy < step.config->parallel; ++i) {
    Step::Target& target = step.targets[i];
    if (target.busy || target.done || side_is_busy(step, target.what.node)) {
      continue;
    }
    if (is_seen_otherwise_by_now(step, i)) {
      target.done = true;
      continue;
    }
    if (target.not_before > now) {
      wake = std::min(wake, target.not_before);
      continue;
    }
    ++busy;
    start_attempt(step, i);
  }
  if (wake != kNever) {
    wake_at(step, wake);
  }
  if (!step.config->standing &&
      std::all_of(step.targets.begin(), step.targets.end(),
                  [](const Step::Target& target) { return target.done; })) {
    finish(step, !step.failed, step.failure);
  }
}

void StrategyExecutor::start_attempt(Step& step, std::size_t number) {
  Step::Target& target = step.targets[number];
  target.busy = true;
  ++target.attempts;
  const std::uint32_t occurrence = tried_[{step.kind->info.name, target.what.stable_id}]++;
  const auto index = static_cast<std::uint32_t>(attempts_.size());
  attempts_.push_back(
      std::make_unique<Attempt>(context_.attempt,
                                Attempt::Setup{.step = step.config,
                                               .step_entity = entity_of(step),
                                               .kind = step.kind,
                                               .target = target.what,
                                               .entity = {EntityKind::action, index},
                                               .occurrence = occurrence},
                                *this));
  owners_.push_back({step.index, number});
  open_.push_back(index);
  const auto& needs = step.config->needs;
  const auto person = std::find_if(needs.begin(), needs.end(),
                                   [](const Need& need) { return need.kind == "person"; });
  if (person != needs.end()) {
    waits(step, "person " + person->what.text);
  }
  attempts_.back()->start();
}

void StrategyExecutor::attempt_ended(Attempt& attempt, bool success) {
  const auto [step_index, number] = owners_[attempt.setup().entity.index()];
  Step& step = steps_[step_index];
  Step::Target& target = step.targets[number];
  step.waits_for.clear();
  target.busy = false;
  target.handled = true;
  if (success) {
    target.done = true;
  } else if (target.attempts <= step.config->retries) {
    target.not_before = context_.attempt.simulator.now() + kBeforeRetry;
  } else {
    target.done = true;
    step.failed = true;
    if (step.failure.empty() && target.what.node != NodeIndex::none) {
      step.failure = context_.attempt.network.node(target.what.node).config->name;
    }
  }
  // The attempt is still on the stack; the next ones begin when it is at rest.
  wake_at(step, context_.attempt.simulator.now());
}

void StrategyExecutor::finish(Step& step, bool success, const std::string& why) {
  step.state = Step::State::ended;
  step.timer.cancel();
  if (success) {
    context_.attempt.log.append(ObservationKind::step_done, entity_of(step),
                                {.text = step.config->name});
  } else {
    any_failed_ = true;
    context_.attempt.log.append(ObservationKind::step_failed, entity_of(step), {.text = why});
    if (step.config->on_failure.kind == OnFailure::Kind::stop) {
      stopped_ = true;
    } else if (step.config->on_failure.kind == OnFailure::Kind::go_to) {
      skip_to(step.config->on_failure.step);
    }
  }
  advance();
}

// Steps between here and the branch's target are left out.
void StrategyExecutor::skip_to(const std::string& name) {
  while (next_ < steps_.size() && steps_[next_].config->name != name) {
    Step& step = steps_[next_];
    if (step.state == Step::State::pending) {
      step.state = Step::State::ended;
      step.timer.cancel();
      context_.attempt.log.append(ObservationKind::step_skipped, entity_of(step),
                                  {.text = "branch to " + name});
    }
    ++next_;
  }
}

void StrategyExecutor::observed(ObservationId id, const Observation& observation) {
  const bool matters = observation.kind == ObservationKind::diagnosis_done ||
                       observation.kind == ObservationKind::host_state ||
                       observation.kind == ObservationKind::plane_state ||
                       observation.kind == ObservationKind::process_state ||
                       observation.kind == ObservationKind::management ||
                       observation.kind == ObservationKind::server_state ||
                       observation.kind == ObservationKind::service_state ||
                       observation.kind == ObservationKind::poll_state ||
                       observation.kind == ObservationKind::configuration ||
                       observation.kind == ObservationKind::firmware;
  if (!matters || !started_) {
    return;
  }
  for (const std::uint32_t index : open_) {
    if (attempts_[index]->waits_for_effect()) {
      attempts_[index]->noticed(id, observation);
    }
  }
  if (!look_.armed()) {
    look_.arm(context_.attempt.simulator.now() + Duration{1});
  }
}

void StrategyExecutor::look_again() {
  for (const std::uint32_t index : open_) {
    if (attempts_[index]->waits_for_effect()) {
      attempts_[index]->look_again();
    }
  }
  for (Step& step : steps_) {
    if (step.state == Step::State::waiting) {
      look_at_needs(step);
    } else if (step.state == Step::State::running && step.config->standing) {
      run_targets(step);
    }
  }
  advance();
}

}  // namespace switchfault
