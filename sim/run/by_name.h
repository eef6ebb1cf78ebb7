// Parts of a scenario in the natural order of their names, whatever their order in the file.

#ifndef SWITCHFAULT_RUN_BY_NAME_H_
#define SWITCHFAULT_RUN_BY_NAME_H_

#include <algorithm>
#include <vector>

#include "net/port_names.h"

namespace switchfault {

template <typename Config>
std::vector<const Config*> by_name(const std::vector<Config>& configs) {
  std::vector<const Config*> sorted;
  sorted.reserve(configs.size());
  for (const Config& config : configs) {
    sorted.push_back(&config);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const Config* a, const Config* b) { return natural_order(a->name, b->name) < 0; });
  return sorted;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_BY_NAME_H_
