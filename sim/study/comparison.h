// Strategies against each other, replication by replication: paired differences with simultaneous
// intervals, and verdicts that never name a winner inside the noise.
//
// Every strategy met the same replications (common random numbers), so that a pair's differences
// are a sample of their own. All pairs are one family: intervals are Bonferroni's (all of them hold
// together with `level`), and the verdict is read off the printed interval; Holm's adjusted
// probabilities stand beside it for whoever wants the sharper test. docs/statistics.md has the
// references and the limits.

#ifndef SWITCHFAULT_STUDY_COMPARISON_H_
#define SWITCHFAULT_STUDY_COMPARISON_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "study/intervals.h"
#include "study/stratified.h"

namespace switchfault {

enum class Better : std::uint8_t { lower, higher };
enum class Verdict : std::uint8_t { better, worse, equivalent, undecided };
std::string_view verdict_name(Verdict verdict);
Verdict opposite(Verdict verdict);  // Of b against a.

struct ComparisonOptions {
  double level = 0.95;  // Of the whole family.
  Better better = Better::lower;
  double equivalence = 0;  // Differences up to this do not matter; 0: only equality is equivalent.
  std::size_t family = 0;  // Comparisons judged together; 0: the pairs of this call.
  // Of the values. Pairs of which a value is left out are judged without.
  const Strata* strata = nullptr;
};

struct PairComparison {
  std::size_t a = 0, b = 0;
  Interval difference;                   // a - b, at the pair's share of the family's error.
  std::size_t left_out = 0;              // Replications in which one of the two is not finite.
  std::size_t differing = 0;             // Replications in which the two differ.
  double probability = 1;                // Of so clear a difference if there were none, two-sided.
  double adjusted = 1;                   // Holm's, within this call or the family.
  Verdict verdict = Verdict::undecided;  // Of a against b.
};

// a - b where both are finite; the others are left out.
std::vector<double> paired_differences(std::span<const double> a, std::span<const double> b);

// All pairs a < b in order. REQUIRES: as many values of each strategy, by replication.
std::vector<PairComparison> compare_pairs(std::span<const std::vector<double>> values,
                                          const ComparisonOptions& options);

// Two-sided probability under no difference: Student's, but never below that of as many equal
// tosses of a coin as replications differ, so that few differing ones prove nothing.
double difference_probability(std::span<const double> differences, const Strata* strata = nullptr);

// Two one-sided tests: the probability of a mean so far inside (-margin, margin) if the truth lay
// outside. REQUIRES: margin >= 0.
double equivalence_probability(std::span<const double> differences, double margin);

// Step-down adjusted probabilities: rejecting those <= alpha errs anywhere with at most alpha.
// `family` counts tests that are not in the list as well, all taken as less clear.
std::vector<double> holm_adjusted(std::span<const double> probabilities, std::size_t family = 0);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_COMPARISON_H_
