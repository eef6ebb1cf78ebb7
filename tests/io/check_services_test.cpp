#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string error(const std::string& services) {
  return brief_errors("services:\n" + services + kNetwork);
}

TEST(CheckServices, RunOnHostsWithAnAddress) {
  EXPECT_EQ(
      error("  a: {endpoints: [h1, h3, s1], depends: none}"),
      "2:23 there is no node 'h3' | did you mean 'h1'?\n"
      "2:27 the endpoint 's1' has no address | write address: 10.0.0.1/24 at the node 's1'\n");
}

TEST(CheckServices, DependOnServicesOnce) {
  EXPECT_EQ(error("  a: {endpoints: h1, depends: [b, c, b, a]}\n"
                  "  b: {endpoints: h1, depends: none}"),
            "2:35 there is no service 'c' | did you mean 'a'?\n"
            "2:38 the dependency on 'b' stands here already\n"
            "2:41 a service cannot depend on itself\n");
}

TEST(CheckServices, NeedingEachOtherToRunIsAnError) {
  EXPECT_EQ(error("  b: {endpoints: h1, depends: [c]}\n"
                  "  a: {endpoints: h1, depends: [b]}\n"
                  "  c: {endpoints: h1, depends: [a]}"),
            "3:3 these services depend on each other to run: a -> b -> c -> a | make one of the "
            "dependencies kind: start\n");
  EXPECT_EQ(error("  b: {endpoints: h1, depends: [{service: a, kind: start}]}\n"
                  "  a: {endpoints: h1, depends: [b]}"),
            "");
}

TEST(CheckServices, AVirtualServiceIsThatOfALoadBalancer) {
  const auto with_balancer = [](const std::string& service) {
    return brief_errors(
        "services: {a: {" + service +
        ", depends: none}}\n"
        "topology:\n  nodes:\n"
        "    lb: {kind: load_balancer, virtual_services: [{address: 10.0.0.9, port: "
        "80, pool: [h], health_interval: 5s}]}\n"
        "    h: {kind: host, address: 10.0.0.1/24}\n");
  };
  EXPECT_EQ(with_balancer("endpoints: lb/10.0.0.9"), "");
  EXPECT_EQ(with_balancer("endpoints: lb/10.0.0.8"),
            "1:27 'lb' has no virtual service '10.0.0.8'\n");
  EXPECT_EQ(with_balancer("endpoints: l/10.0.0.9"),
            "1:27 there is no node 'l' | did you mean 'lb'?\n");
  EXPECT_EQ(with_balancer("endpoints: h, address: 10.0.0.9"), "");
  EXPECT_EQ(with_balancer("endpoints: h, address: 10.0.0.7"),
            "1:12 nobody has the address 10.0.0.7 of the service 'a'\n");
}

TEST(CheckServices, UsersSitSomewhereAndUseSomething) {
  EXPECT_EQ(
      brief_errors("users: {u: {places: [h1, s1], count: 1, uses: [web]}}" + std::string(kNetwork)),
      "1:26 the place 's1' has no address | write address: 10.0.0.1/24 at the node 's1'\n"
      "1:48 there is no service 'web' | there are no services\n");
}

}  // namespace
}  // namespace switchfault
