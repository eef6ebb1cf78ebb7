// RandomBridges: bridges joined at random, and what must hold of any spanning tree over them.

#ifndef SWITCHFAULT_TESTS_PROTOCOLS_RANDOM_BRIDGES_H_
#define SWITCHFAULT_TESTS_PROTOCOLS_RANDOM_BRIDGES_H_

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "protocols/lab.h"

namespace switchfault {

// Which bridges hang together: all of a component carry the number of one of them.
class Components {
 public:
  explicit Components(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  [[nodiscard]] std::size_t of(std::size_t bridge) const {
    while (parent_[bridge] != bridge) {
      bridge = parent_[bridge];
    }
    return bridge;
  }
  // False: they hung together before.
  bool join(std::size_t a, std::size_t b) {
    const auto [from, to] = std::pair(of(a), of(b));
    parent_[from] = to;
    return from != to;
  }

 private:
  std::vector<std::size_t> parent_;
};

struct RandomBridges {
  struct Cable {
    std::size_t a, b;
    std::string a_place, b_place;
    bool fails = false;
  };
  std::string protocol;
  std::vector<int> priorities;  // By bridge, all different.
  std::vector<Cable> cables;    // Parallel ones too; not every bridge need have one.

  static RandomBridges any(const std::string& protocol) {
    RandomBridges bridges{.protocol = protocol, .priorities = {}, .cables = {}};
    const auto count = *rc::gen::inRange<std::size_t>(2, 9);
    std::vector<int> steps(16);
    std::iota(steps.begin(), steps.end(), 0);
    while (bridges.priorities.size() < count) {
      const auto taken = *rc::gen::inRange<std::size_t>(0, steps.size());
      bridges.priorities.push_back(4096 * steps[taken]);
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    std::vector<int> ports(count);
    const auto cables = *rc::gen::inRange<std::size_t>(1, 2 * count);
    while (bridges.cables.size() < cables) {
      const auto a = *rc::gen::inRange<std::size_t>(0, count);
      const auto b = (a + *rc::gen::inRange<std::size_t>(1, count)) % count;
      bridges.cables.push_back({a, b, name(a) + ":eth" + std::to_string(++ports[a]),
                                name(b) + ":eth" + std::to_string(++ports[b]),
                                *rc::gen::arbitrary<bool>()});
    }
    return bridges;
  }

  static std::string name(std::size_t bridge) { return "s" + std::to_string(bridge + 1); }
  [[nodiscard]] std::string plan() const {
    std::string text = "switch";
    for (std::size_t i = 0; i < priorities.size(); ++i) {
      text += " " + name(i);
    }
    text += "\n";
    for (const Cable& cable : cables) {
      text += "link " + cable.a_place + " " + cable.b_place + "\n";
    }
    for (std::size_t i = 0; i < priorities.size(); ++i) {
      text += "protocol " + name(i) + " " + protocol +
              " priority=" + std::to_string(priorities[i]) + "\n";
    }
    return text;
  }

  // One spanning tree in each component: what forwards at both ends joins all bridges that cables
  // join, and no two of them twice.
  void check_tree(ProtocolLab& lab, bool failed) const {
    Components cabled(priorities.size());
    Components forwarding(priorities.size());
    for (const Cable& cable : cables) {
      if (failed && cable.fails) {
        continue;
      }
      cabled.join(cable.a, cable.b);
      if (forwards(lab, cable.a_place) && forwards(lab, cable.b_place)) {
        RC_ASSERT(forwarding.join(cable.a, cable.b));
      }
    }
    for (std::size_t a = 0; a < priorities.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        RC_ASSERT((cabled.of(a) == cabled.of(b)) == (forwarding.of(a) == forwarding.of(b)));
      }
    }
    check_roots(lab, cabled);
  }

  // The bridge of the lowest priority of a component, and no other, has no root port.
  void check_roots(ProtocolLab& lab, const Components& cabled) const {
    for (std::size_t bridge = 0; bridge < priorities.size(); ++bridge) {
      bool lowest = true;
      for (std::size_t other = 0; other < priorities.size(); ++other) {
        lowest = lowest &&
                 (cabled.of(other) != cabled.of(bridge) || priorities[bridge] <= priorities[other]);
      }
      const Log roles = lab.column(name(bridge), 0, "role");
      RC_ASSERT(lowest == std::ranges::none_of(roles, [](const std::string& role) {
                  return role.ends_with(" root");
                }));
    }
  }

  [[nodiscard]] Log roles(ProtocolLab& lab) const {
    Log all;
    for (std::size_t bridge = 0; bridge < priorities.size(); ++bridge) {
      for (const std::string& role : lab.column(name(bridge), 0, "role")) {
        all.push_back(name(bridge) + " " + role);
      }
    }
    return all;
  }

  // Converged, then with some cables cut, then with all of them back.
  void check_story(Duration settles) const {
    ProtocolLab lab(plan());
    lab.run_for(settles);
    check_tree(lab, false);
    const Log before = roles(lab);
    for (const Cable& cable : cables) {
      if (cable.fails) {
        lab.cut(cable.a_place);
      }
    }
    lab.run_for(settles);
    check_tree(lab, true);
    for (const Cable& cable : cables) {
      if (cable.fails) {
        lab.mend(cable.a_place);
      }
    }
    lab.run_for(settles);
    check_tree(lab, false);
    RC_ASSERT(roles(lab) == before);
  }

 private:
  static bool forwards(ProtocolLab& lab, const std::string& place) {
    const auto [node, port] = lab.logical(place);
    return lab.network().chip(node).port_state(port) == StpState::forwarding;
  }
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_PROTOCOLS_RANDOM_BRIDGES_H_
