#include <array>
#include <cmath>
#include <span>

#include <fmt/format.h>

#include "io/loading.h"

namespace switchfault {
namespace {

using Kind = DurationLaw::Kind;

// The keys of each law; the first one tells which law is meant when `law` is not written.
struct Form {
  Kind kind;
  std::string_view name;
  std::array<std::string_view, 3> keys;
  std::size_t key_count;
};
constexpr std::array<Form, 5> kForms = {{
    {Kind::fixed, "fixed", {"fixed"}, 1},
    {Kind::exponential, "exponential", {"mean"}, 1},
    {Kind::log_normal, "log_normal", {"median", "sigma"}, 2},
    {Kind::triangular, "triangular", {"low", "mode", "high"}, 3},
    {Kind::weibull, "weibull", {"scale", "shape"}, 2},
}};
constexpr Choice<Kind> kLaws[] = {{"fixed", Kind::fixed},
                                  {"exponential", Kind::exponential},
                                  {"log_normal", Kind::log_normal},
                                  {"triangular", Kind::triangular},
                                  {"weibull", Kind::weibull}};

const Form& form_of(Kind kind) {
  return kForms[static_cast<std::size_t>(kind)];
}

std::span<const std::string_view> keys_of(const Form& form) {
  return {form.keys.data(), form.key_count};
}

// The law whose keys stand in the map.
std::optional<Kind> kind_meant(const MapReader& in) {
  for (const Form& form : kForms) {
    for (const std::string_view key : keys_of(form)) {
      if (in.has(key)) {
        return form.kind;
      }
    }
  }
  return std::nullopt;
}

void report_keys_of_other_laws(MapReader& in, const Form& meant) {
  for (const Form& form : kForms) {
    for (const std::string_view key : keys_of(form)) {
      if (form.kind != meant.kind && in.has(key)) {
        in.error(key, fmt::format("'{}' does not belong to the law '{}'", key, meant.name));
      }
    }
  }
}

}  // namespace

void read_law_keys(MapReader& in, DurationLaw& out) {
  const auto written = in.choice("law", kLaws);
  const auto fixed = in.duration("fixed");
  const auto mean = in.duration("mean");
  const auto median = in.duration("median");
  const auto sigma = in.number("sigma", {.min = 0});
  const auto low = in.duration("low");
  const auto mode = in.duration("mode");
  const auto high = in.duration("high");
  const auto scale = in.duration("scale");
  const auto shape = in.number("shape", {.min = 0});
  const auto kind = written ? written : kind_meant(in);
  if (!kind) {
    in.reading().sink.error(in.at(), "a time is missing",
                            "write a duration such as 10m, or {mean: 10m}, {median: 10m, sigma: "
                            "0.4}, {low: 5m, mode: 10m, high: 30m} or {scale: 10m, shape: 2}");
    return;
  }
  const Form& form = form_of(*kind);
  for (const std::string_view key : keys_of(form)) {
    in.required(key);
  }
  report_keys_of_other_laws(in, form);
  out.kind = *kind;
  switch (*kind) {
    case Kind::fixed:
      set(out.a, fixed);
      break;
    case Kind::exponential:
      set(out.a, mean);
      break;
    case Kind::log_normal:
      set(out.a, median);
      set(out.shape, sigma);
      break;
    case Kind::triangular:
      set(out.a, low);
      set(out.mode, mode);
      set(out.high, high);
      if (low && mode && high && !(*low <= *mode && *mode <= *high)) {
        in.error("mode", "low, mode and high must rise in this order");
      }
      break;
    case Kind::weibull:
      set(out.a, scale);
      set(out.shape, shape);
      if (shape && *shape == 0) {
        in.error("shape", "the shape of a Weibull law must be above 0");
      }
      break;
  }
}

namespace {

double mean_of(const DurationLaw& law) {
  const auto a = static_cast<double>(law.a.count());
  switch (law.kind) {
    case Kind::fixed:
    case Kind::exponential:
      break;
    case Kind::log_normal:
      return a * std::exp(law.shape * law.shape / 2);
    case Kind::triangular:
      return (a + static_cast<double>(law.mode.count()) + static_cast<double>(law.high.count())) /
             3;
    case Kind::weibull:
      return a * std::tgamma(1 + 1 / law.shape);
  }
  return a;
}

std::optional<DurationLaw> read_law_itself(YamlCursor cursor, Reading reading) {
  DurationLaw law;
  if (!cursor.is_map()) {
    const auto fixed = read_duration(cursor, reading);
    if (!fixed) {
      return std::nullopt;
    }
    law.a = *fixed;
    return law;
  }
  MapReader in(cursor, reading);
  read_law_keys(in, law);
  in.finish();
  return law;
}

}  // namespace

std::optional<DurationLaw> read_law(YamlCursor cursor, Reading reading) {
  return within_its_range(
      cursor, reading, read_law_itself(unwrap(cursor, reading, Ranged::yes), reading),
      [&](YamlCursor end) { return read_law(end, reading); }, mean_of);
}

}  // namespace switchfault
