#include "core/random.h"

#include <algorithm>
#include <cmath>

#include <Random123/philox.h>
#include <boost/math/distributions/exponential.hpp>
#include <boost/math/distributions/lognormal.hpp>
#include <boost/math/distributions/triangular.hpp>
#include <boost/math/distributions/weibull.hpp>
#include <boost/math/policies/policy.hpp>

#include "core/check.h"

namespace switchfault {
namespace {

namespace policies = boost::math::policies;
// Plain double throughout: long double differs between platforms. A quantile that overflows is
// infinite and is cut to kLongestDraw.
using Policy = policies::policy<policies::promote_double<false>, policies::promote_float<false>,
                                policies::overflow_error<policies::ignore_error>>;

// Far beyond any scenario, and twice of it still fits into a Duration: a drawn time may be added
// to any instant of a run.
constexpr Duration kLongestDraw = std::chrono::hours{24 * 365 * 100};
constexpr Duration kResolution = std::chrono::microseconds{1};
constexpr double kNanosecondsPerMicrosecond = 1e3;

double microseconds(Duration duration) {
  return static_cast<double>(duration.count()) / kNanosecondsPerMicrosecond;
}

// The only place where a computed time becomes an instant; compilers agree far below 1 us.
Duration rounded(double microseconds) {
  if (!(microseconds < static_cast<double>(kLongestDraw / kResolution))) {
    return kLongestDraw;
  }
  return Duration{std::chrono::microseconds{std::llround(microseconds)}};
}

// The upper half of the 128-bit product: `bits` scaled from [0, 2^64) to [0, count). The bias is
// below count / 2^64.
std::uint64_t scaled(std::uint64_t bits, std::uint64_t count) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(bits) * count) >> 64U);
}

}  // namespace

std::uint64_t Random::bits(const DrawKey& key) const {
  const r123::Philox4x64::ctr_type counter = {{key.entity, key.occurrence, key.index, 0}};
  const r123::Philox4x64::key_type philox_key = {{seed_, key.purpose.hash}};
  return r123::Philox4x64()(counter, philox_key)[0];
}

double Random::uniform(const DrawKey& key) const {
  return static_cast<double>(bits(key) >> 11U) * 0x1p-53;
}

Duration Random::uniform(const DrawKey& key, Duration low, Duration high) const {
  SF_CHECK(low <= high);
  // Subtracted as unsigned numbers, which cannot overflow.
  const std::uint64_t span =
      static_cast<std::uint64_t>(high.count()) - static_cast<std::uint64_t>(low.count());
  const auto resolution = static_cast<std::uint64_t>(kResolution.count());
  const std::uint64_t steps = span / resolution + (span % resolution == 0 ? 0 : 1);
  const std::uint64_t offset = scaled(bits(key), steps) * resolution;
  return Duration{static_cast<std::int64_t>(static_cast<std::uint64_t>(low.count()) + offset)};
}

std::uint64_t Random::below(const DrawKey& key, std::uint64_t count) const {
  SF_CHECK(count > 0);
  return scaled(bits(key), count);
}

bool Random::chance(const DrawKey& key, double probability) const {
  SF_CHECK(probability >= 0.0 && probability <= 1.0);
  return uniform(key) < probability;
}

Duration Random::exponential(const DrawKey& key, Duration mean) const {
  SF_CHECK(mean >= Duration::zero());
  const boost::math::exponential_distribution<double, Policy> unit_mean(1.0);
  const double quantile = boost::math::quantile(unit_mean, uniform(key));
  return rounded(quantile * microseconds(mean));
}

Duration Random::weibull(const DrawKey& key, double shape, Duration scale) const {
  SF_CHECK(shape > 0.0 && scale >= Duration::zero());
  const boost::math::weibull_distribution<double, Policy> unit_scale(shape, 1.0);
  const double quantile = boost::math::quantile(unit_scale, uniform(key));
  return rounded(quantile * microseconds(scale));
}

Duration Random::log_normal(const DrawKey& key, Duration median, double sigma) const {
  SF_CHECK(sigma >= 0.0 && median >= Duration::zero());
  if (sigma == 0.0) {
    return rounded(microseconds(median));
  }
  const boost::math::lognormal_distribution<double, Policy> unit_median(0.0, sigma);
  const double quantile = boost::math::quantile(unit_median, uniform(key));
  return rounded(quantile * microseconds(median));
}

Duration Random::triangular(const DrawKey& key, Duration low, Duration mode, Duration high) const {
  SF_CHECK(low <= mode && mode <= high);
  if (low == high) {
    return low;
  }
  const boost::math::triangular_distribution<double, Policy> distribution(
      microseconds(low), microseconds(mode), microseconds(high));
  const Duration drawn = rounded(boost::math::quantile(distribution, uniform(key)));
  return std::clamp(drawn, low, high);
}

}  // namespace switchfault
