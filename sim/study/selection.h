// Selection: replications for the contenders, while strategies that fall behind are dropped.
//
// A pure fold of results by index: what is to run next, who is dropped at which look, when it ends.
// All strategies run the first replications; from then on those that Kim and Nelson's procedure
// (kim_nelson.h) has not dropped. Looks fall at fixed numbers of replications; a result beyond the
// last look changes nothing. When the zone is a share of the smallest mean, a pilot of a few
// replications sets it first and is used for nothing else: a zone that depended on the values
// judged by it would bend the promise.

#ifndef SWITCHFAULT_STUDY_SELECTION_H_
#define SWITCHFAULT_STUDY_SELECTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <switchfault/study.h>

#include "study/comparison.h"
#include "study/kim_nelson.h"

namespace switchfault {

// Replications of a selection begin here, those of the study itself at 0, those of a search
// (optimize.cpp) in between: none is used twice.
inline constexpr std::uint64_t kSelectionReplications = std::uint64_t{1} << 41U;

struct SelectionSetup {
  SelectionZone zone;
  double level = 0.95;
  Better better = Better::lower;
  std::uint64_t most = 10'000;  // Replications of a strategy. >= fewest_replications(zone)
};

// What a selection takes before its first look.
std::uint64_t fewest_replications(const SelectionZone& zone);

class Selection {
 public:
  Selection(const SelectionSetup& setup, std::size_t strategies);

  struct Run {
    std::uint64_t replication = 0;  // From 0.
    std::uint32_t strategy = 0;
  };
  // The next run that has not been handed out or added, of contenders, at most a batch beyond the
  // next look; none when there is nothing to do before results arrive.
  std::optional<Run> next();
  // The objective in one run; none: it failed. Added once. Decisions fall as far as results go.
  void add(const Run& run, std::optional<double> value);
  [[nodiscard]] bool has(const Run& run) const;

  [[nodiscard]] bool ended() const { return ended_; }
  // The smallest mean is 0, so that a share of it is no zone.
  [[nodiscard]] bool without_zone() const { return without_zone_; }
  // Runs up to where it surely ends, as far as that is known.
  [[nodiscard]] std::uint64_t runs_planned() const;
  [[nodiscard]] std::uint64_t replications() const { return looked_; }
  [[nodiscard]] const std::vector<std::size_t>& contenders() const { return contenders_; }
  // The selected one and the last one dropped, the nearest of them; the contenders when none is
  // selected.
  [[nodiscard]] std::vector<std::size_t> finalists() const;
  // Without failures. REQUIRES: a name for each strategy.
  [[nodiscard]] SelectionReport report(const std::vector<std::string>& names) const;

 private:
  struct State {
    bool begun = false, there = false;
    std::optional<double> value;
  };

  [[nodiscard]] std::uint64_t boundary() const;
  [[nodiscard]] bool complete(std::uint64_t end) const;
  void look(std::uint64_t end);
  void set_zone();
  void withdraw_failed(std::uint64_t end);
  State& state(const Run& run);

  SelectionSetup setup_;
  std::size_t strategies_;
  std::uint64_t pilot_;
  double zone_;
  std::optional<KimNelson> procedure_;    // Once the zone is known.
  std::vector<std::vector<State>> runs_;  // By strategy, replication.
  std::vector<std::size_t> contenders_;
  std::vector<SelectionRow> rows_;
  std::uint64_t looked_ = 0;
  std::uint64_t from_ = 0;  // Replications below it are all handed out.
  bool ended_ = false, without_zone_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_SELECTION_H_
