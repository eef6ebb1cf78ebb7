// The run books that are one change away from a given one: another order, another width, other
// hands.
//
// Changes keep what a step does and to which nodes; they change when it is done, how many at once,
// in which order, and by whom. What must come first is what the scenario says with `needs`.

#ifndef SWITCHFAULT_STUDY_RUN_BOOK_CHANGES_H_
#define SWITCHFAULT_STUDY_RUN_BOOK_CHANGES_H_

#include <string>
#include <vector>

#include <switchfault/scenario.h>

namespace switchfault {

struct RunBookChange {
  std::string what;
  StrategyConfig result;
};

// The same run book with the diagnosis written at every step that has waited for it so far because
// an earlier one did: a step that comes first now must not act on what nobody knows yet.
StrategyConfig with_stated_diagnosis(StrategyConfig run_book);
// Always in the same order, each result once and none equal to `from`.
std::vector<RunBookChange> run_book_changes(const Scenario& scenario, const StrategyConfig& from);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_RUN_BOOK_CHANGES_H_
