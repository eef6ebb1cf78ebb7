// Which alternative of each `one-of` holds: drawn by weight from the seed alone, so that it is
// known without running anything and is the same for every strategy.

#ifndef SWITCHFAULT_RUN_ALTERNATIVE_DRAW_H_
#define SWITCHFAULT_RUN_ALTERNATIVE_DRAW_H_

#include <cstddef>
#include <vector>

#include <switchfault/scenario.h>

#include "core/random.h"

namespace switchfault {

// By one-of: the index of its alternative.
std::vector<std::size_t> draw_alternatives(const Scenario& scenario, const Random& random);

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_ALTERNATIVE_DRAW_H_
