// Entity: the name of a thing inside one World, as one ordered 32-bit number.
//
// Kind in the upper 6 bits, dense index in the lower 26. The indices of nodes, links, services …
// follow the order of their stable ids (see NodeConfig::id), not the order in the file, so that
// reordering a file changes nothing. Entities order events, name observations and key timers.

#ifndef SWITCHFAULT_ENTITY_H_
#define SWITCHFAULT_ENTITY_H_

#include <compare>
#include <cstdint>

namespace switchfault {

enum class EntityKind : std::uint8_t {
  none,
  scenario,
  fault,      // a fault of the scenario; with an instance: one fault object
  node,       // box or boxes with one OS instance, a host, an external network
  process,    // index = process table row of the World
  port,       // physical port, row of the World's port table
  link,       // physical link
  interface,  // logical interface (aggregate, VLAN interface, sub-interface)
  domain,     // bridge domain (VLAN) as a whole
  service,
  users,     // user group
  demand,    // service x user group
  monitor,   // a monitoring system
  strategy,  // the chosen strategy
  step,      // a step of it
  action,    // one attempt of a step on one target
  person,
  chain,  // an access chain
  probe,
  expectation,
};

struct Entity {
  std::uint32_t packed = 0;

  constexpr Entity() = default;
  constexpr Entity(EntityKind kind, std::uint32_t index)
      : packed((static_cast<std::uint32_t>(kind) << kIndexBits) | index) {}

  [[nodiscard]] constexpr EntityKind kind() const {
    return static_cast<EntityKind>(packed >> kIndexBits);
  }
  [[nodiscard]] constexpr std::uint32_t index() const { return packed & (kMaxCount - 1); }
  friend constexpr auto operator<=>(Entity, Entity) = default;

  static constexpr unsigned kIndexBits = 26;
  static constexpr std::uint32_t kMaxCount = 1U << kIndexBits;  // Entities of one kind.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_ENTITY_H_
