#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

constexpr Choice<BootKind> kBoots[] = {{"cold", BootKind::cold},
                                       {"fast", BootKind::fast},
                                       {"warm", BootKind::warm},
                                       {"power_cycle", BootKind::power_cycle}};
constexpr Choice<std::optional<BootKind>> kBootsOrAny[] = {{"any", std::nullopt},
                                                           {"cold", BootKind::cold},
                                                           {"fast", BootKind::fast},
                                                           {"warm", BootKind::warm},
                                                           {"power_cycle", BootKind::power_cycle}};
// Chip tables whose fill can trigger a fault.
constexpr std::string_view kTables[] = {"mac", "routes", "neighbors", "sessions"};
// The keys of which a trigger has exactly one, with the kind each means.
constexpr struct {
  std::string_view key;
  Trigger::Kind kind;
} kTriggers[] = {{"at", Trigger::Kind::instant},     {"date", Trigger::Kind::wall_date},
                 {"uptime", Trigger::Kind::uptime},  {"power_on", Trigger::Kind::power_on},
                 {"random", Trigger::Kind::random},  {"table", Trigger::Kind::table_fill},
                 {"boot", Trigger::Kind::boot},      {"event", Trigger::Kind::event},
                 {"follows", Trigger::Kind::follows}};
constexpr std::string_view kOneTrigger =
    "write one of at, date, uptime, power_on, random, table, boot, event, follows";

// The one kind of trigger that is written.
void read_trigger_kind(MapReader& in, Trigger& out) {
  std::string_view first;
  for (const auto& [key, kind] : kTriggers) {
    if (!in.optional(key)) {
      continue;
    }
    if (!first.empty()) {
      in.error(key, fmt::format("a trigger cannot be both '{}' and '{}'", first, key),
               std::string(kOneTrigger));
      continue;
    }
    first = key;
    out.kind = kind;
  }
  if (first.empty()) {
    in.error_of_map("a trigger says when the fault strikes", std::string(kOneTrigger));
  }
}

// A trigger that is no map, and what was probably meant.
void report_no_trigger(YamlCursor cursor, Reading reading) {
  const bool time = cursor.is_scalar() && parse_duration(cursor.text());
  reading.sink.error(
      cursor.at(), "a trigger says when the fault strikes, by a key",
      time ? fmt::format("write trigger: {{at: {}}}", cursor.text()) : std::string(kOneTrigger));
}

// The end of a fault in the word `none`: nothing ends it and every boot leaves it.
std::optional<FaultEnd> read_end(YamlCursor cursor, Loading& loading) {
  FaultEnd end;
  end.at = cursor.at();
  if (is_word(cursor, "none")) {
    end.stated = true;
    return end;
  }
  MapReader in(cursor, loading.reading);
  read_fault_end(in, end, loading);
  in.finish();
  return end;
}

FaultConfig load_fault(YamlCursor item, Loading& loading) {
  FaultConfig fault;
  fault.at = item.at();
  MapReader in(item, loading.reading);
  read_fault(in, fault, loading);
  const auto kind = in.name("kind", Presence::required);
  const KindInfo* info =
      kind ? find_kind(loading.catalog.faults, *kind, "fault", loading.reading) : nullptr;
  if (info != nullptr) {  // Otherwise nobody knows which keys are right.
    fault.arguments = read_arguments(in, info->parameters, kind->at);
    in.finish();
  }
  return fault;
}

void load_alternatives(YamlCursor list, SourcePos at, Loading& loading) {
  FaultAlternatives out;
  out.at = at;
  if (!list.is_list() || list.size() == 0) {
    loading.reading.sink.error(list.at(), "'one-of' is a list of alternatives",
                               "write - {name: ..., weight: 1, faults: [...]}");
    return;
  }
  for (const YamlCursor item : list.items()) {
    FaultAlternatives::Alternative alternative;
    alternative.at = item.at();
    MapReader in(item, loading.reading);
    read_alternative(in, alternative, loading);
    in.finish();
    out.alternatives.push_back(std::move(alternative));
  }
  loading.scenario.one_of.push_back(std::move(out));
}

// What a trigger says that waits for something else to happen.
void read_waiting(MapReader& in, Trigger& out) {
  const bool by_event = out.kind == Trigger::Kind::boot || out.kind == Trigger::Kind::event;
  const bool delayed = by_event || out.kind == Trigger::Kind::follows;
  for (const std::string_view key : {"repeats", "probability"}) {
    if (in.optional(key) && !by_event) {
      in.error(key, fmt::format("'{}' goes with the triggers boot and event only", key));
    }
  }
  const auto after = in.optional("after");
  if (after && !delayed) {
    in.error("after", "'after' goes with the triggers boot, event and follows only");
  }
  if (after && delayed) {
    set(out.law, read_law(*after, in.reading()));
  }
  if (by_event) {
    set(out.repeats, in.boolean("repeats"));
    set(out.probability, in.share("probability"));
  }
}

// The kind with a number for faults without a name.
void name_faults(Scenario& scenario) {
  std::map<std::string, unsigned, std::less<>> counts;
  const auto name = [&](FaultConfig& fault) {
    if (fault.name.empty()) {
      fault.name = fmt::format("{}-{}", fault.kind, ++counts[fault.kind]);
    }
  };
  std::for_each(scenario.faults.begin(), scenario.faults.end(), name);
  for (FaultAlternatives& one_of : scenario.one_of) {
    for (FaultAlternatives::Alternative& alternative : one_of.alternatives) {
      std::for_each(alternative.faults.begin(), alternative.faults.end(), name);
    }
  }
}

}  // namespace

void read_trigger(MapReader& in, Trigger& out) {
  read_trigger_kind(in, out);
  const Reading reading = in.reading();
  if (const auto at = in.optional("at")) {
    set(out.after, read_offset(*at, reading));
  }
  set(out.unix_ns, in.date_time("date"));
  set(out.after, in.duration("power_on"));
  for (const std::string_view key : {"random", "uptime"}) {
    if (const auto law = in.optional(key)) {
      set(out.law, read_law(*law, reading));
    }
  }
  if (const auto table = in.optional("table")) {
    MapReader reader(*table, reading);
    read_table_trigger(reader, out);
    reader.finish();
  }
  set(out.boot, in.choice("boot", kBootsOrAny));
  if (const auto event = in.optional("event")) {
    MapReader reader(*event, reading);
    read_event_trigger(reader, out);
    reader.finish();
  }
  set(out.leader, in.name("follows"));
  read_waiting(in, out);
  if (const auto hasten = in.optional("hasten")) {
    MapReader reader(*hasten, reading);
    read_hastening(reader, out.hasten.emplace());
    reader.finish();
    out.hasten->at = hasten->at();
    const bool exponential = out.kind == Trigger::Kind::random &&
                             out.law.kind == DurationLaw::Kind::exponential &&
                             out.law.a > Duration::zero();
    if (!exponential) {
      in.error("hasten", "only faults with a constant rate can be hastened",
               "write random: {mean: ...} beside it");
    }
  }
}

void read_hastening(MapReader& in, Hastening& out) {
  constexpr NumberRange kFactor{.min = 1e-3, .max = 1e9};
  set(out.always, in.number("always", kFactor));
  out.together = out.always;
  set(out.together, in.number("together", kFactor));
}

void read_table_trigger(MapReader& in, Trigger& out) {
  if (const auto name = in.required("name")) {
    set(out.table, read_word(*name, in.reading(), kTables));
  }
  set(out.share, in.share("fill", Presence::required));
}

void read_event_trigger(MapReader& in, Trigger& out) {
  if (const auto kind = in.required("kind")) {
    set(out.event, read_observation_kind(*kind, in.reading()));
  }
  set(out.event_count, in.count("count", 1));
  set(out.event_within, in.duration("within"));
  if (const auto of = in.optional("of")) {
    out.of = read_selector(*of, in.reading());
  }
}

void read_fault_end(MapReader& in, FaultEnd& out, Loading& loading) {
  for (Name& action : in.names("actions").value_or(std::vector<Name>{})) {
    find_kind(loading.catalog.actions, action, "action", in.reading());
    out.actions.push_back(std::move(action));
  }
  const auto boots = in.optional("boots");
  out.stated = boots.has_value();
  if (is_word(boots, "any")) {
    for (const auto& boot : kBoots) {
      out.boots.push_back(boot.value);
    }
  } else if (boots && boots->is_scalar() && !is_word(boots, "none")) {
    in.error(
        "boots",
        fmt::format("expected any, none or a list of boots, found {}", in_quotes(boots->text())),
        "boots are cold, fast, warm and power_cycle");
  } else if (boots && !is_word(boots, "none")) {
    for (const YamlCursor item : in.items("boots")) {
      if (const auto boot = read_choice(item, in.reading(), kBoots)) {
        out.boots.push_back(*boot);
      }
    }
  }
  if (const auto after = in.optional("after")) {
    if (const auto law = read_law(*after, in.reading())) {
      out.after = *law;
    }
  }
  set(out.fixed_in, in.text("fixed_in"));
}

void read_fault(MapReader& in, FaultConfig& out, Loading& loading) {
  set(out.name, in.text("name"));
  set(out.kind, in.text("kind"));
  if (const auto select = in.required("select")) {
    set(out.select, read_selector(*select, in.reading()));
  }
  if (const auto trigger = in.required("trigger")) {
    out.trigger.at = trigger->at();
    const YamlCursor value = unwrap(*trigger, in.reading());
    if (value.is_map() || value.is_null()) {
      MapReader reader(value, in.reading());
      read_trigger(reader, out.trigger);
      reader.finish();
    } else {
      report_no_trigger(value, in.reading());
    }
  }
  if (const auto until = in.optional("until")) {
    set(out.until, read_end(*until, loading));
  }
  set(out.latent, in.boolean("latent"));
}

void read_alternative(MapReader& in, FaultAlternatives::Alternative& out, Loading& loading) {
  constexpr double kHeaviest = 1e6;
  set(out.name, in.text("name", Presence::required));
  set(out.weight, in.number("weight", {.min = 0, .max = kHeaviest}));
  for (const YamlCursor item : in.items("faults", Presence::required)) {
    out.faults.push_back(load_fault(item, loading));
  }
}

void load_faults(MapReader& in, Loading& loading) {
  for (const YamlCursor item : in.items("faults")) {
    const auto one_of = item.find("one-of");
    if (!one_of) {
      loading.scenario.faults.push_back(load_fault(item, loading));
      continue;
    }
    MapReader reader(item, loading.reading);
    reader.ignore("one-of");
    load_alternatives(*one_of, item.at(), loading);
    reader.finish();
  }
  name_faults(loading.scenario);
}

}  // namespace switchfault
