// Which replications a study runs, stage by stage up to each of its looks.
//
// Without strata all of them: 0, 1, 2, … With strata (the alternatives, known of each replication
// before it is run) a stage has so many of each as it was allotted; the others are passed over.
// What a stage consists of follows from what was folded up to the end of the former one and from
// nothing else, so it is the same for any number of threads and after a resume.

#ifndef SWITCHFAULT_STUDY_STAGES_H_
#define SWITCHFAULT_STUDY_STAGES_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "study/allocation.h"

namespace switchfault {

struct StratumSeen {
  std::uint64_t replications = 0;
  double spread = 0, cost = 1;  // As of AllocationStratum.
};

class Stages {
 public:
  using StratumOf = std::function<std::size_t(std::uint64_t replication)>;

  // All replications up to the last of the looks. REQUIRES: looks ascend.
  explicit Stages(std::vector<std::size_t> looks);
  // Before the first look there is a stage of kFewestOfAlternative replications of each stratum, at
  // whose end nothing is decided but the next stage. REQUIRES: can_allocate() for these shares,
  // as many replications at the first look.
  Stages(std::vector<std::size_t> looks, const std::vector<double>& shares, StratumOf stratum_of);

  // To be run up to the end of this stage, ascending.
  [[nodiscard]] std::span<const std::uint64_t> chosen() const {
    return std::span(chosen_).first(size_);
  }
  // What later stages will probably consist of.
  [[nodiscard]] std::span<const std::uint64_t> ahead() const {
    return std::span(chosen_).subspan(size_);
  }
  [[nodiscard]] bool has_strata() const { return !strata_.empty(); }

  // Whether the study may stop at the end of this stage.
  [[nodiscard]] bool is_look() const { return stage_ > 0; }
  [[nodiscard]] bool is_last() const { return stage_ == looks_.size(); }
  // Replications at the looks to come, the one at the end of this stage included.
  [[nodiscard]] std::span<const std::size_t> looks_to_come() const {
    return std::span(looks_).subspan(stage_ > 0 ? stage_ - 1 : 0);
  }
  // The next stage, by what was seen of each stratum. REQUIRES: !is_last(), as many as strata.
  void advance(std::span<const StratumSeen> seen);

 private:
  // Appends them; with the counts that the strata then have.
  std::vector<AllocationStratum> choose(std::vector<AllocationStratum> strata, std::uint64_t total);

  std::vector<std::size_t> looks_;
  std::vector<AllocationStratum> strata_;
  StratumOf stratum_of_;
  std::vector<std::uint64_t> chosen_;
  std::size_t size_ = 0;
  std::size_t stage_ = 0;  // 0: before the first look; n: up to look n.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_STAGES_H_
