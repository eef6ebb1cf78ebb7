#include "actions/catalog.h"

#include <switchfault/catalog.h>

#include "faults/catalog.h"
#include "os/process.h"
#include "protocols/catalog.h"
#include "run/model_defaults.h"

namespace switchfault {
namespace {

template <typename Kind>
std::vector<KindInfo> infos(const std::vector<Kind>& kinds) {
  std::vector<KindInfo> result;
  result.reserve(kinds.size());
  for (const Kind& kind : kinds) {
    result.push_back(kind.info);
  }
  return result;
}

}  // namespace

const Catalog& builtin_catalog() {
  static const Catalog kCatalog{.faults = infos(fault_catalog()),
                                .actions = infos(action_catalog()),
                                .protocols = infos(protocol_catalog()),
                                .processes = processes_by_kind(),
                                .model_defaults = model_defaults()};
  return kCatalog;
}

}  // namespace switchfault
