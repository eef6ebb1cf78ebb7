// The distributions of statistics: quantiles and probabilities of Student's t, the normal, the beta
// and the binomial law.
//
// Boost.Math in plain double throughout (long double differs between platforms); the only place of
// the folder that includes it.

#ifndef SWITCHFAULT_STUDY_DISTRIBUTIONS_H_
#define SWITCHFAULT_STUDY_DISTRIBUTIONS_H_

#include <cstddef>

namespace switchfault {

// REQUIRES everywhere: 0 < probability < 1, degrees > 0.
double student_t_quantile(double degrees, double probability);
double student_t_probability(double degrees, double at);  // P(T <= at); at may be infinite.
double normal_quantile(double probability);
double normal_probability(double at);
double beta_quantile(double a, double b, double probability);
// P(B <= successes) of `trials` with `chance` each. REQUIRES: 0 <= chance <= 1.
double binomial_probability(std::size_t trials, double chance, std::size_t successes);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_DISTRIBUTIONS_H_
