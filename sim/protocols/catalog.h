// The protocols that exist: one row each, in the order in which documents list them.

#ifndef SWITCHFAULT_PROTOCOLS_CATALOG_H_
#define SWITCHFAULT_PROTOCOLS_CATALOG_H_

#include <vector>

#include "net/protocol.h"

namespace switchfault {

std::vector<ProtocolKind> protocol_catalog();

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_CATALOG_H_
