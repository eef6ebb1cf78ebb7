// ReplicationTable: the results of a study by index, in whatever order they come.
//
// Only a replication with a result of every strategy counts, and only behind others that do: the
// folded prefix is the same for any number of threads.

#ifndef SWITCHFAULT_STUDY_REPLICATION_TABLE_H_
#define SWITCHFAULT_STUDY_REPLICATION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <switchfault/study.h>

namespace switchfault {

class ReplicationTable {
 public:
  explicit ReplicationTable(std::size_t strategies) : strategies_(strategies) {}

  // False: it was there before and is dropped.
  bool add(StrategyReplication result);
  [[nodiscard]] bool has(std::uint64_t replication, std::size_t strategy) const;
  // Replications in which every strategy has been run, without a gap.
  [[nodiscard]] std::uint64_t complete() const { return complete_; }
  [[nodiscard]] std::size_t strategies() const { return strategies_; }
  // Results added.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  // REQUIRES: has(replication, strategy).
  [[nodiscard]] const StrategyReplication& at(std::uint64_t replication,
                                              std::size_t strategy) const {
    return rows_[replication][strategy];
  }
  // No strategy failed in it. REQUIRES: replication < complete().
  [[nodiscard]] bool usable(std::uint64_t replication) const;
  // The alternative drawn in it. REQUIRES: replication < complete().
  [[nodiscard]] const std::string& alternative(std::uint64_t replication) const;

 private:
  [[nodiscard]] bool full(std::uint64_t replication) const;

  std::size_t strategies_;
  std::vector<std::vector<StrategyReplication>> rows_;  // By replication, strategy.
  std::vector<std::vector<bool>> there_;
  std::uint64_t complete_ = 0;
  std::uint64_t size_ = 0;
};

// Replications by index, of one alternative or of all.
using ReplicationList = std::vector<std::uint64_t>;
// The usable ones below `end`.
ReplicationList usable_replications(const ReplicationTable& table, std::uint64_t end);
// Those of them in which this alternative was drawn.
ReplicationList of_alternative(const ReplicationTable& table, const ReplicationList& list,
                               const std::string& alternative);
// What a run adds to a mean: its value by its weight, which is 1 unless faults were hastened.
double weighted_value(const StrategyReplication& result, std::size_t metric);
// Of one metric of one strategy, in the order of the list.
std::vector<double> values_of(const ReplicationTable& table, const ReplicationList& list,
                              std::size_t strategy, std::size_t metric);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_REPLICATION_TABLE_H_
