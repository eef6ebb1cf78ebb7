// given(): the arguments of a kind as the loader hands them over, defaults filled in.

#ifndef SWITCHFAULT_TESTS_OS_GIVEN_H_
#define SWITCHFAULT_TESTS_OS_GIVEN_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/topology.h>

#include "core/check.h"

namespace switchfault {

using Given = std::vector<std::pair<std::string, std::string>>;

// REQUIRES: every argument is a parameter of the kind, none that is required is missing.
inline Arguments given(const KindInfo& kind, const Given& values) {
  Arguments arguments;
  std::size_t used = 0;
  for (const Parameter& parameter : kind.parameters) {
    const auto at = std::find_if(values.begin(), values.end(),
                                 [&](const auto& value) { return value.first == parameter.name; });
    used += at != values.end() ? 1U : 0U;
    const std::string text = at != values.end() ? at->second : parameter.default_text;
    if (text.empty()) {
      SF_CHECK(parameter.optional || at != values.end());
      continue;
    }
    Argument argument;
    argument.name = parameter.name;
    if (parameter.unit == Unit::names) {
      argument.items = {text};
    } else {
      argument.text = text;
    }
    arguments.push_back(argument);
  }
  SF_CHECK(used == values.size());
  return arguments;
}

// The row of the catalogue with this name.
template <typename Kind>
const Kind& kind_named(const std::vector<Kind>& catalog, const std::string& name) {
  const auto at = std::find_if(catalog.begin(), catalog.end(),
                               [&](const Kind& kind) { return kind.info.name == name; });
  SF_CHECK(at != catalog.end());
  return *at;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_OS_GIVEN_H_
