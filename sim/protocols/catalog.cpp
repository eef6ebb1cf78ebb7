#include "protocols/catalog.h"

namespace switchfault {

ProtocolKind active_standby();
ProtocolKind bfd();
ProtocolKind bgp();
ProtocolKind lacp();
ProtocolKind lldp();
ProtocolKind ospf();
ProtocolKind rstp();
ProtocolKind stp();
ProtocolKind vrrp();

std::vector<ProtocolKind> protocol_catalog() {
  return {active_standby(), bfd(), bgp(), lacp(), lldp(), ospf(), rstp(), stp(), vrrp()};
}

}  // namespace switchfault
