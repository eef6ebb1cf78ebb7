// KernelGroups: groups of next hops as FRR's zebra keeps them in the Linux kernel.
//
// The kernel takes a next hop out of its groups when its interface goes down, and tells nobody.
// zebra changes the route to the next hops that are left, keeps the group that no route uses any
// more for some time and then still takes it for installed: used again, the route has only the next
// hops that the kernel has left in it (FRR pull request 13413). Only a group all of whose next hops
// were down is written anew. When the kernel has none of them left, it has dropped the group, and a
// route to it is refused.
// Sources: zebra_nhg_set_invalid(), zebra_nhg_check_valid(), zebra_nhg_decrement_ref() of
// zebra/zebra_nhg.c in FRR 8.4; nh_netdev_event() of net/ipv4/nexthop.c in Linux.
// Not modelled: weights, groups of groups.

#ifndef SWITCHFAULT_NET_KERNEL_GROUPS_H_
#define SWITCHFAULT_NET_KERNEL_GROUPS_H_

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <switchfault/units.h>

#include "os/next_hops.h"
#include "os/route_rows.h"

namespace switchfault {

struct Interface;

class KernelGroups {
 public:
  // Unused ones are kept so long.
  explicit KernelGroups(Duration keep) : keep_(keep) {}

  // What the interfaces are from now on: the kernel takes out what went down.
  void follow(std::span<const Interface> interfaces);
  // The next hops with which these routes end up in the kernel; without any: it refuses the route.
  // Groups that are not among them are unused from now on.
  void write(std::span<FibEntry> routes, SimTime now);
  // A new process knows of none.
  void clear() { groups_.clear(); }

 private:
  struct Group {
    NextHops in_kernel;
    std::uint64_t written = 0;  // The last of writes_ that used it.
    SimTime unused_since = kNever;
  };
  std::map<std::vector<NextHop>, Group> groups_;  // By the next hops that zebra has put into them.
  std::vector<bool> up_;
  std::uint64_t writes_ = 0;
  Duration keep_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_KERNEL_GROUPS_H_
