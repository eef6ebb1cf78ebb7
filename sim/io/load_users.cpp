#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

constexpr std::int64_t kMostUsers = 10'000'000'000;
constexpr std::uint32_t kMostFlows = 1'024;  // Per place and service; every one is walked.
constexpr double kMostDemand = 1'000;

}  // namespace

void read_demand(MapReader& in, std::vector<DemandPeriod>& out) {
  const SourcePos at = in.at();
  const auto level = in.number("level", {.min = 0, .max = kMostDemand}, Presence::required);
  for (const DayPart& part : read_day_part(in)) {
    out.push_back({part.days, part.from, part.to, level.value_or(1), at});
  }
}

void read_user_group(MapReader& in, UserGroupConfig& out) {
  set(out.places, in.names("places", Presence::required));
  if (in.has("places") && out.places.empty()) {
    in.error("places", "users need a host to sit at");
  }
  set(out.count, in.integer("count", {.min = 1, .max = kMostUsers}, Presence::required));
  set(out.uses, in.names("uses"));
  for (const YamlCursor item : in.items("demand")) {
    MapReader period(item, in.reading());
    read_demand(period, out.demand);
    period.finish();
  }
  set(out.demand_otherwise, in.number("demand_otherwise", {.min = 0, .max = kMostDemand}));
  set(out.flows, in.count("flows", 1, kMostFlows));
  if (const auto call_after = in.optional("call_after")) {
    out.calls = true;
    set(out.call_after, read_law(*call_after, in.reading()));
  }
}

void load_users(MapReader& in, Loading& loading) {
  for (const auto [key, value] : in.entries("users")) {
    UserGroupConfig group;
    group.name = key.text();
    group.at = key.at();
    MapReader reader(value, loading.reading);
    read_user_group(reader, group);
    reader.finish();
    loading.scenario.users.push_back(std::move(group));
  }
}

}  // namespace switchfault
