// Access: whether a person can get at a login now, over a declared chain.
//
// A chain starts at a host where the person sits and names what it needs on the way: services
// (remote access, name resolution, AAA), jump hosts, console servers. Each link is a service or a
// node of the simulated network and is looked at as it is now, which costs the person nothing; the
// first missing one is named. AAA with a fallback lets local accounts in.

#ifndef SWITCHFAULT_OPERATIONS_ACCESS_H_
#define SWITCHFAULT_OPERATIONS_ACCESS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/scenario.h>

#include "net/network.h"
#include "services/services.h"

namespace switchfault {

struct MissingLink {
  Entity entity;
  std::string name;  // "jump host jump-1", "login on core-1"
};

class Access {
 public:
  Access(const Network& network, const Services& services, const std::vector<AccessChain>& chains)
      : network_(network), services_(services), chains_(chains) {}

  [[nodiscard]] const AccessChain* find(std::string_view name) const;
  // Whether the chain leads to this node at all.
  [[nodiscard]] static bool leads_to(const AccessChain& chain, const Node& node);
  // None: a login on the node is possible now. On site only the console needs to answer.
  [[nodiscard]] std::optional<MissingLink> missing(const AccessChain& chain, NodeIndex index) const;

 private:
  [[nodiscard]] std::optional<MissingLink> missing_step(const AccessStep& step,
                                                        NodeIndex& at) const;
  [[nodiscard]] bool reaches(NodeIndex from, NodeIndex to, bool management) const;

  const Network& network_;
  const Services& services_;
  const std::vector<AccessChain>& chains_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_ACCESS_H_
