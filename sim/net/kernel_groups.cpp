#include "net/kernel_groups.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "net/network.h"

namespace switchfault {

void KernelGroups::follow(std::span<const Interface> interfaces) {
  const std::vector<bool> before = up_;
  up_.resize(interfaces.size());
  for (std::size_t i = 0; i < interfaces.size(); ++i) {
    up_[i] = interfaces[i].up;
  }
  const auto up = [this](const NextHop& hop) {
    return up_[static_cast<std::size_t>(hop.interface)];
  };
  const auto fell = [&](const NextHop& hop) {
    const auto at = static_cast<std::size_t>(hop.interface);
    return at < before.size() && before[at] && !up_[at];
  };
  for (auto at = groups_.begin(); at != groups_.end();) {
    const auto& [made, group] = *at;
    if (std::ranges::none_of(made, up)) {
      at = groups_.erase(at);
      continue;
    }
    if (std::ranges::any_of(made, fell)) {
      std::vector<NextHop> left;
      std::ranges::remove_copy_if(group.in_kernel, std::back_inserter(left), fell);
      at->second.in_kernel = NextHops(left);
    }
    ++at;
  }
}

void KernelGroups::write(std::span<FibEntry> routes, SimTime now) {
  std::erase_if(groups_, [&](const auto& one) {
    return one.second.unused_since != kNever && now - one.second.unused_since >= keep_;
  });
  ++writes_;
  NextHops asked, answer;  // Routes that follow each other often have one group.
  for (FibEntry& route : routes) {
    if (route.next_hops.size() < 2) {
      continue;
    }
    if (!route.next_hops.shares(asked)) {
      asked = route.next_hops;
      const std::vector<NextHop> key(asked.begin(), asked.end());
      Group& group = groups_.try_emplace(key, Group{.in_kernel = asked}).first->second;
      group.written = writes_;
      group.unused_since = kNever;
      answer = group.in_kernel;
    }
    route.next_hops = answer;
  }
  for (auto& [key, group] : groups_) {
    if (group.written != writes_ && group.unused_since == kNever) {
      group.unused_since = now;
    }
  }
}

}  // namespace switchfault
