#include "operations/attempt.h"

#include <algorithm>
#include <chrono>

#include "core/draw_law.h"

namespace switchfault {
namespace {

// Nobody waits longer than this for the effect of an action without a stated verification time: two
// of the longest boots described for chassis (10 minutes after a power cycle) and some patience.
constexpr Duration kPatience{std::chrono::minutes{30}};

}  // namespace

Attempt::Attempt(const AttemptContext& context, const Setup& setup, AttemptOwner& owner)
    : context_(context),
      setup_(setup),
      owner_(owner),
      timer_(context.simulator, Phase::operations, setup.entity, setup.entity,
             [this] { timer_fired(); }) {
  if (setup.kind->make != nullptr) {
    action_ = setup.kind->make(ArgumentReader(setup.step->arguments));
  }
}

Attempt::~Attempt() = default;

Entity Attempt::object() const {
  if (setup_.target.node != NodeIndex::none) {
    return context_.network.node(setup_.target.node).entity;
  }
  if (setup_.target.service != ServiceIndex::none) {
    return {EntityKind::service, static_cast<std::uint32_t>(setup_.target.service)};
  }
  return {};
}

const Need* Attempt::person_need() const {
  const auto& needs = setup_.step->needs;
  const auto found = std::find_if(needs.begin(), needs.end(),
                                  [](const Need& need) { return need.kind == "person"; });
  return found == needs.end() ? nullptr : &*found;
}

// On site: the place of the target. Otherwise people work from where they are.
std::string Attempt::site_needed() const {
  if (setup_.target.node == NodeIndex::none) {
    return "";
  }
  const NodeConfig& config = *context_.network.node(setup_.target.node).config;
  const auto& names = setup_.step->access;
  const bool only_on_site =
      !names.empty() && std::all_of(names.begin(), names.end(), [&](const Name& name) {
        const AccessChain* const chain = context_.access.find(name.text);
        return chain != nullptr && chain->kind == AccessChain::Kind::on_site;
      });
  return setup_.kind->needs_presence || only_on_site ? config.site : "";
}

void Attempt::start() {
  stage_ = Stage::person;
  if (const Need* const need = person_need()) {
    context_.people.request({.pool = need->what.text,
                             .skill = need->skill,
                             .site = site_needed(),
                             .purpose = setup_.step_entity},
                            *this);
    return;
  }
  timer_.arm(context_.simulator.now() + Duration{1});
}

void Attempt::person_ready(PersonIndex person) {
  person_ = person;
  begin_hands_on();
}

void Attempt::timer_fired() {
  switch (stage_) {
    case Stage::person:
      begin_hands_on();
      return;
    case Stage::hands_on:
      hands_off();
      return;
    case Stage::effect:
      fail(ObservationKind::action_failed, "no effect in time", object());
      return;
    case Stage::verification:
      context_.log.append(
          ObservationKind::action_verified, setup_.entity,
          {.object = object(), .value = 0, .text = setup_.step->verify.target.text});
      end(false);
      return;
    case Stage::ended:
      return;
  }
}

std::optional<MissingLink> Attempt::missing_access() const {
  if (setup_.step->access.empty() || setup_.target.node == NodeIndex::none) {
    return std::nullopt;
  }
  std::optional<MissingLink> first;
  for (const Name& name : setup_.step->access) {
    const AccessChain* const chain = context_.access.find(name.text);
    // A power cycle needs hands at the box, not an answer from it; a boot loader answers always.
    if (chain->kind == AccessChain::Kind::on_site &&
        (setup_.kind->needs_presence || !setup_.kind->needs_host)) {
      return std::nullopt;
    }
    auto missing = context_.access.missing(*chain, setup_.target.node);
    if (!missing) {
      return std::nullopt;
    }
    if (!first) {
      first = std::move(missing);
    }
  }
  return first;
}

void Attempt::begin_hands_on() {
  context_.log.append(ObservationKind::action_started, setup_.entity,
                      {.object = object(), .text = setup_.kind->info.name});
  if (const auto missing = missing_access()) {
    fail(ObservationKind::action_blocked, missing->name, missing->entity);
    return;
  }
  stage_ = Stage::hands_on;
  const Duration time =
      draw(context_.random,
           {.purpose = Purpose{"action.duration"},
            .entity = setup_.target.stable_id ^ stable_hash(setup_.kind->info.name),
            .occurrence = setup_.occurrence},
           setup_.step->duration);
  timer_.arm(context_.simulator.now() + std::max(time, Duration{1}));
}

// The person has done what there was to do: does it take?
void Attempt::hands_off() {
  if (const auto missing = missing_access()) {
    fail(ObservationKind::action_blocked, missing->name, missing->entity);
    return;
  }
  const bool works = context_.random.chance(
      {.purpose = Purpose{"action.success"},
       .entity = setup_.target.stable_id ^ stable_hash(setup_.kind->info.name),
       .occurrence = setup_.occurrence},
      setup_.step->success.value_or(1));
  if (!works) {
    fail(ObservationKind::action_failed, "it did not work", object());
    return;
  }
  stage_ = Stage::effect;
  timer_.arm(context_.simulator.now() + (setup_.step->verify.within > Duration::zero()
                                             ? setup_.step->verify.within
                                             : kPatience));
  if (action_ != nullptr) {
    SwitchOs& os = *context_.instances[static_cast<std::size_t>(setup_.target.node)];
    if (const std::string refusal = action_->refusal(os); !refusal.empty()) {
      fail(ObservationKind::action_failed, refusal, object());
      return;
    }
    action_->start(os, context_.simulator);
  } else if (setup_.target.service != ServiceIndex::none) {
    change_service();
  }
  look_again();
}

void Attempt::change_service() {
  switch (setup_.kind->on_service) {
    case ServiceEffect::restart:
      context_.services.restart(setup_.target.service);
      return;
    case ServiceEffect::limit_logins: {
      const ArgumentReader arguments(setup_.step->arguments);
      context_.services.limit_logins(setup_.target.service,
                                     arguments.has("per_minute")
                                         ? std::optional(arguments.integer("per_minute"))
                                         : std::nullopt);
      return;
    }
  }
}

bool Attempt::effect_is_complete() const {
  if (action_ != nullptr) {
    return action_->complete(*context_.instances[static_cast<std::size_t>(setup_.target.node)]);
  }
  return setup_.target.service == ServiceIndex::none ||
         setup_.kind->on_service != ServiceEffect::restart ||
         context_.services.servers_up(setup_.target.service);
}

void Attempt::noticed(ObservationId id, const Observation& observation) {
  if (observation.subject == object() || observation.object == object()) {
    noticed_ = id;
  }
}

void Attempt::look_again() {
  const CauseScope scope(context_.simulator,
                         noticed_ != ObservationId::none ? noticed_ : context_.simulator.cause());
  if (stage_ == Stage::effect && effect_is_complete()) {
    effect_complete();
  }
  if (stage_ == Stage::verification && verified()) {
    context_.log.append(ObservationKind::action_verified, setup_.entity,
                        {.object = object(), .value = 1});
    end(true);
  }
}

void Attempt::effect_complete() {
  context_.log.append(ObservationKind::action_done, setup_.entity,
                      {.object = object(), .text = setup_.kind->info.name});
  if (setup_.step->verify.kind == Verification::Kind::none) {
    end(true);
    return;
  }
  stage_ = Stage::verification;
  timer_.arm(context_.simulator.now() + setup_.step->verify.within);
}

bool Attempt::verified() const {
  const Verification& verify = setup_.step->verify;
  switch (verify.kind) {
    case Verification::Kind::none:
      return true;
    case Verification::Kind::poll: {
      const NodeIndex node = verify.target.text.empty()
                                 ? setup_.target.node
                                 : context_.network.find_node(verify.target.text);
      return context_.view.node(node) == Known::answers;
    }
    case Verification::Kind::service:
      return context_.services.up(context_.services.find(verify.target.text));
    case Verification::Kind::login:
      return !missing_access();
  }
  return false;
}

void Attempt::fail(ObservationKind kind, const std::string& why, Entity about) {
  context_.log.append(kind, setup_.entity, {.object = about, .text = why});
  end(false);
}

void Attempt::end(bool success) {
  stage_ = Stage::ended;
  timer_.cancel();
  if (person_ != PersonIndex::none) {
    const PersonIndex person = person_;
    person_ = PersonIndex::none;
    context_.people.release(person);
  }
  owner_.attempt_ended(*this, success);
}

}  // namespace switchfault
