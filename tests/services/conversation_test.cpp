#include "services/conversation.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/walk_lab.h"

namespace switchfault {
namespace {

using Quorum = ServiceConfig::Quorum;

// A desk and three servers at one switch; all but the last have IPv6 too.
const char* const kServers = R"(
  switch s1
  host desk 10.0.0.1/24 2001:db8::1/64
  host web1 10.0.0.11/24 2001:db8::11/64
  host web2 10.0.0.12/24 2001:db8::12/64
  host web3 10.0.0.13/24
  link desk:eth0 s1:eth1
  link web1:eth0 s1:eth11
  link web2:eth0 s1:eth12
  link web3:eth0 s1:eth13
)";

class ConversationTest : public ::testing::Test {
 protected:
  ConversationTest() : lab(kServers) {
    target.protocol = IpProtocol::tcp;
    target.port = 443;
    for (const char* const name : {"web1", "web2", "web3"}) {
      Endpoint endpoint{.host = lab.index(name)};
      for (const bool ipv6 : {true, false}) {
        if (const auto address = lab.network().address_of(endpoint.host, ipv6)) {
          endpoint.addresses.push_back(*address);
        }
      }
      target.endpoints.push_back(endpoint);
    }
  }

  ConversationResult talk(std::uint32_t flows = 4) {
    const NodeIndex desk = lab.index("desk");
    const std::vector<IpAddress> sources = {*lab.network().address_of(desk, true),
                                            *lab.network().address_of(desk, false)};
    return converse(lab.network(), desk, sources, flows, target, reads);
  }
  std::string place(const ConversationResult& result) {
    return lab.network().name(result.obstacle.place);
  }

  WalkLab lab;
  ConversationTarget target;
  ReadSet reads;
};

TEST_F(ConversationTest, AnyEndpointWillDo) {
  EXPECT_EQ(talk().share, 1);
  lab.cut("s1:eth11");
  lab.cut("s1:eth12");
  const ConversationResult result = talk();
  EXPECT_EQ(result.share, 1);
  EXPECT_EQ(result.obstacle.disposition, Disposition::delivered);  // Nothing is in the way.
}

TEST_F(ConversationTest, AllEndpointsOrAQuorumMayBeNeeded) {
  lab.cut("s1:eth13");
  target.quorum = Quorum::quorum;
  target.quorum_count = 2;
  EXPECT_EQ(talk().share, 1);
  target.quorum_count = 3;
  EXPECT_EQ(talk().share, 0);
  target.quorum = Quorum::all_of;
  EXPECT_EQ(talk().share, 0);
  lab.mend("s1:eth13");
  EXPECT_EQ(talk().share, 1);
}

TEST_F(ConversationTest, TheFirstObstacleIsNamed) {
  for (const char* const port : {"s1:eth11", "s1:eth12", "s1:eth13"}) {
    lab.cut(port);
  }
  const ConversationResult result = talk(1);
  EXPECT_EQ(result.share, 0);
  EXPECT_EQ(disposition_name(result.obstacle.disposition), "neighbor_unresolved");
  EXPECT_EQ(place(result), "s1:eth11");
}

TEST_F(ConversationTest, AServerThatDoesNotServeIsAnObstacleOfItsOwn) {
  target.endpoints.resize(1);
  target.endpoints[0].serving = false;
  const ConversationResult result = talk();
  EXPECT_EQ(result.share, 0);
  EXPECT_TRUE(result.obstacle.server_not_serving);
  EXPECT_EQ(place(result), "web1");
}

TEST_F(ConversationTest, AnAddressOfTheServiceStandsForItsEndpoints) {
  target.virtual_addresses = {*lab.network().address_of(lab.index("web2"), false)};
  EXPECT_EQ(talk().share, 1);
  target.endpoints[1].serving = false;
  EXPECT_EQ(talk().share, 0);
  target.endpoints[1].serving = true;
  target.endpoints[0].serving = false;  // Somebody else's.
  EXPECT_EQ(talk().share, 1);
}

TEST_F(ConversationTest, LossOnOneSideIsAShare) {
  target.endpoints.resize(1);
  lab.set_loss("s1:eth11", 0.25);
  EXPECT_EQ(talk().share, 0.75);
}

TEST_F(ConversationTest, NoFlowsAndNoCommonFamilyAreNoService) {
  EXPECT_EQ(talk(0).share, 0);
  const NodeIndex web3 = lab.index("web3");
  const std::vector<IpAddress> ipv4_only = {*lab.network().address_of(web3, false)};
  target.endpoints.resize(1);
  target.endpoints[0].addresses.resize(1);  // IPv6.
  EXPECT_EQ(converse(lab.network(), web3, ipv4_only, 4, target, reads).share, 0);
}

}  // namespace
}  // namespace switchfault
