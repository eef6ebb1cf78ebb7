#include "protocols/catalog.h"

namespace switchfault {

ProtocolKind rstp();
ProtocolKind vrrp();

std::vector<ProtocolKind> protocol_catalog() {
  return {rstp(), vrrp()};
}

}  // namespace switchfault
