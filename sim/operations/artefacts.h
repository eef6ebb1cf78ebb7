// Artefacts: images, patches, backups, spares; what exists, from when on, and how many.
//
// What the vendor must make is available a drawn time after the vendor was called; what lies ready
// is there from its own time on. Taking a spare uses it up.

#ifndef SWITCHFAULT_OPERATIONS_ARTEFACTS_H_
#define SWITCHFAULT_OPERATIONS_ARTEFACTS_H_

#include <optional>
#include <string_view>
#include <vector>

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"

namespace switchfault {

class Artefacts {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
  };
  Artefacts(const Context& context, const std::vector<ArtefactConfig>& configs);

  // Once, whoever asks first.
  void call_vendor();
  [[nodiscard]] const ArtefactConfig* find(std::string_view name) const;
  // When it is there; none: nobody has called the vendor yet, or all are used up.
  [[nodiscard]] std::optional<SimTime> available_at(std::string_view name) const;
  // Notes that it is there, once, and uses up one of a counted kind.
  void take(std::string_view name);

 private:
  struct State {
    const ArtefactConfig* config;
    Duration delay{};
    std::uint32_t left = 0;
    bool counted = false;
    bool announced = false;
  };
  [[nodiscard]] const State* state(std::string_view name) const;

  Context context_;
  std::vector<State> states_;
  std::optional<SimTime> vendor_called_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_ARTEFACTS_H_
