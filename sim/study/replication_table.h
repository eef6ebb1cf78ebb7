// ReplicationTable: the results of a study by index, in whatever order they come.
//
// Only a replication with a result of every strategy counts; the study folds them in their order,
// so that its prefix is the same for any number of threads.

#ifndef SWITCHFAULT_STUDY_REPLICATION_TABLE_H_
#define SWITCHFAULT_STUDY_REPLICATION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <span>
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
  // Whether every strategy has been run in it.
  [[nodiscard]] bool complete(std::uint64_t replication) const;
  [[nodiscard]] std::size_t strategies() const { return strategies_; }
  // Results added.
  [[nodiscard]] std::uint64_t size() const { return size_; }

  // REQUIRES: has(replication, strategy).
  [[nodiscard]] const StrategyReplication& at(std::uint64_t replication,
                                              std::size_t strategy) const {
    return rows_[replication][strategy];
  }
  // No strategy failed in it. REQUIRES: it is complete.
  [[nodiscard]] bool usable(std::uint64_t replication) const;
  // The alternative drawn in it. REQUIRES: it is complete.
  [[nodiscard]] const std::string& alternative(std::uint64_t replication) const;

 private:
  std::size_t strategies_;
  // By replication, strategy; empty for replications of which there is nothing.
  std::vector<std::vector<StrategyReplication>> rows_;
  std::vector<std::vector<bool>> there_;
  std::uint64_t size_ = 0;
};

// Replications by index, of one alternative or of all.
using ReplicationList = std::vector<std::uint64_t>;
// The usable ones of those. REQUIRES: they are complete.
ReplicationList usable_replications(const ReplicationTable& table,
                                    std::span<const std::uint64_t> replications);
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
