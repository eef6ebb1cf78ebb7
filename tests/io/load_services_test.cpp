#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(LoadServices, HaveEndpointsDependenciesAndTimes) {
  const Scenario s = load_with_network(
      "services:\n"
      "  dns: {endpoints: [h1, h2], quorum: any_of, protocol: udp, port: 53, depends: none}\n"
      "  web:\n"
      "    endpoints: [h1, h2]\n"
      "    quorum: 2\n"
      "    depends: [dns, {service: dns, kind: login, grace: 8h, from: users}]\n"
      "    priority: 1\n"
      "    up_share: 90%\n"
      "    down_share: 10%\n"
      "    logins_per_minute: 200\n"
      "    session_gap: 30s\n"
      "    restarts_alone: false\n");
  const ServiceConfig& dns = s.services[0];
  EXPECT_EQ(dns.protocol, "udp");
  EXPECT_EQ(dns.port, 53);
  EXPECT_TRUE(dns.dependencies_stated);
  EXPECT_TRUE(dns.dependencies.empty());
  const ServiceConfig& web = s.services[1];
  EXPECT_EQ(web.quorum, ServiceConfig::Quorum::quorum);
  EXPECT_EQ(web.quorum_count, 2U);
  ASSERT_EQ(web.dependencies.size(), 2U);
  EXPECT_EQ(web.dependencies[0].kind, DependencyKind::run);
  EXPECT_EQ(web.dependencies[1].kind, DependencyKind::login);
  EXPECT_EQ(web.dependencies[1].grace, hours{8});
  EXPECT_TRUE(web.dependencies[1].from_users);
  EXPECT_EQ(web.up_share, 0.9);
  EXPECT_EQ(web.logins_per_minute, 200);
  EXPECT_EQ(web.session_gap, seconds{30});
  EXPECT_FALSE(web.restarts_alone);
  EXPECT_TRUE(web.starts_up);
}

TEST(LoadServices, StandInBothFilesOfAScenario) {
  const Scenario s = load_text(
      "services: {b: {endpoints: h1, depends: [a]}}\n"
      "topology:\n  topology: {nodes: {h1: {kind: host, address: 10.0.0.1/24}}}\n"
      "  services: {a: {endpoints: h1, depends: none}}\n");
  ASSERT_EQ(s.services.size(), 2U);
  EXPECT_EQ(s.services[0].name, "a");
  EXPECT_EQ(s.services[1].name, "b");
}

TEST(LoadServices, SayWhatIsWrong) {
  const struct {
    const char* service;
    const char* errors;
  } cases[] = {
      {"{endpoints: h1}",
       "1:15 the service 'a' does not say what it depends on | write 'depends: none' or a list of "
       "services\n"},
      {"{depends: none}", "1:15 missing key 'endpoints'\n"},
      {"{endpoints: [], depends: none}", "1:27 a service needs a host to run on\n"},
      {"{endpoints: h1, depends: dns}",
       "1:40 dependencies are a list of services, or none | write 'depends: [dns, directory]' or "
       "'depends: none'\n"},
      {"{endpoints: h1, depends: none, quorum: most}",
       "1:54 expected any_of or all_of, found 'most'\n"},
      {"{endpoints: h1, depends: none, quorum: 2}",
       "1:12 the service 'a' needs 2 endpoints and has 1\n"},
      {"{endpoints: h1, depends: none, down_share: 100%}",
       "1:58 the share at which a service is down must be below the share at which it is up\n"},
      {"{endpoints: h1, depends: none, port: 65536}",
       "1:52 this number must be from 1 to 65535, found '65536'\n"},
      {"{endpoints: h1, depends: none, protcol: tcp}",
       "1:46 unknown key 'protcol' | did you mean 'protocol'?\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(brief_errors("services: {a: " + std::string(c.service) + "}" + kNetwork), c.errors)
        << c.service;
  }
}

}  // namespace
}  // namespace switchfault
