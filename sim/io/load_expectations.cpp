#include <algorithm>

#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

using Window = Expectation::Window;

constexpr std::string_view kStates[] = {"up", "degraded", "down", "not_up"};
constexpr std::string_view kMetrics[] = {
    "recovered_s",         "outage_s",         "longest_outage_s", "degraded_s",
    "availability",        "detected_s",       "fault_repaired_s", "network_reachable_s",
    "service_reachable_s", "user_minutes_lost"};
constexpr std::string_view kBases[] = {"calibrated", "reported", "derived", "assumed"};
constexpr Choice<Expectation::Quantifier> kQuantifiers[] = {{"all", Expectation::Quantifier::all},
                                                            {"any", Expectation::Quantifier::any}};
constexpr Choice<Expectation::Hold> kHolds[] = {{"sometime", Expectation::Hold::sometime},
                                                {"throughout", Expectation::Hold::throughout}};
constexpr std::string_view kWindowForms =
    "write always, at end, 'at 5m', 'within 4h of FAULT', 'after 24h', or {from: 1h, to: 6h, of: "
    "FAULT}";

std::string read_word_key(MapReader& in, std::string_view key,
                          std::span<const std::string_view> words) {
  const auto cursor = in.optional(key);
  return cursor ? read_word(*cursor, in.reading(), words).value_or("") : std::string();
}

// `all`, `any`, or {at_least: 2}.
void read_quantifier_key(MapReader& in, Expectation& out) {
  const auto cursor = in.optional("quantifier");
  if (!cursor) {
    return;
  }
  if (!cursor->is_map()) {
    set(out.quantifier, read_choice(*cursor, in.reading(), kQuantifiers));
    return;
  }
  MapReader reader(*cursor, in.reading());
  read_quantifier(reader, out);
  reader.finish();
}

// Bounds carry the unit of their metric: a duration for times, a share, a plain number.
std::optional<double> read_bound(MapReader& in, std::string_view key, std::string_view metric) {
  const auto cursor = in.optional(key);
  if (!cursor || metric.empty()) {
    return std::nullopt;
  }
  if (metric.ends_with("_s")) {
    const auto duration = read_duration(*cursor, in.reading());
    return duration ? std::optional(static_cast<double>(duration->count()) / 1e9) : std::nullopt;
  }
  if (metric == "availability") {
    return read_share(*cursor, in.reading());
  }
  return read_number(*cursor, in.reading(), {.min = 0, .max = 1e18});
}

void read_subject_of(MapReader& in, Expectation& out) {
  out.state = read_word_key(in, "state", kStates);
  out.metric = read_word_key(in, "metric", kMetrics);
  if (const auto observed = in.optional("observed")) {
    set(out.observed, read_observation_kind(*observed, in.reading()));
  }
  const int stated = int{in.has("state")} + int{in.has("metric")} + int{in.has("observed")};
  if (stated != 1) {
    in.error_of_map("an expectation says exactly one of state, metric, observed");
  }
}

void read_bounds(MapReader& in, Expectation& out) {
  out.minimum = read_bound(in, "minimum", out.metric);
  out.maximum = read_bound(in, "maximum", out.metric);
  const bool bounded = in.has("minimum") || in.has("maximum");
  if (!out.metric.empty() && !bounded) {
    in.error("metric", fmt::format("nothing is expected of '{}'", out.metric),
             "write minimum, maximum or both");
  }
  if (out.metric.empty() && bounded && !in.has("metric")) {
    in.error(in.has("minimum") ? "minimum" : "maximum", "bounds go with a metric");
  }
  if (out.minimum && out.maximum && *out.minimum > *out.maximum) {
    in.error("minimum", "the minimum is above the maximum");
  }
}

void read_occurrences(MapReader& in, Expectation& out) {
  set(out.subject, in.name("subject"));
  set(out.text, in.text("text"));
  set(out.occurrences_min, in.count("occurrences_min"));
  if (const auto most = in.count("occurrences_max")) {
    out.occurrences_max = *most;
    if (!in.has("occurrences_min")) {
      out.occurrences_min = std::min(out.occurrences_min, *most);
    }
  }
  for (const std::string_view key : {"subject", "text", "occurrences_min", "occurrences_max"}) {
    if (in.has(key) && !in.has("observed")) {
      in.error(key, fmt::format("'{}' goes with observed only", key));
    }
  }
  if (out.occurrences_max && *out.occurrences_max < out.occurrences_min) {
    in.error("occurrences_max", "occurrences_max is below occurrences_min");
  }
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) {
      words.push_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// "within 4h of FAULT" and the like; false when it is no such text.
bool parse_window(std::string_view text, Expectation& out) {
  const auto words = words_of(text);
  if (text == "always") {
    out.window = Window::always;
    return true;
  }
  if (text == "at end" || text == "at_end") {
    out.window = Window::at_end;
    return true;
  }
  const bool relative = words.size() == 4 && words[2] == "of";
  if (words.size() != 2 && !relative) {
    return false;
  }
  const auto time = parse_duration(words[1]);
  if (!time) {
    return false;
  }
  if (words[0] == "within") {
    out.window = Window::within;
    out.to = *time;
  } else if (words[0] == "at") {
    out.window = Window::at;
    out.from = *time;
    out.to = *time;
  } else if (words[0] == "after") {
    out.window = Window::after;
    out.from = *time;
  } else {
    return false;
  }
  out.of = relative ? std::string(words[3]) : std::string();
  return true;
}

void load_window(MapReader& in, Expectation& out) {
  const auto cursor = in.optional("window");
  if (!cursor) {
    return;
  }
  if (cursor->is_map()) {
    MapReader reader(*cursor, in.reading());
    read_window(reader, out);
    reader.finish();
    return;
  }
  const auto text = read_text(*cursor, in.reading());
  if (text && !parse_window(*text, out)) {
    in.error("window", fmt::format("{} is no window of time", in_quotes(*text)),
             std::string(kWindowForms));
  }
}

// Whether the state fills the window; one instant it fills anyway.
void load_hold(MapReader& in, Expectation& out) {
  set(out.hold, in.choice("hold", kHolds));
  if (!in.has("hold")) {
    return;
  }
  if (!in.has("state")) {
    in.error("hold", "'hold' goes with state only");
  } else if (out.window == Window::at || out.window == Window::at_end) {
    in.error("hold", "this window is one instant, so there is nothing to hold for",
             "write a window such as 'within 4h of FAULT', 'after 24h' or {from: 1h, to: 6h}");
  }
}

void load_list(MapReader& in, std::string_view key, std::string_view prefix,
               std::vector<Expectation>& out, Loading& loading) {
  for (const YamlCursor item : in.items(key)) {
    Expectation expectation;
    expectation.at = item.at();
    MapReader reader(item, loading.reading);
    read_expectation(reader, expectation);
    reader.finish();
    out.push_back(std::move(expectation));
    if (out.back().name.empty()) {
      out.back().name = fmt::format("{}-{}", prefix, out.size());
    }
  }
}

}  // namespace

void read_quantifier(MapReader& in, Expectation& out) {
  out.quantifier = Expectation::Quantifier::at_least;
  set(out.at_least, in.count("at_least", 1, 1'000'000, Presence::required));
}

void read_window(MapReader& in, Expectation& out) {
  const auto within = in.duration("within");
  const auto at = in.duration("at");
  const auto after = in.duration("after");
  const auto from = in.duration("from");
  const auto to = in.duration("to");
  set(out.of, in.text("of"));
  const bool span = in.has("from") || in.has("to");
  const int stated = int{in.has("within")} + int{in.has("at")} + int{in.has("after")} + int{span};
  if (stated != 1 || (span && !(in.has("from") && in.has("to")))) {
    in.reading().sink.error(in.at(), "this is no window of time", std::string(kWindowForms));
    return;
  }
  out.window = in.has("at") ? Window::at : in.has("after") ? Window::after : Window::within;
  set(out.from, from ? from : at ? at : after);
  set(out.to, to ? to : at ? at : within);
  if (span && from && to && *from > *to) {
    in.error("from", "the window ends before it begins");
  }
}

void read_expectation(MapReader& in, Expectation& out) {
  set(out.name, in.text("name"));
  set(out.services, in.names("services"));
  set(out.users, in.names("users"));
  read_quantifier_key(in, out);
  read_subject_of(in, out);
  read_bounds(in, out);
  read_occurrences(in, out);
  load_window(in, out);
  load_hold(in, out);
  set(out.strategy, in.text("strategy"));
  if (const auto probability = in.share("probability")) {
    out.probability = *probability;
  }
  out.basis = read_word_key(in, "basis", kBases);
  if (!out.state.empty() && !in.has("services")) {
    in.error("state", "an expected state says of which services",
             "write services: all, a name or a list of names");
  }
}

void load_expectations(MapReader& in, Loading& loading) {
  Scenario& scenario = loading.scenario;
  load_list(in, "steady-state", "steady-state", scenario.steady_state, loading);
  for (Expectation& expectation : scenario.steady_state) {
    // It is looked at when the clock starts, whatever the item says.
    expectation.window = Window::at;
    expectation.from = expectation.to = Duration::zero();
    expectation.of.clear();
  }
  load_list(in, "expect", "expectation", scenario.expectations, loading);
}

}  // namespace switchfault
