// The square of four routers that was measured, and what the stories of OSPF look at.

#ifndef SWITCHFAULT_TESTS_PROTOCOLS_OSPF_LAB_H_
#define SWITCHFAULT_TESTS_PROTOCOLS_OSPF_LAB_H_

#include <string>
#include <utility>

#include "protocols/lab.h"
#include "protocols/story.h"

namespace switchfault {

// h1 - r1 - r2 - r4 - h4 and the longer way over r3, as it was measured.
inline const std::string kSquare = R"(
  router r1 r2 r3 r4
  host h1 10.2.4.10/24 via 10.2.4.1
  host h4 10.2.5.10/24 via 10.2.5.1
  link r1:eth1 r2:eth1
  link r2:eth2 r4:eth1
  link r1:eth2 r3:eth1
  link r3:eth2 r4:eth2
  link r1:eth3 h1:eth0
  link r4:eth3 h4:eth0
  address r1:lo 10.255.0.1/32
  address r2:lo 10.255.0.2/32
  address r3:lo 10.255.0.3/32
  address r4:lo 10.255.0.4/32
  address r1:eth1 10.1.0.1/30
  address r2:eth1 10.1.0.2/30
  address r2:eth2 10.1.1.1/30
  address r4:eth1 10.1.1.2/30
  address r1:eth2 10.1.2.1/30
  address r3:eth1 10.1.2.2/30
  address r3:eth2 10.1.3.1/30
  address r4:eth2 10.1.3.2/30
  address r1:eth3 10.2.4.1/24
  address r4:eth3 10.2.5.1/24
)";

struct SquareOptions {
  std::string protocol = "network=point_to_point hello=1s dead=4s profile=frr";
  bool own_process = true;
  NetLab::Options lab = lab_options();
};

inline void set_interface(NetPlan& plan, const std::string& node, const std::string& name,
                          const std::string& key, const std::string& value) {
  for (InterfaceConfig& interface : plan.node(node).interfaces) {
    if (interface.name == name) {
      interface.protocols["ospf"].push_back({.name = key, .text = value, .items = {}, .at = {}});
    }
  }
}

inline NetPlan square(const SquareOptions& options) {
  NetPlan plan(kSquare);
  for (const char* router : {"r1", "r2", "r3", "r4"}) {
    plan.add("protocol " + std::string(router) + " ospf " + options.protocol);
    if (options.own_process) {
      plan.node(router).processes.push_back({.name = "ospfd",
                                             .function = "ospf",
                                             .memory = {},
                                             .supervisor = SupervisorPolicy{.restarts = false},
                                             .at = {}});
    }
  }
  for (const char* place : {"r1 eth1", "r2 eth1", "r2 eth2", "r4 eth1"}) {
    set_interface(plan, std::string(place).substr(0, 2), std::string(place).substr(3), "cost",
                  "10");
  }
  for (const char* place : {"r1 eth2", "r3 eth1", "r3 eth2", "r4 eth2"}) {
    set_interface(plan, std::string(place).substr(0, 2), std::string(place).substr(3), "cost",
                  "20");
  }
  set_interface(plan, "r1", "eth3", "passive", "true");
  set_interface(plan, "r4", "eth3", "passive", "true");
  return plan;
}

class OspfLab : public ProtocolLab {
 public:
  explicit OspfLab(const SquareOptions& options = {}) : ProtocolLab(square(options), options.lab) {}
  OspfLab(NetPlan plan, const NetLab::Options& options) : ProtocolLab(std::move(plan), options) {}

  // How the chip of a node sends to a prefix: "10.1.0.2 10.1.2.2".
  [[nodiscard]] std::string way(std::string_view node, std::string_view prefix) {
    for (const FibEntry& entry : network().chip(index(node)).routes()) {
      if (entry.prefix.text() == prefix) {
        std::string text;
        for (const NextHop& hop : entry.next_hops) {
          text += (text.empty() ? "" : " ") +
                  (hop.gateway.is_unspecified() ? std::string("link") : hop.gateway.text());
        }
        return text;
      }
    }
    return "none";
  }
  // Whether h1 reaches h4 now.
  [[nodiscard]] bool reaches() {
    ReadSet reads;
    return network()
               .walk(index("h1"),
                     {.source = *IpAddress::parse("10.2.4.10"),
                      .destination = *IpAddress::parse("10.2.5.10")},
                     reads)
               .disposition == Disposition::delivered;
  }
  // The time within `window` for which h1 does not reach h4, looked at every millisecond.
  [[nodiscard]] Duration outage(Duration window) {
    Duration dark{};
    for (Duration passed{}; passed < window; passed += 1ms) {
      dark += reaches() ? 0ms : 1ms;
      run_for(1ms);
    }
    return dark;
  }
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_PROTOCOLS_OSPF_LAB_H_
