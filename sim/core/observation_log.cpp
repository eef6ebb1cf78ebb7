#include "core/observation_log.h"

#include "core/check.h"
#include "core/fingerprint.h"

namespace switchfault {

ObservationLog::ObservationLog(Simulator& simulator) : simulator_(simulator), texts_(1) {
  text_ids_.emplace("", TextId::none);
}

ObservationId ObservationLog::append(ObservationKind kind, Entity subject, const Details& details) {
  if (!recording_) {
    return simulator_.cause();
  }
  const Observation observation{.at = simulator_.now(),
                                .value = details.value,
                                .subject = subject,
                                .object = details.object,
                                .text = intern(details.text),
                                .cause = simulator_.cause(),
                                .kind = kind};
  const auto id = static_cast<ObservationId>(observations_.size());
  observations_.push_back(observation);
  simulator_.set_cause(id);
  for (ObservationListener* listener : listeners_) {
    listener->observed(id, observation);
  }
  return id;
}

const Observation& ObservationLog::operator[](ObservationId id) const {
  const auto index = static_cast<std::size_t>(id);
  SF_CHECK(index < observations_.size());
  return observations_[index];
}

std::string_view ObservationLog::text(TextId id) const {
  return texts_[static_cast<std::size_t>(id)];
}

std::string ObservationLog::fingerprint() const {
  Fingerprint fingerprint;
  for (const Observation& observation : observations_) {
    fingerprint.add(static_cast<std::uint64_t>(observation.at.time_since_epoch().count()));
    fingerprint.add(static_cast<std::uint64_t>(observation.kind));
    fingerprint.add((std::uint64_t{observation.subject.packed} << 32U) | observation.object.packed);
    fingerprint.add(static_cast<std::uint64_t>(observation.value));
    fingerprint.add(text(observation.text));
    fingerprint.add(static_cast<std::uint64_t>(observation.cause));
  }
  return fingerprint.hex();
}

TextId ObservationLog::intern(std::string_view text) {
  const auto found = text_ids_.find(text);
  if (found != text_ids_.end()) {
    return found->second;
  }
  const auto id = static_cast<TextId>(texts_.size());
  texts_.emplace_back(text);
  text_ids_.emplace(texts_.back(), id);
  return id;
}

}  // namespace switchfault
