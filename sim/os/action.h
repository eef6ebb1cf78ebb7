// Action: one thing done to one OS instance by a person or a program, as its effect on the parts.
//
// Who does it, over which path, how long it takes them and how likely it succeeds is the business
// of operations; an action only changes the instance and tells when its effect is complete. It
// influences protocols by the running configuration alone.

#ifndef SWITCHFAULT_OS_ACTION_H_
#define SWITCHFAULT_OS_ACTION_H_

#include <memory>
#include <optional>
#include <string>

#include <switchfault/catalog.h>
#include <switchfault/topology.h>

#include "core/simulator.h"
#include "os/arguments.h"
#include "os/switch_os.h"

namespace switchfault {

class Action {
 public:
  virtual ~Action() = default;
  // Why it cannot be done to this instance as it is; empty: it can.
  [[nodiscard]] virtual std::string refusal(const SwitchOs& os) const = 0;
  virtual void start(SwitchOs& os, Simulator& simulator) = 0;
  // Whether its effect is complete (a boot has finished). Asked whenever the instance changes.
  [[nodiscard]] virtual bool complete(const SwitchOs& os) const = 0;
  // The login session dies with it; the path is looked at again after its end.
  [[nodiscard]] virtual bool takes_path_down() const { return false; }
  // Which boot it performs, for ends of faults by boot kind and for times that must be stated.
  [[nodiscard]] virtual std::optional<BootKind> boot() const { return std::nullopt; }
};

// What an action on services does; unused by actions on anything else.
enum class ServiceEffect : std::uint8_t { restart, limit_logins };

struct ActionKind {
  KindInfo info;
  bool needs_login = true;      // Over an access chain; false: on site only or no access at all.
  bool needs_presence = false;  // Somebody at the box.
  bool needs_host = true;       // A running one; false: at the box it works on a dead one, too.
  std::unique_ptr<Action> (*make)(const ArgumentReader&) =
      nullptr;  // Null unless it works on nodes.
  ServiceEffect on_service = ServiceEffect::restart;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_ACTION_H_
