#include "io/map_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include <switchfault/date_time.h>

namespace switchfault {
namespace {

constexpr Choice<Basis> kBases[] = {
    {"reported", Basis::reported}, {"derived", Basis::derived}, {"assumed", Basis::assumed}};

// A map that can only be meant as {value, basis, source}.
bool is_wrapped(YamlCursor cursor) {
  return cursor.is_map() && cursor.find("value") && cursor.find("basis");
}

std::string_view kind_name(YamlCursor cursor) {
  switch (cursor.kind()) {
    case YamlCursor::Kind::null:
      return "nothing";
    case YamlCursor::Kind::scalar:
      return "a text";
    case YamlCursor::Kind::list:
      return "a list";
    case YamlCursor::Kind::map:
      break;
  }
  return "a map";
}

void report_unexpected(YamlCursor cursor, Reading reading, std::string_view expected,
                       std::string hint = {}) {
  const std::string found =
      cursor.is_scalar() ? in_quotes(cursor.text()) : std::string(kind_name(cursor));
  if (cursor.is_map() && cursor.find("value")) {
    hint = "a map with 'value' also needs 'basis' (reported, derived or assumed)";
  }
  reading.sink.error(cursor.at(), fmt::format("expected {}, found {}", expected, found),
                     std::move(hint));
}

// A value in one line, as a file may hold it.
std::string flow_text(YamlCursor cursor) {
  std::string text;
  for (const YamlCursor item : cursor.items()) {
    text += (text.empty() ? "[" : ", ") + flow_text(item);
  }
  for (const auto [key, value] : cursor.entries()) {
    text += fmt::format("{}{}: {}", text.empty() ? "{" : ", ", key.text(), flow_text(value));
  }
  if (!text.empty()) {
    text += text.front() == '[' ? "]" : "}";
  }
  return cursor.is_scalar() ? std::string(cursor.text()) : text;
}

constexpr std::size_t kLongestValue = 1000;  // Of texts that are kept for reports.

std::string value_text(YamlCursor cursor) {
  return cursor.weight() <= kLongestValue ? flow_text(cursor) : "";
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// What a text could mean when its unit was forgotten.
std::string unit_hint(YamlCursor cursor, std::string_view unit) {
  if (!cursor.is_scalar() || !is_digits(cursor.text())) {
    return {};
  }
  return fmt::format("units must be written, as in '{}{}'", cursor.text().substr(0, 20), unit);
}

// The scalar below {value, basis, source}, or empty after a report.
std::optional<YamlCursor> scalar(YamlCursor cursor, Reading reading, std::string_view expected,
                                 Ranged ranged = Ranged::no) {
  cursor = unwrap(cursor, reading, ranged);
  if (cursor.is_scalar()) {
    return cursor;
  }
  report_unexpected(cursor, reading, expected);
  return std::nullopt;
}

// Reads a scalar by a parser that is empty when the text does not fit.
constexpr auto kNoHint = [](std::string_view) { return ""; };

template <typename Parse, typename Hint = decltype(kNoHint)>
auto read_parsed(YamlCursor cursor, Reading reading, std::string_view expected,
                 std::string_view unit, Parse parse, Hint hint_for_text = kNoHint)
    -> decltype(parse(std::string_view{})) {
  const auto value = scalar(cursor, reading, expected, Ranged::yes);
  if (!value) {
    return std::nullopt;
  }
  auto parsed = parse(value->text());
  if (!parsed) {
    std::string hint = unit.empty() ? std::string{} : unit_hint(*value, unit);
    report_unexpected(*value, reading, expected,
                      hint.empty() ? std::string(hint_for_text(value->text())) : std::move(hint));
  }
  return parsed;
}

std::string_view duration_hint(std::string_view text) {
  return text.starts_with('-') && parse_duration(text.substr(1))
             ? "it cannot be negative"
             : "units are ns, us, ms, s, m, h, d and w, without blanks; at most 292 years";
}

// 010 is 8 to some readers of YAML and 10 to others, so it is nothing here.
std::optional<std::int64_t> parse_decimal_integer(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.size() > 1 && digits.front() == '0') {
    return std::nullopt;
  }
  return parse_integer(text);
}

// A decimal number: digits, a point, an exponent; no hexadecimal, infinity or NaN.
std::optional<double> parse_number(std::string_view text) {
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || digits.front() < '0' || digits.front() > '9') {
    return std::nullopt;
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

template <typename T>
void report_range(YamlCursor cursor, Reading reading, std::string_view what, const T& min,
                  const T& max, bool has_max) {
  cursor = unwrap(cursor, reading, Ranged::yes);
  const std::string_view text = cursor.text();
  reading.sink.error(
      cursor.at(),
      has_max ? fmt::format("{} must be from {} to {}, found {}", what, min, max, in_quotes(text))
              : fmt::format("{} must be at least {}, found {}", what, min, in_quotes(text)));
}

void report_unknown_key(YamlCursor key, YamlCursor value, Reading reading,
                        std::vector<std::string_view> known) {
  const std::string_view text = key.text();
  if (reading.sink.full()) {  // Nobody will read the hint.
    reading.sink.error(key.at(), fmt::format("unknown key {}", in_quotes(text)));
    return;
  }
  std::vector<std::string_view> once;  // Keys may be asked for more than once.
  for (const std::string_view name : known) {
    if (std::find(once.begin(), once.end(), name) == once.end()) {
      once.push_back(name);
    }
  }
  known = std::move(once);
  std::string hint = suggestion(text, known);
  const std::size_t colon = text.find(':');
  if (!key.quoted() && value.is_null() && colon != std::string_view::npos &&
      std::find(known.begin(), known.end(), text.substr(0, colon)) != known.end()) {
    hint = "a blank must follow the colon";
  }
  reading.sink.error(key.at(), fmt::format("unknown key {}", in_quotes(text)), std::move(hint));
}

bool is_range(YamlCursor range) {
  return range.is_list() && range.size() == 2;
}

// REQUIRES: is_range(range).
YamlCursor end_of_range(YamlCursor range, bool high) {
  YamlCursor end = range;
  for (const YamlCursor item : range.items()) {
    end = item;
    if (!high) {
      break;
    }
  }
  return end;
}

void note_range(YamlCursor range, Assumption& assumption) {
  assumption.range_at = range.at();
  if (is_range(range)) {
    assumption.low = value_text(end_of_range(range, false));
    assumption.high = value_text(end_of_range(range, true));
  }
}

double size_of(Duration value) {
  return static_cast<double>(value.count());
}
double size_of(BitRate value) {
  return static_cast<double>(value.bits_per_second);
}
double size_of(Bytes value) {
  return static_cast<double>(value.count);
}
double size_of(ByteRate value) {
  return size_of(value.amount) / size_of(value.per);
}
double size_of(std::int64_t value) {
  return static_cast<double>(value);
}
double size_of(double value) {
  return value;
}

// Reads the ends of a range with `read`, as the value was read.
template <typename T, typename Read>
std::optional<T> ranged(YamlCursor cursor, Reading reading, std::optional<T> value, Read read) {
  return within_its_range(cursor, reading, value, read, [](const T& v) { return size_of(v); });
}

}  // namespace

std::vector<Assumption> AssumptionLog::take() {
  std::vector<Entry> entries = std::exchange(entries_, {});
  const auto at = [](const Entry& entry) { return entry.assumption.at; };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const Entry& a, const Entry& b) { return at(a) < at(b); });
  entries.erase(std::unique(entries.begin(), entries.end(),
                            [&](const Entry& a, const Entry& b) { return at(a) == at(b); }),
                entries.end());
  std::vector<YamlCursor> cursors;
  cursors.reserve(entries.size());
  for (const Entry& entry : entries) {
    cursors.push_back(entry.where);
  }
  const std::vector<std::string> paths = paths_of(cursors);
  std::vector<Assumption> assumptions;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    assumptions.push_back(std::move(entries[i].assumption));
    assumptions.back().path = paths[i];
  }
  return assumptions;
}

YamlCursor unwrap(YamlCursor cursor, Reading reading, Ranged ranged) {
  if (!is_wrapped(cursor)) {
    return cursor;
  }
  Assumption assumption{.at = cursor.at()};
  YamlCursor inner = cursor;
  std::vector<std::string_view> known = {"value", "basis", "source", "calibrated", "range"};
  for (const auto [key, value] : cursor.entries()) {
    if (key.text() == "value") {
      inner = value;
      assumption.value = value_text(value);
    } else if (key.text() == "basis") {
      set(assumption.basis, read_choice(value, reading, kBases));
    } else if (key.text() == "source") {
      set(assumption.source, read_text(value, reading));
    } else if (key.text() == "calibrated") {
      set(assumption.calibrated, read_boolean(value, reading));
    } else if (key.text() == "range") {
      note_range(value, assumption);
    } else {
      report_unknown_key(key, value, reading, known);
    }
  }
  if (assumption.range_at.known() && ranged == Ranged::no) {
    reading.sink.error(assumption.range_at, "this value cannot have a range",
                       "numbers, shares, times, dates, rates, sizes and laws can");
  }
  if (const auto end = reading.assumptions.end_of(assumption.range_at)) {
    inner = end_of_range(*cursor.find("range"), end->high);
    assumption.value = value_text(inner);
  }
  reading.assumptions.add(cursor, std::move(assumption));
  return inner;
}

std::optional<RangeEnds> range_ends(YamlCursor cursor, Reading reading) {
  const auto range = is_wrapped(cursor) ? cursor.find("range") : std::nullopt;
  if (!range) {
    return std::nullopt;
  }
  if (!is_range(*range)) {
    report_unexpected(*range, reading, "two values", "write range: [low, high]");
    return std::nullopt;
  }
  if (cursor.find("basis")->text() != "assumed") {
    reading.sink.error(range->at(), "only an assumed value has a range",
                       "write 'basis: assumed', or leave the range out");
  }
  return RangeEnds{end_of_range(*range, false), end_of_range(*range, true)};
}

void check_in_range(YamlCursor cursor, Reading reading, double low, double value, double high) {
  const YamlCursor range = *cursor.find("range");
  const YamlCursor stated = *cursor.find("value");
  const std::string hint = stated.is_scalar() ? "" : "laws are compared by their means";
  if (!(low < high)) {
    reading.sink.error(range.at(), fmt::format("the range {} does not rise", flow_text(range)),
                       hint);
  } else if (value < low || value > high) {
    reading.sink.error(stated.at(),
                       fmt::format("{} lies outside of its range {}", in_quotes(flow_text(stated)),
                                   flow_text(range)),
                       hint);
  }
}

std::optional<Duration> read_duration(YamlCursor cursor, Reading reading, DurationRange range) {
  const auto value = read_parsed(cursor, reading, "a duration such as 250ms, 90s or 1h30m", "s",
                                 parse_duration, duration_hint);
  if (value && (*value < range.min || *value > range.max)) {
    report_range(cursor, reading, "this duration", format_duration(range.min),
                 format_duration(range.max), range.max != Duration::max());
    return std::nullopt;
  }
  return ranged(cursor, reading, value,
                [&](YamlCursor end) { return read_duration(end, reading, range); });
}

std::optional<BitRate> read_bit_rate(YamlCursor cursor, Reading reading) {
  const auto value =
      read_parsed(cursor, reading, "a rate such as 100Mbps or 10Gbps", "Mbps", parse_bit_rate,
                  [](std::string_view) { return "units are bps, kbps, Mbps, Gbps and Tbps"; });
  return ranged(cursor, reading, value,
                [&](YamlCursor end) { return read_bit_rate(end, reading); });
}

std::optional<Bytes> read_bytes(YamlCursor cursor, Reading reading) {
  const auto value =
      read_parsed(cursor, reading, "a size such as 1500B, 64MiB or 2GB", "B", parse_bytes);
  return ranged(cursor, reading, value, [&](YamlCursor end) { return read_bytes(end, reading); });
}

std::optional<ByteRate> read_byte_rate(YamlCursor cursor, Reading reading) {
  const auto value =
      read_parsed(cursor, reading, "an amount in a time such as 3MiB/60s", "B/1s", parse_byte_rate);
  return ranged(cursor, reading, value,
                [&](YamlCursor end) { return read_byte_rate(end, reading); });
}

std::optional<double> read_share(YamlCursor cursor, Reading reading) {
  const auto value = read_parsed(cursor, reading, "a share such as 30% or 0.3", "%", parse_share);
  return ranged(cursor, reading, value, [&](YamlCursor end) { return read_share(end, reading); });
}

std::optional<std::int64_t> read_integer(YamlCursor cursor, Reading reading, IntegerRange range) {
  const auto value =
      read_parsed(cursor, reading, "a whole number in decimal digits", "", parse_decimal_integer);
  if (value && (*value < range.min || *value > range.max)) {
    report_range(cursor, reading, "this number", range.min, range.max,
                 range.max != IntegerRange{}.max);
    return std::nullopt;
  }
  return ranged(cursor, reading, value,
                [&](YamlCursor end) { return read_integer(end, reading, range); });
}

std::optional<double> read_number(YamlCursor cursor, Reading reading, NumberRange range) {
  const auto value = read_parsed(cursor, reading, "a decimal number", "", parse_number);
  if (value && (*value < range.min || *value > range.max)) {
    report_range(cursor, reading, "this number", range.min, range.max,
                 range.max != NumberRange{}.max);
    return std::nullopt;
  }
  return ranged(cursor, reading, value,
                [&](YamlCursor end) { return read_number(end, reading, range); });
}

std::optional<bool> read_boolean(YamlCursor cursor, Reading reading) {
  const auto value = scalar(cursor, reading, "true or false");
  if (!value) {
    return std::nullopt;
  }
  const std::string_view text = value->text();
  if (!value->quoted() && (text == "true" || text == "false")) {
    return text == "true";
  }
  std::string hint;
  if (text == "true" || text == "false") {
    hint = "leave the quotes out";
  } else {
    for (const std::string_view word : {"yes", "on", "y", "True", "TRUE", "1"}) {
      hint = text == word ? "write 'true'" : hint;
    }
    for (const std::string_view word : {"no", "off", "n", "False", "FALSE", "0"}) {
      hint = text == word ? "write 'false'" : hint;
    }
  }
  report_unexpected(*value, reading, "true or false", std::move(hint));
  return std::nullopt;
}

std::optional<std::int64_t> read_date_time(YamlCursor cursor, Reading reading) {
  const auto value =
      read_parsed(cursor, reading, "a date and time with offset such as 2026-03-02T07:40:00+01:00",
                  "", parse_date_time);
  return ranged(cursor, reading, value,
                [&](YamlCursor end) { return read_date_time(end, reading); });
}

std::optional<std::string_view> read_text(YamlCursor cursor, Reading reading) {
  const auto value = scalar(cursor, reading, "a text");
  return value ? std::optional(value->text()) : std::nullopt;
}

std::optional<Name> read_name(YamlCursor cursor, Reading reading) {
  const auto value = scalar(cursor, reading, "a name");
  if (value && value->text().empty()) {
    reading.sink.error(value->at(), "a name cannot be empty");
    return std::nullopt;
  }
  return value ? std::optional(Name{.text = std::string(value->text()), .at = value->at()})
               : std::nullopt;
}

std::optional<std::vector<Name>> read_names(YamlCursor cursor, Reading reading) {
  cursor = unwrap(cursor, reading);
  std::vector<Name> names;
  bool good = true;
  const auto add = [&](YamlCursor item) {
    auto name = read_name(item, reading);
    good = good && name;
    if (name) {
      names.push_back(*std::move(name));
    }
  };
  if (cursor.is_list()) {
    for (const YamlCursor item : cursor.items()) {
      add(item);
    }
  } else if (cursor.is_scalar()) {
    add(cursor);
  } else if (cursor.is_map()) {
    report_unexpected(cursor, reading, "a name or a list of names");
    good = false;
  }
  return good ? std::optional(std::move(names)) : std::nullopt;
}

std::optional<std::size_t> read_choice_index(YamlCursor cursor, Reading reading,
                                             const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) {
    list += fmt::format("{}{}", list.empty() ? "" : name == names.back() ? " or " : ", ", name);
  }
  const auto value = scalar(cursor, reading, list);
  if (!value) {
    return std::nullopt;
  }
  const auto found = std::find(names.begin(), names.end(), value->text());
  if (found == names.end()) {
    std::string hint = suggestion(value->text(), names);
    report_unexpected(*value, reading, list, hint.starts_with("known") ? "" : std::move(hint));
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - names.begin());
}

MapReader::MapReader(YamlCursor cursor, Reading reading)
    : map_(unwrap(cursor, reading)), reading_(reading) {
  if (!map_.is_map() && !map_.is_null()) {
    report_unexpected(map_, reading_, "a map (key: value)");
  }
}

std::optional<YamlCursor> MapReader::optional(std::string_view key) {
  asked_.push_back(key);
  return map_.find(key);
}

std::optional<YamlCursor> MapReader::required(std::string_view key) {
  auto value = optional(key);
  if (!value && (map_.is_map() || map_.is_null())) {
    reading_.sink.error(map_.at(), fmt::format("missing key '{}'", key));
  }
  return value;
}

std::optional<YamlCursor> MapReader::find(std::string_view key, Presence presence) {
  return presence == Presence::required ? required(key) : optional(key);
}

std::optional<Duration> MapReader::duration(std::string_view key, Presence presence,
                                            DurationRange range) {
  const auto value = find(key, presence);
  return value ? read_duration(*value, reading_, range) : std::nullopt;
}

std::optional<BitRate> MapReader::bit_rate(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_bit_rate(*value, reading_) : std::nullopt;
}

std::optional<Bytes> MapReader::bytes(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_bytes(*value, reading_) : std::nullopt;
}

std::optional<ByteRate> MapReader::byte_rate(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_byte_rate(*value, reading_) : std::nullopt;
}

std::optional<double> MapReader::share(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_share(*value, reading_) : std::nullopt;
}

std::optional<std::int64_t> MapReader::integer(std::string_view key, IntegerRange range,
                                               Presence presence) {
  const auto value = find(key, presence);
  return value ? read_integer(*value, reading_, range) : std::nullopt;
}

std::optional<std::uint32_t> MapReader::count(std::string_view key, std::uint32_t min,
                                              std::uint32_t max, Presence presence) {
  const auto value = integer(key, {.min = min, .max = max}, presence);
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::optional<double> MapReader::number(std::string_view key, NumberRange range,
                                        Presence presence) {
  const auto value = find(key, presence);
  return value ? read_number(*value, reading_, range) : std::nullopt;
}

std::optional<bool> MapReader::boolean(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_boolean(*value, reading_) : std::nullopt;
}

std::optional<std::int64_t> MapReader::date_time(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_date_time(*value, reading_) : std::nullopt;
}

std::optional<std::string> MapReader::text(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  const auto text = value ? read_text(*value, reading_) : std::nullopt;
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

std::optional<Name> MapReader::name(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_name(*value, reading_) : std::nullopt;
}

std::optional<std::vector<Name>> MapReader::names(std::string_view key, Presence presence) {
  const auto value = find(key, presence);
  return value ? read_names(*value, reading_) : std::nullopt;
}

std::optional<std::vector<std::string>> MapReader::texts(std::string_view key, Presence presence) {
  auto read = names(key, presence);
  if (!read) {
    return std::nullopt;
  }
  std::vector<std::string> texts;
  std::transform(read->begin(), read->end(), std::back_inserter(texts),
                 [](Name& name) { return std::move(name.text); });
  return texts;
}

YamlItems MapReader::items(std::string_view key, Presence presence) {
  const auto found = find(key, presence);
  if (!found) {
    return {};
  }
  const YamlCursor value = unwrap(*found, reading_);
  if (!value.is_list() && !value.is_null()) {
    report_unexpected(value, reading_, "a list", "write [a, b], or begin every item with '- '");
  }
  return value.items();
}

YamlEntries MapReader::entries(std::string_view key, Presence presence) {
  const auto found = find(key, presence);
  if (!found) {
    return {};
  }
  const YamlCursor value = unwrap(*found, reading_);
  if (!value.is_map() && !value.is_null()) {
    report_unexpected(value, reading_, "a map (key: value)");
  }
  return value.entries();
}

void MapReader::error(std::string_view key, std::string message, std::string hint) {
  const auto value = map_.find(key);
  reading_.sink.error(value ? value->at() : map_.at(), std::move(message), std::move(hint));
}

void MapReader::error_of_map(std::string message, std::string hint) {
  if (map_.is_map() || map_.is_null()) {
    reading_.sink.error(map_.at(), std::move(message), std::move(hint));
  }
}

void MapReader::finish() {
  for (const auto [key, value] : map_.entries()) {
    if (std::find(asked_.begin(), asked_.end(), key.text()) == asked_.end()) {
      report_unknown_key(key, value, reading_, {asked_.begin(), asked_.end()});
    }
  }
}

}  // namespace switchfault
