#include "run/alternative_draw.h"

#include <cstdint>
#include <string>

#include <switchfault/run.h>

namespace switchfault {

std::vector<std::size_t> draw_alternatives(const Scenario& scenario, const Random& random) {
  std::vector<std::size_t> drawn;
  for (std::size_t i = 0; i < scenario.one_of.size(); ++i) {
    const auto& alternatives = scenario.one_of[i].alternatives;
    double total = 0;
    for (const auto& alternative : alternatives) {
      total += alternative.weight;
    }
    double draw =
        total * random.uniform({.purpose = Purpose{"fault.alternative"}, .occurrence = i});
    std::size_t index = 0;
    while (index + 1 < alternatives.size() && draw >= alternatives[index].weight) {
      draw -= alternatives[index].weight;
      ++index;
    }
    drawn.push_back(index);
  }
  return drawn;
}

std::string drawn_alternative(const Scenario& scenario, std::uint64_t seed) {
  const std::vector<std::size_t> drawn = draw_alternatives(scenario, Random(seed));
  std::string text;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const FaultAlternatives::Alternative& alternative = scenario.one_of[i].alternatives[drawn[i]];
    if (!alternative.faults.empty()) {
      text += (text.empty() ? "" : " + ") + alternative.name;
    }
  }
  return text;
}

}  // namespace switchfault
