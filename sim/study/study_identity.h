// What a study is of: the strategies it compares and the digest by which the ranks that share it
// recognise each other.

#ifndef SWITCHFAULT_STUDY_STUDY_IDENTITY_H_
#define SWITCHFAULT_STUDY_STUDY_IDENTITY_H_

#include <string>
#include <vector>

#include <switchfault/study.h>

namespace switchfault {

// Throws the scenario's InputError when it cannot be compared as asked.
void refuse_study(const Scenario& scenario, const std::string& message, const std::string& hint);

// Throws InputError: an unknown strategy, fewer than two.
StudyIdentity identity_of(const Scenario& scenario, const StudyOptions& options);

// Whether some fault strikes more often than its law says.
bool is_hastened(const Scenario& scenario);

// What only building can find out is the file's error, not that of some replication. Throws it.
void build_strategies(const Scenario& scenario, const std::vector<std::string>& strategies);

// Equal on all ranks that may work together, whatever part of their work is at hand. Seeds come
// with the tasks.
std::string study_series(const StudyIdentity& identity);
// Equal on all ranks that work on one study. Studies that follow each other in one run of the
// program differ only behind the stroke.
std::string study_digest(const StudyIdentity& identity, const Scenario& scenario,
                         const StudyOptions& options);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_STUDY_IDENTITY_H_
