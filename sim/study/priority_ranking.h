// Ranking by service priority: the most urgent class decides, the next one only among its equals.
//
// One strategy comes before another when it is better in some class and equivalent in every more
// urgent one. A class in which the two cannot be told apart stops the descent: what is undecided
// for the fire brigade is not settled by the mail. With the equivalence margin 0, only differences
// that are 0 in every replication count as equal.

#ifndef SWITCHFAULT_STUDY_PRIORITY_RANKING_H_
#define SWITCHFAULT_STUDY_PRIORITY_RANKING_H_

#include <cstddef>
#include <span>
#include <vector>

#include "study/comparison.h"

namespace switchfault {

struct PriorityComparison {
  std::size_t a = 0, b = 0;
  Verdict verdict = Verdict::undecided;  // Of a against b.
  // Index of the class that decided, or that left it open; the last when all are equivalent.
  std::size_t decided_in = 0;
};

struct PriorityRanking {
  std::vector<PriorityComparison> pairs;             // a < b in order.
  std::vector<std::vector<PairComparison>> classes;  // What each class said of them.
  // By strategy: 1 + how many come before it. Equal ranks are not told apart.
  std::vector<std::size_t> ranks;
};

// `values[class][strategy]` by replication, the most urgent class first. All pairs in all classes
// are one family of its own, or of options.family when that is larger. Each class may have its own
// equivalence margin; without any all have that of the options.
PriorityRanking rank_by_priority(std::span<const std::vector<std::vector<double>>> values,
                                 ComparisonOptions options, std::span<const double> margins = {});

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_PRIORITY_RANKING_H_
