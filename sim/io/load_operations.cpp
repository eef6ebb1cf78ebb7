#include <algorithm>

#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

constexpr Duration kShortestPoll = std::chrono::milliseconds{100};
constexpr std::uint32_t kMostPeople = 100'000;
constexpr std::uint32_t kMostSpares = 1'000'000;

constexpr Choice<AccessChain::Kind> kAccessKinds[] = {
    {"in_band", AccessChain::Kind::in_band},
    {"out_of_band", AccessChain::Kind::out_of_band},
    {"on_site", AccessChain::Kind::on_site}};
constexpr std::string_view kArtefactKinds[] = {"image", "backup", "patch", "spare", "evidence"};
// Under these words an access step names what must work.
constexpr struct {
  std::string_view key;
  AccessStep::Kind kind;
} kStepKinds[] = {{"service", AccessStep::Kind::service},
                  {"host", AccessStep::Kind::host},
                  {"console", AccessStep::Kind::console}};

void read_selector_into(MapReader& in, std::string_view key, Selector& out) {
  if (const auto cursor = in.required(key)) {
    set(out, read_selector(*cursor, in.reading()));
  }
}

// A law that has to be there.
void read_law_into(MapReader& in, std::string_view key, DurationLaw& out) {
  if (const auto cursor = in.required(key)) {
    set(out, read_law(*cursor, in.reading()));
  }
}

// A map of named items; each item is read by `read`.
template <typename T>
void load_named(MapReader& in, std::string_view key, std::vector<T>& out,
                void (*read)(MapReader&, T&)) {
  for (const auto [name, value] : in.entries(key)) {
    T item;
    item.name = name.text();
    item.at = name.at();
    MapReader reader(value, in.reading());
    read(reader, item);
    reader.finish();
    out.push_back(std::move(item));
  }
}

void read_shifts(MapReader& in, PeoplePool& out) {
  const auto cursor = in.optional("shifts");
  if (is_word(cursor, "none")) {
    ShiftPeriod never;
    never.days = 0;
    never.at = cursor->at();
    out.shifts.push_back(never);
    return;
  }
  for (const YamlCursor item : in.items("shifts")) {
    MapReader shift(item, in.reading());
    read_shift(shift, out.shifts);
    shift.finish();
  }
}

}  // namespace

void read_monitor(MapReader& in, MonitorConfig& out) {
  set(out.host, in.name("host", Presence::required));
  set(out.interval, in.duration("interval", Presence::required, {.min = kShortestPoll}));
  set(out.lost, in.count("lost", 1, 1'000));
  read_selector_into(in, "targets", out.targets);
}

void read_shift(MapReader& in, std::vector<ShiftPeriod>& out) {
  const SourcePos at = in.at();
  for (const DayPart& part : read_day_part(in)) {
    out.push_back({part.days, part.from, part.to, at});
  }
}

void read_people(MapReader& in, PeoplePool& out) {
  set(out.count, in.count("count", 0, kMostPeople, Presence::required));
  set(out.skills, in.texts("skills"));
  set(out.site, in.text("site"));
  read_shifts(in, out);
  if (const auto call_in = in.optional("call_in")) {
    out.can_be_called_in = true;
    set(out.call_in, read_law(*call_in, in.reading()));
  }
  if (const auto travel = in.optional("travel")) {
    set(out.travel, read_law(*travel, in.reading()));
  }
}

void read_access_step(MapReader& in, AccessStep& out) {
  std::size_t stated = 0;
  for (const auto& [key, kind] : kStepKinds) {
    if (auto name = in.name(key)) {
      out.kind = kind;
      out.target = *std::move(name);
      ++stated;
    }
  }
  if (stated != 1) {
    in.error_of_map("a step of an access chain names exactly one target",
                    "write {service: dns}, {host: jump-1} or {console: console-1}");
  }
  set(out.purpose, in.text("purpose"));
  const auto fallback = in.optional("fallback");
  out.fallback_stated = fallback.has_value();
  if (fallback && !is_word(fallback, "none")) {
    out.has_fallback = read_text(*fallback, in.reading()).has_value();
  }
}

void read_access(MapReader& in, AccessChain& out) {
  set(out.kind, in.choice("kind", kAccessKinds, Presence::required));
  const bool at_the_box = out.kind == AccessChain::Kind::on_site;
  set(out.from, in.name("from", at_the_box ? Presence::optional : Presence::required));
  for (const YamlCursor item : in.items("steps")) {
    AccessStep step;
    step.at = item.at();
    MapReader reader(item, in.reading());
    read_access_step(reader, step);
    reader.finish();
    out.steps.push_back(std::move(step));
  }
  read_selector_into(in, "targets", out.targets);
}

void read_hypothesis(MapReader& in, Hypothesis& out) {
  set(out.name, in.text("name", Presence::required));
  set(out.probability, in.share("probability", Presence::required));
  read_law_into(in, "cost", out.cost);
}

void read_diagnosis(MapReader& in, DiagnosisConfig& out) {
  read_law_into(in, "duration", out.duration);
  for (const YamlCursor item : in.items("wrong")) {
    Hypothesis hypothesis;
    hypothesis.at = item.at();
    MapReader reader(item, in.reading());
    read_hypothesis(reader, hypothesis);
    reader.finish();
    out.wrong.push_back(std::move(hypothesis));
  }
  set(out.pool, in.name("pool"));
  set(out.skill, in.text("skill"));
}

void read_artefact(MapReader& in, ArtefactConfig& out) {
  if (const auto kind = in.required("kind")) {
    set(out.kind, read_word(*kind, in.reading(), kArtefactKinds));
  }
  set(out.version, in.text("version"));
  set(out.age, in.duration("age"));
  set(out.site, in.text("site"));
  set(out.count, in.count("count", 0, kMostSpares));
  if (const auto after = in.optional("available_after")) {
    out.available_after = read_law(*after, in.reading());
  }
  set(out.after_vendor_called, in.boolean("after_vendor_called"));
}

void read_channel(MapReader& in, ChannelConfig& out) {
  out.service = in.name("service", Presence::required);
}

namespace {

// A channel that runs on this network names its service; any other is `independent`.
void load_channels(MapReader& in, std::vector<ChannelConfig>& out) {
  for (const auto [name, value] : in.entries("channels")) {
    ChannelConfig channel;
    channel.name = name.text();
    channel.at = name.at();
    if (!is_word(value, "independent")) {
      MapReader reader(value, in.reading());
      read_channel(reader, channel);
      reader.finish();
    }
    out.push_back(std::move(channel));
  }
}

}  // namespace

void read_operations(MapReader& in, OperationsConfig& out) {
  load_named(in, "monitoring", out.monitors, read_monitor);
  load_named(in, "people", out.people, read_people);
  load_named(in, "access", out.access, read_access);
  if (const auto diagnosis = in.optional("diagnosis")) {
    DiagnosisConfig config;
    config.at = diagnosis->at();
    MapReader reader(*diagnosis, in.reading());
    read_diagnosis(reader, config);
    reader.finish();
    out.diagnosis = std::move(config);
  }
  load_named(in, "artefacts", out.artefacts, read_artefact);
  load_channels(in, out.channels);
  if (const auto calls = in.count("calls_to_detect", 1)) {
    out.calls_to_detect = *calls;
    out.calls_stated = true;
  }
  set(out.inventory_age, in.duration("inventory_age"));
}

void load_operations(MapReader& in, Loading& loading) {
  const auto section = in.optional("operations");
  if (!section) {
    return;
  }
  MapReader reader(*section, loading.reading);
  read_operations(reader, loading.scenario.operations);
  reader.finish();
}

}  // namespace switchfault
