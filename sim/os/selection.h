// Selection: which nodes a Selector means, now.
//
// Criteria are looked at as things are (running firmware, enabled features), the amount is drawn
// among the matching nodes by a rank that is a pure function of (seed, whose selector, node), so a
// drawn share stays with its nodes and a further node never changes who else is hit.

#ifndef SWITCHFAULT_OS_SELECTION_H_
#define SWITCHFAULT_OS_SELECTION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/scenario.h>

#include "core/node_criteria.h"
#include "core/random.h"
#include "os/switch_os.h"

namespace switchfault {

// What a selector can ask of one node. `os` is null for nodes without an OS; what the node runs is
// then what its file says.
struct Candidate {
  const NodeConfig* config = nullptr;
  const SwitchOs* os = nullptr;
  std::uint64_t stable_id = 0;
};

// True when all criteria but the amount hold.
bool matches(const Selector& selector, const Candidate& candidate);

// Indices of the chosen candidates, ascending. `owner` keys the draw: the hash of the name of the
// fault or step whose selector it is.
std::vector<std::size_t> select(const Selector& selector, const std::vector<Candidate>& candidates,
                                const Random& random, std::uint64_t owner);

// Physical ports of which a pattern ("eth1", "2/*") names one, in order.
std::vector<PortIndex> ports_named(const SwitchOs& os, const std::vector<std::string>& patterns);

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_SELECTION_H_
