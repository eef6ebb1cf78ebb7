// ObservationLog: the append-only record of a run, its interned texts, and who listens to it.
//
// Listeners are told synchronously, in the order of subscription, and may schedule events but must
// not append from within the call. Appending makes the observation the current cause, so that what
// the same event does next is explained by it. Observations before time 0 (warm-up) are kept out.

#ifndef SWITCHFAULT_CORE_OBSERVATION_LOG_H_
#define SWITCHFAULT_CORE_OBSERVATION_LOG_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/observation.h>

#include "core/simulator.h"

namespace switchfault {

class ObservationListener {
 public:
  virtual void observed(ObservationId id, const Observation& observation) = 0;

 protected:
  ~ObservationListener() = default;
};

class ObservationLog {
 public:
  explicit ObservationLog(Simulator& simulator);

  struct Details {
    Entity object{};
    std::int64_t value = 0;
    std::string_view text{};
  };
  // Appends with the simulator's time and current cause, and becomes the current cause. During the
  // warm-up nothing is kept and listeners hear nothing; the cause stays what it was.
  ObservationId append(ObservationKind kind, Entity subject, const Details& details);
  ObservationId append(ObservationKind kind, Entity subject) {
    return append(kind, subject, Details{});
  }

  void subscribe(ObservationListener& listener) { listeners_.push_back(&listener); }
  // Until the end of the warm-up observations are dropped.
  void set_recording(bool recording) { recording_ = recording; }
  [[nodiscard]] bool recording() const { return recording_; }

  [[nodiscard]] const std::vector<Observation>& observations() const { return observations_; }
  [[nodiscard]] const Observation& operator[](ObservationId id) const;
  [[nodiscard]] std::string_view text(TextId id) const;
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
  // Hash of all observations with their texts.
  [[nodiscard]] std::string fingerprint() const;

 private:
  TextId intern(std::string_view text);

  Simulator& simulator_;
  std::vector<Observation> observations_;
  std::vector<std::string> texts_;
  std::map<std::string, TextId, std::less<>> text_ids_;
  std::vector<ObservationListener*> listeners_;
  bool recording_ = true;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_OBSERVATION_LOG_H_
