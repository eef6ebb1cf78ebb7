#include "study/distributions.h"

#include <cmath>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/policies/policy.hpp>

#include "core/check.h"

namespace switchfault {
namespace {

namespace math = boost::math;
using Policy = math::policies::policy<math::policies::promote_double<false>,
                                      math::policies::promote_float<false>,
                                      math::policies::overflow_error<math::policies::ignore_error>>;

void check_probability(double probability) {
  SF_CHECK(probability > 0 && probability < 1);
}

}  // namespace

double student_t_quantile(double degrees, double probability) {
  check_probability(probability);
  return math::quantile(math::students_t_distribution<double, Policy>(degrees), probability);
}

double student_t_probability(double degrees, double at) {
  if (std::isinf(at)) {
    return at > 0 ? 1 : 0;
  }
  return math::cdf(math::students_t_distribution<double, Policy>(degrees), at);
}

double normal_quantile(double probability) {
  check_probability(probability);
  return math::quantile(math::normal_distribution<double, Policy>(), probability);
}

double normal_probability(double at) {
  return math::cdf(math::normal_distribution<double, Policy>(), at);
}

double beta_quantile(double a, double b, double probability) {
  check_probability(probability);
  return math::quantile(math::beta_distribution<double, Policy>(a, b), probability);
}

double binomial_probability(std::size_t trials, double chance, std::size_t successes) {
  SF_CHECK(chance >= 0 && chance <= 1);
  if (successes >= trials) {
    return 1;
  }
  return math::cdf(math::binomial_distribution<double, Policy>(static_cast<double>(trials), chance),
                   static_cast<double>(successes));
}

}  // namespace switchfault
