#include "operations/diagnosis.h"

#include <algorithm>

#include "core/draw_law.h"

namespace switchfault {
namespace {

constexpr Entity kScenario{EntityKind::scenario, 0};

}  // namespace

Diagnosis::Diagnosis(const Context& context, const DiagnosisConfig* config)
    : context_(context),
      config_(config),
      timer_(context.simulator, Phase::operations, kScenario, Entity{EntityKind::scenario, 1},
             [this] { next(); }) {}

void Diagnosis::start() {
  context_.log.append(ObservationKind::diagnosis_started, kScenario);
  if (config_ == nullptr) {
    done_ = true;
    context_.log.append(ObservationKind::diagnosis_done, kScenario);
    return;
  }
  context_.people.request(
      {.pool = config_->pool.text, .skill = config_->skill, .purpose = kScenario}, *this);
}

void Diagnosis::person_ready(PersonIndex person) {
  person_ = person;
  next();
}

// Gives up the hypothesis just followed and goes on to the next that is believed.
void Diagnosis::next() {
  if (believed_) {
    believed_ = false;
    context_.log.append(ObservationKind::diagnosis_wrong, kScenario,
                        {.text = config_->wrong[hypothesis_ - 1].name});
  }
  while (hypothesis_ < config_->wrong.size()) {
    const Hypothesis& hypothesis = config_->wrong[hypothesis_++];
    const std::uint64_t id = stable_hash(hypothesis.name);
    if (context_.random.chance({.purpose = Purpose{"diagnosis.believed"}, .entity = id},
                               hypothesis.probability)) {
      believed_ = true;
      const Duration cost = draw(
          context_.random, {.purpose = Purpose{"diagnosis.cost"}, .entity = id}, hypothesis.cost);
      timer_.arm(context_.simulator.now() + std::max(cost, Duration{1}));
      return;
    }
  }
  if (!looking_) {
    looking_ = true;
    const Duration time =
        draw(context_.random, {.purpose = Purpose{"diagnosis.duration"}}, config_->duration);
    timer_.arm(context_.simulator.now() + std::max(time, Duration{1}));
    return;
  }
  done_ = true;
  context_.log.append(ObservationKind::diagnosis_done, kScenario);
  context_.people.release(person_);
}

}  // namespace switchfault
