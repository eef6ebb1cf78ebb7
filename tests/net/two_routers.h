// Two routers with a host behind each, in both families: the smallest network that routes.

#ifndef SWITCHFAULT_TESTS_NET_TWO_ROUTERS_H_
#define SWITCHFAULT_TESTS_NET_TWO_ROUTERS_H_

namespace switchfault {

inline constexpr const char* kTwoRouters = R"(
  router r1 r2
  host h1 10.0.1.1/24 2001:db8:1::1/64 via 10.0.1.254 via 2001:db8:1::fe
  host h2 10.0.2.1/24 2001:db8:2::1/64 via 10.0.2.254 via 2001:db8:2::fe
  link h1:eth0 r1:eth1
  link r1:eth2 r2:eth2
  link h2:eth0 r2:eth1
  address r1:eth1 10.0.1.254/24 2001:db8:1::fe/64
  address r1:eth2 192.0.2.1/30 2001:db8:f::1/64
  address r2:eth2 192.0.2.2/30 2001:db8:f::2/64
  address r2:eth1 10.0.2.254/24 2001:db8:2::fe/64
  route r1 10.0.2.0/24 192.0.2.2
  route r1 2001:db8:2::/64 2001:db8:f::2
  route r2 10.0.1.0/24 192.0.2.1
  route r2 2001:db8:1::/64 2001:db8:f::1
)";

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_NET_TWO_ROUTERS_H_
