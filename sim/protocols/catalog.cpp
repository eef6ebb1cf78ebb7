#include "protocols/catalog.h"

namespace switchfault {

ProtocolKind active_standby();
ProtocolKind rstp();
ProtocolKind vrrp();

std::vector<ProtocolKind> protocol_catalog() {
  return {active_standby(), rstp(), vrrp()};
}

}  // namespace switchfault
