// A study of many strategies in two steps: a selection that spends replications on the contenders,
// then a study of what it left on seeds that it has not seen, for figures without the luck of the
// winner.

#ifndef SWITCHFAULT_STUDY_SELECTED_STUDY_H_
#define SWITCHFAULT_STUDY_SELECTED_STUDY_H_

#include <optional>
#include <string>
#include <vector>

#include <switchfault/study.h>

namespace switchfault {

// Options of the studies that follow a selection: of these strategies, known to the ranks as a part
// of the whole. Without a selection the options themselves, of these strategies.
StudyOptions after_selection(const Scenario& scenario, const StudyOptions& options,
                             const std::vector<std::string>& strategies);

// compare() and serve_study() with a selection. REQUIRES: options.select.
StudyReport compare_selected(const Scenario& scenario, const StudyOptions& options);
std::optional<std::vector<std::string>> serve_selected(const Scenario& scenario,
                                                       const StudyOptions& options);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_SELECTED_STUDY_H_
