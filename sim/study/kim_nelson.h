// Choosing the best of many strategies: Kim and Nelson's fully sequential procedure KN.
//
// All strategies run `first` replications; their pairwise variances are estimated once. From then
// on, at fixed batch boundaries, a strategy is dropped when another is ahead of it by more than the
// pair's shrinking allowance. With at least `level`, the strategy that remains is the best, if the
// best is ahead by at least `indifference`; otherwise it is one within `indifference` of it.
// Holds for normal values, under common random numbers too. Looking less often than after each
// replication, as here, only makes a wrong drop less likely.

#ifndef SWITCHFAULT_STUDY_KIM_NELSON_H_
#define SWITCHFAULT_STUDY_KIM_NELSON_H_

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "study/comparison.h"

namespace switchfault {

struct SelectionPlan {
  double indifference = 1;  // The smallest difference worth detecting. > 0
  double level = 0.95;      // Of a correct selection. > 1 / strategies
  std::size_t first = 16;   // >= 2
  std::size_t batch = 16;   // > 0
  Better better = Better::lower;
};

// A strategy that another one left behind.
struct KimNelsonDrop {
  std::size_t strategy = 0, by = 0;
  std::size_t after = 0;           // Replications.
  double behind = 0, allowed = 0;  // Difference of the means; above 0: worse.
};

class KimNelson {
 public:
  KimNelson(const SelectionPlan& plan, std::size_t strategies);

  // Screens with the first next_look() values of each contender; others may have fewer. REQUIRES:
  // not decided, those values finite.
  void look(std::span<const std::vector<double>> values);
  // It takes part no more, whatever its values.
  void withdraw(std::size_t strategy) { std::erase(contenders_, strategy); }

  [[nodiscard]] std::size_t next_look() const { return next_; }
  [[nodiscard]] const std::vector<std::size_t>& contenders() const { return contenders_; }
  [[nodiscard]] bool decided() const { return contenders_.size() == 1; }
  // In the order in which they were dropped, those of one look by index.
  [[nodiscard]] const std::vector<KimNelsonDrop>& dropped() const { return dropped_; }
  // Replications after which it surely ends: the widest allowance among contenders has shrunk to 0.
  // Known after the first look.
  [[nodiscard]] std::size_t most_replications() const;

 private:
  void estimate_variances(std::span<const std::vector<double>> values);
  [[nodiscard]] std::optional<KimNelsonDrop> left_behind(std::size_t i,
                                                         const std::vector<double>& means) const;
  [[nodiscard]] double allowance(std::size_t a, std::size_t b) const;

  SelectionPlan plan_;
  std::size_t strategies_;
  double h_squared_ = 0;
  std::size_t next_;
  std::vector<std::size_t> contenders_;
  std::vector<KimNelsonDrop> dropped_;
  std::vector<double> variances_;  // Of the differences, by a * strategies + b.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_KIM_NELSON_H_
