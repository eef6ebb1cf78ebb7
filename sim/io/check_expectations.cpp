#include <algorithm>

#include <fmt/format.h>

#include "io/check_scenario.h"
#include "io/subject_names.h"

namespace switchfault {
namespace {

// What a window can be relative to besides the names of faults.
bool is_known_instant(const std::string& of) {
  return of.empty() || of == "start" || of == "fault" || of == "detected";
}

void check_names(const std::vector<Name>& names, const NameTable& known) {
  for (const Name& name : names) {
    if (name.text != "all") {
      known.refer(name);
    }
  }
}

std::string hint_for_instant(const std::string& of, const References& all) {
  if (all.sink.full()) {
    return {};
  }
  std::vector<std::string_view> known = {"start", "fault", "detected"};
  known.insert(known.end(), all.faults.names().begin(), all.faults.names().end());
  return suggestion(of, known);
}

// Only what users use themselves is measured.
void check_measured(const References& all, const Expectation& expectation) {
  for (const Name& service : expectation.services) {
    const bool used = std::any_of(
        all.scenario.users.begin(), all.scenario.users.end(), [&](const UserGroupConfig& group) {
          return group.uses.empty() ||
                 std::any_of(group.uses.begin(), group.uses.end(),
                             [&](const Name& name) { return name.text == service.text; });
        });
    if (service.text != "all" && all.services.find(service.text) && !used) {
      all.sink.error(service.at,
                     fmt::format("no users use the service {}, so nothing measures it",
                                 in_quotes(service.text)),
                     "name it at 'uses' of a user group, or a service that depends on it here");
    }
  }
}

// A count of what is about nothing would always be 0.
void check_subject(const References& all, const Expectation& expectation,
                   std::optional<SubjectNames>& subjects) {
  const Name& subject = expectation.subject;
  if (subject.text.empty()) {
    return;
  }
  if (!subjects) {
    subjects.emplace(all);
  }
  if (!subjects->contains(subject.text)) {
    all.sink.error(subject.at, fmt::format("nothing is called {}", in_quotes(subject.text)),
                   all.sink.full() ? std::string{} : subjects->hint(subject.text));
  }
}

void check_one(const References& all, const Expectation& expectation) {
  check_names(expectation.services, all.services);
  check_measured(all, expectation);
  check_names(expectation.users, all.users);
  if (!expectation.strategy.empty()) {
    all.strategies.refer({expectation.strategy, expectation.at});
  }
  if (!is_known_instant(expectation.of) && !all.faults.find(expectation.of)) {
    all.sink.error(
        expectation.at,
        fmt::format("the window is relative to {}, which is no fault", in_quotes(expectation.of)),
        hint_for_instant(expectation.of, all));
  }
  const Duration latest = std::max(expectation.from, expectation.to);
  const bool from_start = expectation.of.empty() || expectation.of == "start";
  if (from_start && latest > all.scenario.clock.duration) {
    all.sink.error(
        expectation.at,
        fmt::format("the window reaches to {}, the run ends at {}", format_duration(latest),
                    format_duration(all.scenario.clock.duration)),
        "lengthen clock: {duration: ...} or shorten the window");
  }
}

}  // namespace

void check_expectations(References& all) {
  std::optional<SubjectNames> subjects;
  NameTable names("expectation", all.sink);
  for (const auto* const list : {&all.scenario.steady_state, &all.scenario.expectations}) {
    for (const Expectation& expectation : *list) {
      names.add(expectation.name, expectation.at);
      check_one(all, expectation);
      check_subject(all, expectation, subjects);
    }
  }
}

}  // namespace switchfault
