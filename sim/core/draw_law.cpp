#include "core/draw_law.h"

namespace switchfault {

Duration draw(const Random& random, const DrawKey& key, const DurationLaw& law) {
  switch (law.kind) {
    case DurationLaw::Kind::fixed:
      return law.a;
    case DurationLaw::Kind::exponential:
      return random.exponential(key, law.a);
    case DurationLaw::Kind::log_normal:
      return random.log_normal(key, law.a, law.shape);
    case DurationLaw::Kind::triangular:
      return random.triangular(key, law.a, law.mode, law.high);
    case DurationLaw::Kind::weibull:
      return random.weibull(key, law.shape, law.a);
  }
  return law.a;
}

}  // namespace switchfault
