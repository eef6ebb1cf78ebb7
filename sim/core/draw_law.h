// Drawing a time from a law of the scenario, as a pure function of the key.

#ifndef SWITCHFAULT_CORE_DRAW_LAW_H_
#define SWITCHFAULT_CORE_DRAW_LAW_H_

#include <switchfault/scenario.h>

#include "core/random.h"

namespace switchfault {

// A fixed law draws nothing. Results are never negative.
Duration draw(const Random& random, const DrawKey& key, const DurationLaw& law);

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_DRAW_LAW_H_
