#include "study/study_identity.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <switchfault/diagnostic.h>
#include <switchfault/report.h>
#include <switchfault/run.h>

#include "core/fingerprint.h"

namespace switchfault {
namespace {

std::vector<std::string> chosen_strategies(const Scenario& scenario,
                                           const std::vector<std::string>& asked) {
  std::vector<std::string_view> known;
  for (const StrategyConfig& strategy : scenario.strategies) {
    known.emplace_back(strategy.name);
  }
  std::vector<std::string> chosen(known.begin(), known.end());
  if (!asked.empty()) {
    chosen.clear();
    for (const std::string& name : asked) {
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        refuse_study(scenario, "unknown strategy '" + name + "'", suggestion(name, known));
      }
      if (std::find(chosen.begin(), chosen.end(), name) == chosen.end()) {
        chosen.push_back(name);
      }
    }
  }
  if (chosen.size() < 2) {
    refuse_study(scenario,
                 "a comparison needs two strategies; there is only " +
                     (chosen.empty() ? std::string("none") : "'" + chosen.front() + "'"),
                 "'switchfault run' runs one of them");
  }
  return chosen;
}

bool hastens(const std::vector<FaultConfig>& faults) {
  return std::any_of(faults.begin(), faults.end(),
                     [](const FaultConfig& fault) { return fault.trigger.hasten.has_value(); });
}

}  // namespace

void refuse_study(const Scenario& scenario, const std::string& message, const std::string& hint) {
  DiagnosticSink sink(scenario.files);
  sink.error({}, message, hint);
  sink.throw_if_any();
}

StudyIdentity identity_of(const Scenario& scenario, const StudyOptions& options) {
  return {.program_version = std::string(program_version()),
          .scenario_hash = scenario_hash(scenario),
          .title = scenario.title,
          .seed = options.seed.value_or(scenario.seed),
          .strategies = chosen_strategies(scenario, options.strategies),
          .metrics = study_metrics(scenario)};
}

bool is_hastened(const Scenario& scenario) {
  bool any = hastens(scenario.faults);
  for (const FaultAlternatives& one_of : scenario.one_of) {
    for (const FaultAlternatives::Alternative& alternative : one_of.alternatives) {
      any = any || hastens(alternative.faults);
    }
  }
  return any;
}

void build_strategies(const Scenario& scenario, const std::vector<std::string>& strategies) {
  for (const std::string& strategy : strategies) {
    static_cast<void>(run(scenario, {.strategy = strategy, .until = Duration::zero()}));
  }
}

std::string study_series(const StudyIdentity& identity) {
  Fingerprint digest;
  digest.add(identity.program_version);
  digest.add(identity.scenario_hash);
  for (const std::string& strategy : identity.strategies) {
    digest.add(strategy);
  }
  return digest.hex();
}

std::string study_digest(const StudyIdentity& identity, const Scenario& scenario,
                         const StudyOptions& options) {
  const auto& end = scenario.range_end;
  return (options.part ? options.part->series + "/" + options.part->name
                       : study_series(identity) + "/") +
         (end ? fmt::format(" {}:{}:{} {}", end->range_at.file, end->range_at.line,
                            end->range_at.column, end->high ? "high" : "low")
              : "");
}

}  // namespace switchfault
