// The faults that exist: one row each in catalog.cpp, sorted by name.

#ifndef SWITCHFAULT_FAULTS_CATALOG_H_
#define SWITCHFAULT_FAULTS_CATALOG_H_

#include <vector>

#include "os/fault.h"

namespace switchfault {

std::vector<FaultKind> fault_catalog();

}  // namespace switchfault

#endif  // SWITCHFAULT_FAULTS_CATALOG_H_
