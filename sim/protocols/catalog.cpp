#include "protocols/catalog.h"

namespace switchfault {

ProtocolKind active_standby();
ProtocolKind ospf();
ProtocolKind rstp();
ProtocolKind vrrp();

std::vector<ProtocolKind> protocol_catalog() {
  return {active_standby(), ospf(), rstp(), vrrp()};
}

}  // namespace switchfault
