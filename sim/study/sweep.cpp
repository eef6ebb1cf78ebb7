#include <algorithm>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include <switchfault/diagnostic.h>
#include <switchfault/report.h>
#include <switchfault/sweep.h>
#include <switchfault/units.h>

#include "core/check.h"
#include "core/fingerprint.h"

namespace switchfault {
namespace {

constexpr std::size_t kMostPoints = 100;
constexpr double kRounding = 1e-9;  // Of a step, so that the last one is met.

[[noreturn]] void refuse(const std::string& setting, const std::string& message,
                         const std::string& hint) {
  throw InputError({Diagnostic{.at = {},
                               .path = "--set",
                               .source_line = {},
                               .message = in_quotes(setting) + ": " + message,
                               .hint = hint}});
}

// A number with its unit, so that levels between two of them can be written.
enum class Dimension : std::uint8_t { integer, number, percent, time, rate, size };
struct Quantity {
  Dimension dimension = Dimension::integer;
  double value = 0;
};

std::optional<double> plain_number(std::string_view text) {
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  const bool decimal = copy.find_first_not_of("+-.0123456789eE") == std::string::npos;
  return !copy.empty() && decimal && *end == '\0' && std::isfinite(value) ? std::optional(value)
                                                                          : std::nullopt;
}

std::optional<Quantity> parse_quantity(std::string_view text) {
  if (const auto integer = parse_integer(text)) {
    return Quantity{Dimension::integer, static_cast<double>(*integer)};
  }
  if (const auto number = plain_number(text)) {
    return Quantity{Dimension::number, *number};
  }
  if (text.ends_with('%')) {
    const auto percent = plain_number(text.substr(0, text.size() - 1));
    return percent ? std::optional(Quantity{Dimension::percent, *percent}) : std::nullopt;
  }
  if (const auto time = parse_duration(text)) {
    return Quantity{Dimension::time, static_cast<double>(time->count())};
  }
  if (const auto rate = parse_bit_rate(text)) {
    return Quantity{Dimension::rate, static_cast<double>(rate->bits_per_second)};
  }
  if (const auto size = parse_bytes(text)) {
    return Quantity{Dimension::size, static_cast<double>(size->count)};
  }
  return std::nullopt;
}

std::string text_of(Dimension dimension, double value) {
  switch (dimension) {
    case Dimension::integer:
      return fmt::format("{:.0f}", value);
    case Dimension::number:
      return fmt::format("{:.10g}", value);
    case Dimension::percent:
      return fmt::format("{:.10g}%", value);
    case Dimension::time:
      return format_duration(Duration{std::llround(value)});
    case Dimension::rate:
      return fmt::format("{:.0f}bps", value);
    case Dimension::size:
      return fmt::format("{:.0f}B", value);
  }
  return "";
}

// The wider of two dimensions that go together: 0..1/0.25 are numbers.
std::optional<Dimension> common(Dimension a, Dimension b) {
  const auto plain = [](Dimension d) { return d == Dimension::integer || d == Dimension::number; };
  if (a == b) {
    return a;
  }
  return plain(a) && plain(b) ? std::optional(Dimension::number) : std::nullopt;
}

// "1..8", "0..1/0.25"; empty when the text is no range of quantities.
std::optional<std::vector<std::string>> levels_of_range(const std::string& setting,
                                                        std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto low = parse_quantity(text.substr(0, std::min(dots, text.size())));
  if (dots == std::string_view::npos || !low) {
    return std::nullopt;
  }
  std::string_view rest = text.substr(dots + 2);
  const std::size_t slash = rest.find('/');
  const auto high = parse_quantity(rest.substr(0, slash));
  const auto step = slash == std::string_view::npos ? std::optional(Quantity{.value = 1})
                                                    : parse_quantity(rest.substr(slash + 1));
  const auto ends = high ? common(low->dimension, high->dimension) : std::nullopt;
  const bool stepless = slash == std::string_view::npos && ends && *ends != Dimension::integer;
  const auto dimension = ends && step && !stepless ? common(*ends, step->dimension) : std::nullopt;
  if (stepless) {
    refuse(setting, "only a range of whole numbers has a step of itself",
           fmt::format("write it, as in {}/STEP", text));
  }
  if (!dimension || high->value < low->value || !(step->value > 0)) {
    refuse(setting, fmt::format("{} is no range", in_quotes(text)),
           "write LOW..HIGH or LOW..HIGH/STEP in the same unit: 1..8, 0..1/0.25, 10m..1h/10m");
  }
  const double steps = std::floor((high->value - low->value) / step->value + kRounding);
  if (steps + 1 > static_cast<double>(kMostPoints)) {
    refuse(setting, fmt::format("{:.0f} levels are more than {}", steps + 1, kMostPoints),
           "take a larger step");
  }
  std::vector<std::string> levels;
  for (int i = 0; i <= static_cast<int>(steps); ++i) {
    levels.push_back(text_of(*dimension, low->value + i * step->value));
  }
  return levels;
}

std::vector<std::string_view> split_at_commas(std::string_view text) {
  std::vector<std::string_view> items;
  while (true) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view item = text.substr(0, comma);
    while (item.starts_with(' ')) {
      item.remove_prefix(1);
    }
    while (item.ends_with(' ')) {
      item.remove_suffix(1);
    }
    items.push_back(item);
    if (comma == text.size()) {
      return items;
    }
    text.remove_prefix(comma + 1);
  }
}

std::vector<std::string> levels_of(const std::string& setting, std::string_view value) {
  if (value.find_first_of("\"'[]{}") != std::string_view::npos) {
    return {std::string(value)};
  }
  std::vector<std::string> levels;
  for (const std::string_view item : split_at_commas(value)) {
    if (item.empty()) {
      refuse(setting, "a level is missing between commas", "write KEY=a,b,c");
    }
    const auto range = levels_of_range(setting, item);
    if (range) {
      levels.insert(levels.end(), range->begin(), range->end());
    } else {
      levels.emplace_back(item);
    }
  }
  return levels;
}

// The levels of one point, the last factor varying fastest.
std::vector<std::string> levels_at(const SweepPlan& plan, std::size_t point) {
  std::vector<std::string> levels(plan.factors.size());
  for (std::size_t i = plan.factors.size(); i-- > 0;) {
    const std::vector<std::string>& all = plan.factors[i].levels;
    levels[i] = all[point % all.size()];
    point /= all.size();
  }
  return levels;
}

std::vector<std::string> settings_at(const SweepPlan& plan,
                                     const std::vector<std::string>& levels) {
  std::vector<std::string> settings = plan.settings;
  for (std::size_t i = 0; i < plan.factors.size(); ++i) {
    settings[plan.factors[i].setting] = plan.factors[i].key + "=" + levels[i];
  }
  return settings;
}

std::size_t points_of(const SweepPlan& plan) {
  std::size_t points = 1;
  for (const SweepFactor& factor : plan.factors) {
    points *= factor.levels.size();
    if (points > kMostPoints) {
      throw InputError({Diagnostic{.at = {},
                                   .path = "--set",
                                   .source_line = {},
                                   .message = fmt::format("the levels of all settings make more "
                                                          "than {} points",
                                                          kMostPoints),
                                   .hint = "take fewer levels, or sweep one setting at a time"}});
    }
  }
  return points;
}

// Points that cannot be loaded are found before anything runs. Returns the digest of all.
std::string load_all(const SweepPlan& plan, const StudyOptions& options,
                     const LoadWithSettings& load) {
  Fingerprint digest;
  digest.add(program_version());
  for (const std::string& strategy : options.strategies) {
    digest.add(strategy);
  }
  const std::size_t points = points_of(plan);
  for (std::size_t i = 0; i < points; ++i) {
    digest.add(scenario_hash(load(settings_at(plan, levels_at(plan, i)))));
  }
  return digest.hex();
}

StudyOptions at_point(StudyOptions options, const std::string& digest, std::size_t point) {
  options.part = {.series = digest, .name = std::to_string(point)};
  return options;
}

}  // namespace

SweepPlan plan_sweep(const std::vector<std::string>& settings) {
  SweepPlan plan{.settings = settings, .factors = {}};
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const std::size_t equals = settings[i].find('=');
    if (equals == std::string::npos) {
      continue;  // For the loader to say.
    }
    std::vector<std::string> levels =
        levels_of(settings[i], std::string_view(settings[i]).substr(equals + 1));
    if (levels.size() > 1) {
      plan.factors.push_back(
          {.key = settings[i].substr(0, equals), .levels = std::move(levels), .setting = i});
    }
  }
  static_cast<void>(points_of(plan));
  return plan;
}

std::vector<std::string> first_settings(const SweepPlan& plan) {
  return settings_at(plan, levels_at(plan, 0));
}

SweepReport sweep(const SweepPlan& plan, const StudyOptions& options,
                  const LoadWithSettings& load) {
  SF_CHECK(!plan.factors.empty() && options.store == nullptr);
  const std::size_t points = points_of(plan);
  const std::string digest = load_all(plan, options, load);
  SweepReport report{.factors = plan.factors};
  for (std::size_t i = 0; i < points && !report.interrupted; ++i) {
    SweepPoint point{.levels = levels_at(plan, i)};
    const Scenario scenario = load(settings_at(plan, point.levels));
    point.report = compare(scenario, at_point(options, digest, i));
    report.interrupted = point.report.interrupted;
    report.points.push_back(std::move(point));
  }
  return report;
}

void serve_sweep(const SweepPlan& plan, const StudyOptions& options, const LoadWithSettings& load) {
  const std::size_t points = points_of(plan);
  const std::string digest = load_all(plan, options, load);
  for (std::size_t i = 0; i < points; ++i) {
    const Scenario scenario = load(settings_at(plan, levels_at(plan, i)));
    if (!serve_study(scenario, at_point(options, digest, i))) {
      return;
    }
  }
}

}  // namespace switchfault
