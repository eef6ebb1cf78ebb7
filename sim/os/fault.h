// Fault: what goes wrong inside one OS instance. One object exists per (scenario fault, instance).
//
// A fault knows SwitchOs and the Simulator, never a protocol, a service or a report. When and where
// it strikes (trigger, selector) and what ends it besides the effect itself is run's business.

#ifndef SWITCHFAULT_OS_FAULT_H_
#define SWITCHFAULT_OS_FAULT_H_

#include <memory>

#include <switchfault/catalog.h>
#include <switchfault/topology.h>

#include "core/random.h"
#include "core/simulator.h"
#include "os/arguments.h"
#include "os/switch_os.h"

namespace switchfault {

struct FaultContext {
  Simulator& simulator;
  const Random& random;
  Entity fault;             // With the instance it names this object.
  std::uint64_t stable_id;  // Key of its draws: hash of fault name and node id.
  std::uint32_t injection;  // 0 the first time, then counted.
};

class Fault {
 public:
  virtual ~Fault() = default;
  // Takes effect. Called again after each boot it survived.
  virtual void inject(SwitchOs& os, const FaultContext& context) = 0;
  // Takes the effect away; what has been lost meanwhile (state, memory) stays lost.
  virtual void clear(SwitchOs& os) = 0;
  // Whether it is still there after such a boot. The scenario's `until` may say otherwise.
  [[nodiscard]] virtual bool survives(BootKind kind) const = 0;
};

struct FaultKind {
  KindInfo info;
  std::unique_ptr<Fault> (*make)(const ArgumentReader&) = nullptr;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_FAULT_H_
