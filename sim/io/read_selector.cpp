#include <algorithm>

#include <fmt/format.h>

#include "core/version.h"
#include "io/loading.h"

namespace switchfault {
namespace {

using Amount = Selector::Amount;

constexpr Choice<Amount> kAmounts[] = {{"one", Amount::one},
                                       {"minority", Amount::minority},
                                       {"majority", Amount::majority},
                                       {"all", Amount::all}};

// `all`, `one`, `minority`, `majority`, a share with '%' or a decimal point, or a count.
void read_amount(YamlCursor cursor, Reading reading, Selector& out) {
  cursor = unwrap(cursor, reading);
  const std::string_view text = cursor.text();
  if (text.find_first_of("%.") != std::string_view::npos) {
    const auto share = read_share(cursor, reading);
    if (share && *share <= 0) {
      reading.sink.error(cursor.at(), "a share of nothing selects nothing");
    }
    out.amount = Amount::share;
    set(out.share, share);
  } else if (parse_integer(text)) {
    const auto count = read_integer(cursor, reading, {.min = 1, .max = 1'000'000});
    out.amount = Amount::count;
    out.count = static_cast<std::uint32_t>(count.value_or(1));
  } else {
    set(out.amount, read_choice(cursor, reading, kAmounts));
  }
}

}  // namespace

void read_selector_keys(MapReader& in, Selector& out) {
  set(out.names, in.names("names"));
  set(out.os, in.text("os"));
  set(out.version, in.text("version"));
  set(out.model, in.text("model"));
  set(out.hardware_revision, in.text("hardware_revision"));
  set(out.role, in.text("role"));
  set(out.site, in.text("site"));
  set(out.group, in.text("group"));
  for (const auto [name, value] : in.entries("labels")) {
    set(out.labels[std::string(name.text())], read_text(value, in.reading()));
  }
  set(out.feature, in.text("feature"));
  if (const auto amount = in.optional("amount")) {
    read_amount(*amount, in.reading(), out);
  }
  if (!out.version.empty() && !VersionRange::parse(out.version)) {
    in.error("version", fmt::format("{} is not a range of versions", in_quotes(out.version)),
             "write 4.2.*, '>=7.9 <7.12', '15.2(4)E .. 15.2(7)E' or '7.9, 7.10.2'");
  }
}

std::optional<Selector> read_selector(YamlCursor cursor, Reading reading) {
  cursor = unwrap(cursor, reading);
  Selector selector;
  selector.at = cursor.at();
  if (cursor.is_map()) {
    MapReader in(cursor, reading);
    read_selector_keys(in, selector);
    in.finish();
    return selector;
  }
  if (is_word(cursor, "all")) {
    return selector;
  }
  auto names = read_names(cursor, reading);
  if (!names) {
    return std::nullopt;
  }
  if (names->empty()) {
    reading.sink.error(selector.at, "this selects nothing",
                       "write all, a name, a list of names, or criteria such as {role: core}");
    return std::nullopt;
  }
  selector.names = *std::move(names);
  return selector;
}

}  // namespace switchfault
