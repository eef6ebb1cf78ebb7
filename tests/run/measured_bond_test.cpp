#include "run/measured_bond.h"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "net/lab.h"
#include "run/measured_probe.h"

namespace switchfault {
namespace {

// Two switches and two links; sixteen flows of a thousand packets a second.
class BondLab : public NetLab {
 public:
  BondLab()
      : NetLab(R"(
          switch s1 s2
          host h1 10.0.0.1/24
          host h2 10.0.0.2/24
          link s1:eth1 s2:eth1
          link s1:eth2 s2:eth2
          link s1:eth9 h1:eth0
          link s2:eth9 h2:eth0
          lag s1:po1 eth1 eth2
          lag s2:po1 eth1 eth2
        )") {
    for (std::uint16_t i = 0; i < 16; ++i) {
      measured.probes.push_back({.name = "h1>h2#" + std::to_string(i),
                                 .pair = "h1>h2",
                                 .from = "h1",
                                 .receivers = {"h2"},
                                 .destination = "10.0.0.2",
                                 .interval = 1ms,
                                 .offset = {},
                                 .number = i});
    }
    for (const char* const name : {"s1", "s2"}) {
      const auto [node, port] = logical(std::string(name) + ":po1");
      network().govern_aggregate(node, port);
      bonds.push_back(
          std::make_unique<MeasuredBond>(simulator(), network(), measured, node, port, 5s));
      network().set_aggregate_members(node, port, {PortIndex{0}});
      network().set_aggregate_members(node, port, {PortIndex{0}, PortIndex{1}});
    }
    ReadSet reads;
    ReadSet kept;
    network().exchange(index("h1"), measured_packet(network(), measured.probes[0]), reads, kept);
  }
  // Flows of the sixteen that the first switch sends by the second link.
  [[nodiscard]] std::ptrdiff_t moved() const {
    const auto [node, port] = logical("s1:po1");
    const auto& buckets = network().chip(node).lag_buckets(port);
    return std::count(buckets.begin(), buckets.end(), PortIndex{1});
  }
  MeasuredCase measured;
  std::vector<std::unique_ptr<MeasuredBond>> bonds;
};

TEST(MeasuredBond, TheFirstLinkHasAllFlowsUntilTheyAreBalanced) {
  BondLab lab;
  lab.run_for(4s);
  EXPECT_EQ(lab.moved(), 0);
  lab.run_for(2s);
  EXPECT_GE(lab.moved(), 6);
  EXPECT_LE(lab.moved(), 9);
}

TEST(MeasuredBond, ALinkThatComesBackHasNoneUntilTheNextTime) {
  BondLab lab;
  lab.run_for(6s);
  lab.cut("s1:eth2");
  lab.run_for(1s);
  EXPECT_EQ(lab.moved(), 0);
  lab.mend("s1:eth2");
  lab.run_for(7s);
  EXPECT_EQ(lab.moved(), 0);
  lab.run_for(2s);  // Ten seconds after the first time.
  EXPECT_GE(lab.moved(), 6);
}

}  // namespace
}  // namespace switchfault
