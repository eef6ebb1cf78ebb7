#include "protocols/link_history.h"

#include <gtest/gtest.h>

#include "protocols/lab.h"

namespace switchfault {
namespace {

TEST(LinkHistory, IsTheLastChangeOfTheLinkAndItsEnds) {
  ProtocolLab lab(R"(
    switch s1 s2
    link s1:eth1 s2:eth1
    link s1:eth2 s2:eth2
    lag s1:po1 eth1 eth2
    lag s2:po1 eth1 eth2
  )");
  const auto last = [&](const std::string& place) {
    return lab.observations()[last_change_on(lab.network(), lab.port(place))];
  };
  lab.at(1s, [&] { lab.set_loss("s1:eth1", 0.5); });
  lab.at(2s, [&] { lab.cut("s1:eth2"); });
  lab.run_for(3s);
  EXPECT_EQ(last("s1:eth1").at, kTimeZero + 1s);
  EXPECT_EQ(last("s2:eth1").at, kTimeZero + 1s);  // Seen from the other end it is the same.
  EXPECT_EQ(last("s1:eth2").kind, ObservationKind::port_carrier);
  const auto [node, aggregate] = lab.logical("s1:po1");
  EXPECT_EQ(last_change_on(lab.network(), node, aggregate),
            last_change_on(lab.network(), lab.port("s1:eth2")));
}

TEST(LinkHistory, APortWithoutALinkHasNone) {
  ProtocolLab lab("switch s1\n host h1 10.0.0.1/24\n link s1:eth1 h1:eth0\n trunk s1:eth9 all");
  EXPECT_EQ(last_change_on(lab.network(), lab.port("s1:eth9")), ObservationId::none);
}

}  // namespace
}  // namespace switchfault
