// Random small worlds for properties, with plain graph search as the answer.

#ifndef SWITCHFAULT_TESTS_NET_RANDOM_WORLDS_H_
#define SWITCHFAULT_TESTS_NET_RANDOM_WORLDS_H_

#include <algorithm>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include <rapidcheck.h>

#include "net/walk_lab.h"

namespace switchfault {

inline std::string name(char kind, std::size_t number) {
  return std::string(1, kind) + std::to_string(number);
}

inline std::size_t below(std::size_t count) {
  return *rc::gen::inRange<std::size_t>(0, count);
}

inline bool likely(std::size_t percent) {
  return below(100) < percent;
}

// A random tree of bridges with an access VLAN for each host and trunks that carry some VLANs.
struct BridgedWorld {
  static constexpr VlanId kVlans = 3;
  struct Trunk {
    std::size_t a, b;
    std::set<VlanId> at_a, at_b;  // VLANs allowed at each end.
    bool whole = true;
    bool discards = false;  // At end b.
  };
  struct Host {
    std::size_t bridge;
    VlanId vlan;
    bool up = true;
  };
  std::vector<Trunk> trunks;
  std::vector<Host> hosts;
  std::set<std::size_t> dead;  // Bridges.
  std::size_t bridges = 0;

  static std::set<VlanId> some_vlans() {
    std::set<VlanId> vlans{1};
    for (VlanId vlan = 2; vlan <= kVlans; ++vlan) {
      if (likely(80)) {
        vlans.insert(vlan);
      }
    }
    return vlans;
  }

  static BridgedWorld arbitrary() {
    BridgedWorld world;
    world.bridges = 1 + below(6);
    for (std::size_t i = 1; i < world.bridges; ++i) {
      world.trunks.push_back({below(i), i, some_vlans(), some_vlans(), likely(85), likely(10)});
    }
    const std::size_t hosts = 2 + below(4);
    for (std::size_t i = 0; i < hosts; ++i) {
      world.hosts.push_back(
          {below(world.bridges), static_cast<VlanId>(1 + below(kVlans)), likely(90)});
    }
    for (std::size_t i = 0; i < world.bridges; ++i) {
      if (likely(10)) {
        world.dead.insert(i);
      }
    }
    return world;
  }

  [[nodiscard]] NetPlan plan() const {
    NetPlan plan;
    for (std::size_t i = 0; i < bridges; ++i) {
      plan.add("switch " + name('s', i));
    }
    for (std::size_t i = 0; i < trunks.size(); ++i) {
      const Trunk& trunk = trunks[i];
      const std::string ends[2] = {name('s', trunk.a) + ":t" + std::to_string(i),
                                   name('s', trunk.b) + ":t" + std::to_string(i)};
      plan.add("link " + ends[0] + " " + ends[1]);
      for (const bool first : {true, false}) {
        PortConfig& port = plan.port(ends[first ? 0 : 1]);
        const std::set<VlanId>& vlans = first ? trunk.at_a : trunk.at_b;
        port.trunk_vlans.assign(vlans.begin(), vlans.end());
      }
    }
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      const std::string port = name('s', hosts[i].bridge) + ":h" + std::to_string(i);
      plan.add("host " + name('h', i) + " 10.0.0." + std::to_string(i + 1) + "/24");
      plan.add("link " + name('h', i) + ":eth0 " + port);
      plan.port(port).access_vlan = hosts[i].vlan;
    }
    return plan;
  }

  void spoil(WalkLab& lab) const {
    for (std::size_t i = 0; i < trunks.size(); ++i) {
      const std::string at_b = name('s', trunks[i].b) + ":t" + std::to_string(i);
      if (!trunks[i].whole) {
        lab.cut(at_b);
      }
      if (trunks[i].discards) {
        lab.os(name('s', trunks[i].b))
            .program(SetPortState{lab.logical(at_b).second, StpState::discarding});
      }
    }
    for (const std::size_t bridge : dead) {
      lab.os(name('s', bridge)).hang_host("test", true);
    }
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      if (!hosts[i].up) {
        lab.set_host_up(name('h', i), false);
      }
    }
  }

  // Both hosts up, in one VLAN, and some way of living bridges and open trunks between them.
  [[nodiscard]] bool reaches(std::size_t from, std::size_t to) const {
    const VlanId vlan = hosts[from].vlan;
    if (!hosts[from].up || !hosts[to].up || hosts[to].vlan != vlan ||
        dead.contains(hosts[from].bridge) || dead.contains(hosts[to].bridge)) {
      return false;
    }
    std::set<std::size_t> reached{hosts[from].bridge};
    for (std::size_t before = 0; before != reached.size();) {
      before = reached.size();
      for (const Trunk& trunk : trunks) {
        const bool open = trunk.whole && !trunk.discards && trunk.at_a.contains(vlan) &&
                          trunk.at_b.contains(vlan) && !dead.contains(trunk.a) &&
                          !dead.contains(trunk.b);
        if (open && (reached.contains(trunk.a) || reached.contains(trunk.b))) {
          reached.insert(trunk.a);
          reached.insert(trunk.b);
        }
      }
    }
    return reached.contains(hosts[to].bridge);
  }
};

// Routers in a random graph, each with a network of its own, all-pairs static routes along shortest
// paths of the whole graph; then links die that the routes do not know of.
struct RoutedWorld {
  struct Cable {
    std::size_t a, b;
    bool whole = true;
    double loss[2] = {0, 0};
  };
  std::size_t routers = 0;
  std::vector<Cable> cables;

  static RoutedWorld arbitrary() {
    RoutedWorld world;
    world.routers = 2 + below(5);
    for (std::size_t i = 1; i < world.routers; ++i) {
      world.cables.push_back({below(i), i});
    }
    const std::size_t more = below(3);
    for (std::size_t i = 0; i < more; ++i) {
      const std::size_t a = below(world.routers);
      const std::size_t b = below(world.routers);
      if (a != b) {
        world.cables.push_back({std::min(a, b), std::max(a, b)});
      }
    }
    for (Cable& cable : world.cables) {
      cable.whole = likely(85);
      cable.loss[0] = likely(20) ? 0.5 : 0;
      cable.loss[1] = likely(20) ? 0.25 : 0;
    }
    return world;
  }

  static std::string end(std::size_t router, std::size_t cable) {
    return name('r', router) + ":c" + std::to_string(cable);
  }
  static std::string address(std::size_t cable, bool at_a) {
    return "192.0." + std::to_string(cable) + (at_a ? ".1" : ".2");
  }

  // The cable by which `from` sends towards `to`: the first on a shortest path.
  [[nodiscard]] std::size_t next_cable(std::size_t from, std::size_t to) const {
    std::vector<std::size_t> distance(routers, routers);
    distance[to] = 0;
    for (std::size_t round = 0; round < routers; ++round) {
      for (const Cable& cable : cables) {
        distance[cable.a] = std::min(distance[cable.a], distance[cable.b] + 1);
        distance[cable.b] = std::min(distance[cable.b], distance[cable.a] + 1);
      }
    }
    for (std::size_t i = 0; i < cables.size(); ++i) {
      const Cable& cable = cables[i];
      if ((cable.a == from && distance[cable.b] + 1 == distance[from]) ||
          (cable.b == from && distance[cable.a] + 1 == distance[from])) {
        return i;
      }
    }
    return cables.size();
  }

  [[nodiscard]] NetPlan plan() const {
    NetPlan plan;
    for (std::size_t i = 0; i < routers; ++i) {
      const std::string number = std::to_string(i);
      plan.add("router r" + number + "\nhost h" + number + " 10.0." + number + ".1/24 via 10.0." +
               number + ".254\nlink h" + number + ":eth0 r" + number + ":eth0\naddress r" + number +
               ":eth0 10.0." + number + ".254/24");
    }
    for (std::size_t i = 0; i < cables.size(); ++i) {
      plan.add("link " + end(cables[i].a, i) + " " + end(cables[i].b, i));
      plan.add("address " + end(cables[i].a, i) + " " + address(i, true) + "/30");
      plan.add("address " + end(cables[i].b, i) + " " + address(i, false) + "/30");
    }
    for (std::size_t from = 0; from < routers; ++from) {
      for (std::size_t to = 0; to < routers; ++to) {
        if (from != to) {
          const std::size_t cable = next_cable(from, to);
          plan.add("route r" + std::to_string(from) + " 10.0." + std::to_string(to) + ".0/24 " +
                   address(cable, cables[cable].b == from));
        }
      }
    }
    return plan;
  }

  void spoil(WalkLab& lab) const {
    for (std::size_t i = 0; i < cables.size(); ++i) {
      if (!cables[i].whole) {
        lab.cut(end(cables[i].a, i));
      }
      lab.set_loss(end(cables[i].a, i), cables[i].loss[0]);
      lab.set_loss(end(cables[i].b, i), cables[i].loss[1]);
    }
  }

  // The share of packets one way: static routes have no other choice.
  [[nodiscard]] double share(std::size_t from, std::size_t to) const {
    double product = 1;
    for (std::size_t at = from; at != to;) {
      const Cable& cable = cables[next_cable(at, to)];
      product *= cable.whole ? 1 - cable.loss[cable.a == at ? 0 : 1] : 0;
      at = cable.a == at ? cable.b : cable.a;
    }
    return product;
  }
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_NET_RANDOM_WORLDS_H_
