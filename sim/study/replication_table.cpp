#include "study/replication_table.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "core/check.h"

namespace switchfault {

bool ReplicationTable::has(std::uint64_t replication, std::size_t strategy) const {
  return replication < there_.size() && !there_[replication].empty() &&
         there_[replication][strategy];
}

bool ReplicationTable::complete(std::uint64_t replication) const {
  return replication < there_.size() && !there_[replication].empty() &&
         std::all_of(there_[replication].begin(), there_[replication].end(),
                     [](bool there) { return there; });
}

bool ReplicationTable::add(StrategyReplication result) {
  SF_CHECK(result.strategy < strategies_);
  if (has(result.replication, result.strategy)) {
    return false;
  }
  if (result.replication >= rows_.size()) {
    rows_.resize(result.replication + 1);
    there_.resize(result.replication + 1);
  }
  rows_[result.replication].resize(strategies_);
  there_[result.replication].resize(strategies_);
  there_[result.replication][result.strategy] = true;
  rows_[result.replication][result.strategy] = std::move(result);
  ++size_;
  return true;
}

bool ReplicationTable::usable(std::uint64_t replication) const {
  SF_CHECK(complete(replication));
  const auto& row = rows_[replication];
  return std::all_of(row.begin(), row.end(),
                     [](const StrategyReplication& result) { return result.error.empty(); });
}

const std::string& ReplicationTable::alternative(std::uint64_t replication) const {
  SF_CHECK(complete(replication));
  return rows_[replication].front().alternative;
}

ReplicationList usable_replications(const ReplicationTable& table,
                                    std::span<const std::uint64_t> replications) {
  ReplicationList list;
  std::copy_if(replications.begin(), replications.end(), std::back_inserter(list),
               [&](std::uint64_t i) { return table.usable(i); });
  return list;
}

ReplicationList of_alternative(const ReplicationTable& table, const ReplicationList& list,
                               const std::string& alternative) {
  ReplicationList chosen;
  std::copy_if(list.begin(), list.end(), std::back_inserter(chosen),
               [&](std::uint64_t i) { return table.alternative(i) == alternative; });
  return chosen;
}

double weighted_value(const StrategyReplication& result, std::size_t metric) {
  return std::exp(result.log_weight) * result.values[metric];
}

std::vector<double> values_of(const ReplicationTable& table, const ReplicationList& list,
                              std::size_t strategy, std::size_t metric) {
  std::vector<double> values;
  values.reserve(list.size());
  for (const std::uint64_t i : list) {
    values.push_back(weighted_value(table.at(i, strategy), metric));
  }
  return values;
}

}  // namespace switchfault
