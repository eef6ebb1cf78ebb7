// RatioTable: collects Google Benchmark's results over several rounds and prints ratios.
//
// Rates of one machine change with its neighbours from minute to minute; what two engines did one
// after the other in the same round is comparable. A ratio is formed in each round; the table
// gives its median and its extremes.

#ifndef SWITCHFAULT_BENCH_KERNEL_RATIO_TABLE_H_
#define SWITCHFAULT_BENCH_KERNEL_RATIO_TABLE_H_

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace switchfault::bench {

class RatioTable final : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;

  // Every engine of a case beside ours, and ours at growing sizes.
  [[nodiscard]] std::string text() const;

 private:
  using Rounds = std::vector<double>;  // CPU nanoseconds of one operation, by round.
  struct Case {
    std::string name;
    std::vector<std::string> engines;  // In the order of their registration.
    std::map<std::string, Rounds> times;
    std::map<std::string, double> entries;  // Queue entries a timer, where counted.
  };
  [[nodiscard]] const Case* find(const std::string& name) const;
  [[nodiscard]] std::string growth() const;

  std::vector<Case> cases_;
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_KERNEL_RATIO_TABLE_H_
