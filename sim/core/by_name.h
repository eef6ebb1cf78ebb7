// Parts of a scenario in the order of their names, whatever their order in the file.

#ifndef SWITCHFAULT_CORE_BY_NAME_H_
#define SWITCHFAULT_CORE_BY_NAME_H_

#include <algorithm>
#include <functional>
#include <vector>

namespace switchfault {

// `before` compares two names; by default byte by byte.
template <typename Config, typename Before = std::less<>>
std::vector<const Config*> by_name(const std::vector<Config>& configs, Before before = {}) {
  std::vector<const Config*> sorted;
  sorted.reserve(configs.size());
  for (const Config& config : configs) {
    sorted.push_back(&config);
  }
  std::sort(sorted.begin(), sorted.end(),
            [&before](const Config* a, const Config* b) { return before(a->name, b->name); });
  return sorted;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_BY_NAME_H_
