// Counts how often something held over many synthetic studies, and whether that agrees with what
// was promised, within the count's own binomial error.

#ifndef SWITCHFAULT_TESTS_STUDY_COVERAGE_H_
#define SWITCHFAULT_TESTS_STUDY_COVERAGE_H_

#include <cmath>
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "core/random.h"
#include "study/intervals.h"

namespace switchfault {

// The promise is judged at 99.9 %: one honest test in a thousand would fail with another seed.
constexpr double kJudgedAt = 0.999;

struct Coverage {
  std::size_t held = 0, studies = 0;

  void add(bool yes) {
    ++studies;
    held += yes ? 1U : 0U;
  }
  [[nodiscard]] Interval share() const { return proportion_interval(held, studies, kJudgedAt); }
};

// Neither less nor more often than promised: the interval is exact for these data.
inline void expect_exactly(const Coverage& coverage, double promised) {
  EXPECT_TRUE(coverage.share().contains(promised))
      << coverage.held << " of " << coverage.studies << ", promised " << promised;
}

// Not less often than promised: a conservative method.
inline void expect_at_least(const Coverage& coverage, double promised) {
  EXPECT_GE(coverage.share().high, promised)
      << coverage.held << " of " << coverage.studies << ", promised " << promised;
}

// Draws for synthetic studies, as pure functions of (seed; study, replication).
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : random_(seed) {}
  [[nodiscard]] double uniform(std::uint64_t study, std::uint64_t index,
                               std::uint64_t which = 0) const {
    return random_.uniform(
        {.purpose = Purpose{"test.study"}, .entity = study, .occurrence = index, .index = which});
  }
  // Standard normal and unit exponential, by Box and Muller and by the logarithm: another code than
  // the quantiles under test.
  [[nodiscard]] double normal(std::uint64_t study, std::uint64_t index,
                              std::uint64_t which = 0) const;
  [[nodiscard]] double exponential(std::uint64_t study, std::uint64_t index,
                                   std::uint64_t which = 0) const;

 private:
  Random random_;
};

inline double Draws::normal(std::uint64_t study, std::uint64_t index, std::uint64_t which) const {
  constexpr double kTurn = 6.283185307179586;
  const double radius = std::sqrt(-2 * std::log(1 - uniform(study, index, 2 * which)));
  return radius * std::cos(kTurn * uniform(study, index, 2 * which + 1));
}

inline double Draws::exponential(std::uint64_t study, std::uint64_t index,
                                 std::uint64_t which) const {
  return -std::log(1 - uniform(study, index, which));
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_STUDY_COVERAGE_H_
