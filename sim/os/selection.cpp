#include "os/selection.h"

#include <algorithm>
#include <cmath>

namespace switchfault {
namespace {

bool version_matches(const std::string& range, const Candidate& candidate) {
  const auto parsed = VersionRange::parse(range);
  if (!parsed) {
    return false;
  }
  if (candidate.os != nullptr) {
    return parsed->contains(candidate.os->firmware().active);
  }
  const auto version = Version::parse(candidate.config->version);
  return version && parsed->contains(*version);
}

bool has_feature(const std::string& feature, const Candidate& candidate) {
  if (candidate.os != nullptr) {
    return candidate.os->has_feature(feature);
  }
  const auto& features = candidate.config->features;
  return std::find(features.begin(), features.end(), feature) != features.end();
}

std::size_t amount(const Selector& selector, std::size_t matching) {
  switch (selector.amount) {
    case Selector::Amount::all:
      return matching;
    case Selector::Amount::one:
      return std::min<std::size_t>(1, matching);
    case Selector::Amount::minority:
      if (matching == 0) {
        return 0;
      }
      return std::min<std::size_t>(matching, std::max<std::size_t>(1, (matching - 1) / 2));
    case Selector::Amount::majority:
      return matching / 2 + (matching == 0 ? 0 : 1);
    case Selector::Amount::share:
      return static_cast<std::size_t>(std::llround(selector.share * static_cast<double>(matching)));
    case Selector::Amount::count:
      return std::min<std::size_t>(selector.count, matching);
  }
  return matching;
}

}  // namespace

bool matches(const Selector& selector, const Candidate& candidate) {
  return matches_identity(selector, *candidate.config) &&
         (selector.version.empty() || version_matches(selector.version, candidate)) &&
         (selector.feature.empty() || has_feature(selector.feature, candidate));
}

std::vector<std::size_t> select(const Selector& selector, const std::vector<Candidate>& candidates,
                                const Random& random, std::uint64_t owner) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (matches(selector, candidates[i])) {
      chosen.push_back(i);
    }
  }
  const std::size_t count = amount(selector, chosen.size());
  if (count < chosen.size()) {
    std::vector<std::uint64_t> ranks(candidates.size());
    for (const std::size_t i : chosen) {
      ranks[i] = random.bits({.purpose = Purpose{"selection.rank"},
                              .entity = candidates[i].stable_id,
                              .occurrence = owner});
    }
    std::sort(chosen.begin(), chosen.end(),
              [&](std::size_t a, std::size_t b) { return ranks[a] < ranks[b]; });
    chosen.resize(count);
    std::sort(chosen.begin(), chosen.end());
  }
  return chosen;
}

std::vector<PortIndex> ports_named(const SwitchOs& os, const std::vector<std::string>& patterns) {
  std::vector<PortIndex> ports;
  for (std::size_t i = 0; i < os.port_count(); ++i) {
    const auto port = static_cast<PortIndex>(i);
    const std::string name = os.port_name(port);
    if (std::any_of(patterns.begin(), patterns.end(),
                    [&](const std::string& pattern) { return matches_pattern(pattern, name); })) {
      ports.push_back(port);
    }
  }
  return ports;
}

}  // namespace switchfault
