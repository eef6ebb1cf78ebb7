#include "study/priority_ranking.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {

PriorityRanking rank_by_priority(std::span<const std::vector<std::vector<double>>> values,
                                 ComparisonOptions options, std::span<const double> margins) {
  SF_CHECK(!values.empty() && !values[0].empty());
  SF_CHECK(margins.empty() || margins.size() == values.size());
  const std::size_t strategies = values[0].size();
  options.family = std::max(options.family, values.size() * (strategies * (strategies - 1) / 2));
  PriorityRanking ranking;
  ranking.ranks.assign(strategies, 1);
  for (const auto& of_class : values) {
    SF_CHECK(of_class.size() == strategies);
    if (!margins.empty()) {
      options.equivalence = margins[ranking.classes.size()];
    }
    ranking.classes.push_back(compare_pairs(of_class, options));
  }
  for (std::size_t i = 0; i < ranking.classes[0].size(); ++i) {
    std::size_t in = 0;
    while (in + 1 < ranking.classes.size() &&
           ranking.classes[in][i].verdict == Verdict::equivalent) {
      ++in;
    }
    const PairComparison& pair = ranking.classes[in][i];
    ranking.pairs.push_back({.a = pair.a, .b = pair.b, .verdict = pair.verdict, .decided_in = in});
    if (pair.verdict == Verdict::better) {
      ++ranking.ranks[pair.b];
    } else if (pair.verdict == Verdict::worse) {
      ++ranking.ranks[pair.a];
    }
  }
  return ranking;
}

}  // namespace switchfault
