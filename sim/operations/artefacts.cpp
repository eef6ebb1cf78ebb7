#include "operations/artefacts.h"

#include <algorithm>

#include "core/draw_law.h"

namespace switchfault {
namespace {

constexpr Entity kScenario{EntityKind::scenario, 0};

}  // namespace

Artefacts::Artefacts(const Context& context, const std::vector<ArtefactConfig>& configs)
    : context_(context) {
  for (const ArtefactConfig& config : configs) {
    State state{.config = &config, .left = config.count, .counted = config.count > 0};
    if (config.available_after) {
      state.delay =
          draw(context_.random,
               {.purpose = Purpose{"artefact.available"}, .entity = stable_hash(config.name)},
               *config.available_after);
    }
    states_.push_back(state);
  }
}

void Artefacts::call_vendor() {
  if (!vendor_called_) {
    vendor_called_ = context_.simulator.now();
    context_.log.append(ObservationKind::vendor_called, kScenario);
  }
}

const Artefacts::State* Artefacts::state(std::string_view name) const {
  const auto found = std::find_if(states_.begin(), states_.end(),
                                  [&](const State& state) { return state.config->name == name; });
  return found == states_.end() ? nullptr : &*found;
}

const ArtefactConfig* Artefacts::find(std::string_view name) const {
  const State* const found = state(name);
  return found == nullptr ? nullptr : found->config;
}

std::optional<SimTime> Artefacts::available_at(std::string_view name) const {
  const State* const found = state(name);
  if (found == nullptr || (found->counted && found->left == 0)) {
    return std::nullopt;
  }
  if (!found->config->after_vendor_called) {
    return kTimeZero + found->delay;
  }
  return vendor_called_ ? std::optional(*vendor_called_ + found->delay) : std::nullopt;
}

void Artefacts::take(std::string_view name) {
  for (State& state : states_) {
    if (state.config->name != name) {
      continue;
    }
    if (!state.announced) {
      state.announced = true;
      context_.log.append(ObservationKind::artefact_available, kScenario, {.text = name});
    }
    if (state.counted) {
      --state.left;
    }
  }
}

}  // namespace switchfault
