#include <algorithm>

#include <fmt/format.h>

#include "core/version.h"
#include "io/check_scenario.h"

namespace switchfault {
namespace {

bool has_skill(const PeoplePool& pool, const std::string& skill) {
  return skill.empty() ||
         std::find(pool.skills.begin(), pool.skills.end(), skill) != pool.skills.end();
}

void check_monitors(References& all) {
  for (const MonitorConfig& monitor : all.scenario.operations.monitors) {
    all.nodes.refer(monitor.host);
    check_selector(monitor.targets, all, false);
  }
}

void check_access_step(const References& all, const AccessStep& step) {
  switch (step.kind) {
    case AccessStep::Kind::service:
      all.services.refer(step.target);
      break;
    case AccessStep::Kind::host:
    case AccessStep::Kind::console:
      all.nodes.refer(step.target);
      break;
  }
  if (step.purpose == "aaa" && !step.fallback_stated) {
    all.sink.error(step.at, "a step for AAA says what happens when AAA is gone",
                   "write fallback: local_accounts or fallback: none");
  }
}

void check_access(References& all) {
  for (const AccessChain& chain : all.scenario.operations.access) {
    if (chain.kind != AccessChain::Kind::on_site || !chain.from.text.empty()) {
      all.nodes.refer(chain.from);
    }
    for (const AccessStep& step : chain.steps) {
      check_access_step(all, step);
    }
    check_selector(chain.targets, all, true);
  }
}

void check_diagnosis(const References& all, const DiagnosisConfig& diagnosis) {
  const auto pool = all.pools.refer(diagnosis.pool);
  if (pool && !has_skill(all.scenario.operations.people[*pool], diagnosis.skill)) {
    all.sink.error(diagnosis.at,
                   fmt::format("nobody in the pool {} has the skill {}",
                               in_quotes(diagnosis.pool.text), in_quotes(diagnosis.skill)));
  }
}

void check_artefact(const References& all, const ArtefactConfig& artefact) {
  const bool has_version = artefact.kind == "image" || artefact.kind == "patch";
  if (has_version && !Version::parse(artefact.version)) {
    all.sink.error(artefact.at,
                   fmt::format("the {} {} has no version", artefact.kind, in_quotes(artefact.name)),
                   "write version: 4.32.1");
  }
  if (artefact.kind == "spare" && artefact.count == 0) {
    all.sink.error(artefact.at,
                   fmt::format("there is not one of the spare {}", in_quotes(artefact.name)),
                   "write count: 1");
  }
}

}  // namespace

void check_operations(References& all) {
  const OperationsConfig& operations = all.scenario.operations;
  check_monitors(all);
  check_access(all);
  if (operations.diagnosis) {
    check_diagnosis(all, *operations.diagnosis);
  }
  for (const ArtefactConfig& artefact : operations.artefacts) {
    check_artefact(all, artefact);
  }
  for (const ChannelConfig& channel : operations.channels) {
    if (channel.service) {
      all.services.refer(*channel.service);
    }
  }
}

}  // namespace switchfault
