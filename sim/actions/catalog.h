// The actions that exist: one row each in catalog.cpp, sorted by name.

#ifndef SWITCHFAULT_ACTIONS_CATALOG_H_
#define SWITCHFAULT_ACTIONS_CATALOG_H_

#include <vector>

#include "os/action.h"

namespace switchfault {

std::vector<ActionKind> action_catalog();

}  // namespace switchfault

#endif  // SWITCHFAULT_ACTIONS_CATALOG_H_
