#include "study/priority_ranking.h"

#include "core/check.h"

namespace switchfault {

PriorityRanking rank_by_priority(std::span<const std::vector<std::vector<double>>> values,
                                 ComparisonOptions options) {
  SF_CHECK(!values.empty() && !values[0].empty());
  const std::size_t strategies = values[0].size();
  options.family = values.size() * (strategies * (strategies - 1) / 2);
  PriorityRanking ranking;
  ranking.ranks.assign(strategies, 1);
  for (const auto& of_class : values) {
    SF_CHECK(of_class.size() == strategies);
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
