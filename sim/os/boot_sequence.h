// BootSequence: which planes a boot takes down and when each serves again.
//
// A plane whose time is zero is not interrupted; if it did not serve when the boot began it returns
// with the last of the others. At one instant control returns before data, so that the tables are
// written before anybody's traffic meets them, and management last.
// Not modelled: stages within a plane (firmware, kernel, images), drawn times.

#ifndef SWITCHFAULT_OS_BOOT_SEQUENCE_H_
#define SWITCHFAULT_OS_BOOT_SEQUENCE_H_

#include <array>
#include <optional>

#include <switchfault/observation.h>
#include <switchfault/topology.h>
#include <switchfault/units.h>

namespace switchfault {

class BootSequence {
 public:
  using Planes = std::array<bool, 3>;  // By Plane.

  // `serving`: which planes serve now.
  void begin(BootKind kind, const PlaneTimes& times, const Planes& serving, SimTime now);
  void cancel() { returns_.fill(kNever); }

  [[nodiscard]] bool running() const { return next() != kNever; }
  [[nodiscard]] BootKind kind() const { return kind_; }
  // This plane is still to return.
  [[nodiscard]] bool waits_for(Plane plane) const {
    return returns_[static_cast<std::size_t>(plane)] != kNever;
  }
  // When the next plane returns; kNever when all have.
  [[nodiscard]] SimTime next() const;
  // Takes the first plane that is due; empty when none is.
  std::optional<Plane> take(SimTime now);

 private:
  std::array<SimTime, 3> returns_{kNever, kNever, kNever};
  BootKind kind_ = BootKind::cold;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_BOOT_SEQUENCE_H_
