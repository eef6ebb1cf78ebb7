// The journal of an optimisation: the journal of the comparison on fresh seeds, with what the
// search did before it (docs/journal.md).

#include <string>

#include <nlohmann/json.hpp>

#include <switchfault/optimize.h>

#include "io/journal_document.h"

namespace switchfault {

std::string journal_json(const OptimizationReport& report) {
  using Json = nlohmann::ordered_json;
  Json changes = Json::array();
  for (const AcceptedChange& change : report.changes) {
    changes.push_back(
        {{"what", change.what}, {"gain_in_search", rounded(change.gain)}, {"runs", change.run}});
  }
  Json search = {{"start", report.start},
                 {"runs", report.runs},
                 {"exhausted", report.exhausted},
                 {"incomplete", report.interrupted},
                 {"changes", std::move(changes)},
                 {"found", report.found ? Json(report.found->name) : Json()},
                 {"yaml", report.found ? Json(strategy_yaml(*report.found, {})) : Json()}};
  Json document = {
      {"format", "switchfault-journal"},
      {"schema_version", 1},
      {"search", std::move(search)},
      {"comparison", report.comparison ? Json::parse(journal_json(*report.comparison)) : Json()}};
  return document.dump(2) + "\n";
}

}  // namespace switchfault
