// What a list of replications says of each strategy, of each pair of them, and of the night on
// which nobody knows the cause: means with intervals, paired differences, regret.
//
// Pure functions of the folded results; the methods are those of intervals.h and
// docs/statistics.md.

#ifndef SWITCHFAULT_STUDY_STUDY_SUMMARIES_H_
#define SWITCHFAULT_STUDY_STUDY_SUMMARIES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <switchfault/study.h>

#include "study/replication_table.h"
#include "study/stages.h"
#include "study/stratified.h"

namespace switchfault {

struct SummaryPlan {
  const std::vector<StudyMetric>& metrics;
  const std::vector<std::string>& strategies;
  std::size_t objective = 0;
  double level = 0.95;
  // Times at which the study may have stopped: the error allowed is shared out among them.
  std::size_t looks = 1;
  double indifference = 0.05;  // Of the lowest mean of a metric: differences within it are none.
  std::optional<double> indifference_width{};  // Instead of it for the objective, in its unit.
  bool hastened = false;                       // Runs have weights.
  std::map<std::string, double> shares{};      // Of the alternatives: alternative_shares().
  bool allotted = false;                       // Replications were allotted to alternatives.
};

// Their alternatives, where every one was drawn often enough for means to be taken over them by
// their true shares, or replications were allotted to them. Not with weights, whose mean also
// weighs how often each was drawn.
std::optional<Strata> strata_of(const ReplicationTable& table, const ReplicationList& list,
                                const SummaryPlan& plan);

// REQUIRES everywhere: the list is not empty.
std::vector<StrategySummary> summarise_strategies(const ReplicationTable& table,
                                                  const ReplicationList& list,
                                                  const SummaryPlan& plan);
// What is known of each alternative, for allocate(): the spread is that of the strategy that needs
// most, its variance over the square of the half-width wanted, which is this share of its mean or
// the floor. In the order of plan.shares.
std::vector<StratumSeen> seen_of_strata(const ReplicationTable& table, const ReplicationList& list,
                                        const SummaryPlan& plan, double relative, double floor);
// Whether the interval of the objective's mean is as narrow as that share of it, or as the floor.
bool is_precise(const ReplicationTable& table, const ReplicationList& list, std::size_t strategy,
                const SummaryPlan& plan, double relative, double floor);
// Half-width of the interval of the objective's mean ÷ the mean; infinite for a mean of 0 that is
// not exact.
double relative_width_of(const ReplicationTable& table, const ReplicationList& list,
                         std::size_t strategy, const SummaryPlan& plan);
// All pairs a < b; the verdicts of all of them hold together at the level of the plan.
std::vector<PairSummary> compare_pairs(const ReplicationTable& table, const ReplicationList& list,
                                       std::size_t metric, const SummaryPlan& plan);
// By strategy: its mean objective less that of the best one.
std::vector<double> regrets(const std::vector<StrategySummary>& strategies,
                            const SummaryPlan& plan);
// Strategies from the best mean of the objective to the worst; equal ones in their order.
std::vector<std::uint32_t> rank_strategies(const std::vector<StrategySummary>& strategies,
                                           const SummaryPlan& plan);
// By the user-minutes lost of all services of a class; empty without services.
PriorityOrder order_by_priority(const ReplicationTable& table, const ReplicationList& list,
                                const SummaryPlan& plan);
// The first of the ranking and those equivalent to it; empty when a pair with it is undecided.
std::vector<std::uint32_t> best_of(const std::vector<std::uint32_t>& ranking,
                                   const std::vector<PairSummary>& pairs);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_STUDY_SUMMARIES_H_
