#include <array>

#include <fmt/format.h>

#include "io/loading.h"

namespace switchfault {
namespace {

constexpr unsigned kDaysOfWeek = 7;
constexpr std::array<std::string_view, kDaysOfWeek> kDays = {"mon", "tue", "wed", "thu",
                                                             "fri", "sat", "sun"};
constexpr std::uint8_t kAllDays = 0x7f;
constexpr Duration kWholeDay = std::chrono::hours{24};

std::optional<unsigned> day_index(std::string_view name) {
  for (unsigned i = 0; i < kDaysOfWeek; ++i) {
    if (kDays[i] == name) {
      return i;
    }
  }
  return std::nullopt;
}

// "sat" or "mon-fri"; a range may run over the end of the week.
std::optional<std::uint8_t> parse_days(std::string_view text) {
  if (text == "all") {
    return kAllDays;
  }
  const std::size_t dash = text.find('-');
  const auto first = day_index(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : day_index(text.substr(dash + 1));
  if (!first || !last) {
    return std::nullopt;
  }
  unsigned mask = 0;
  for (unsigned day = *first;; day = (day + 1) % kDaysOfWeek) {
    mask |= 1U << day;
    if (day == *last) {
      return static_cast<std::uint8_t>(mask);
    }
  }
}

std::optional<std::int64_t> two_digits(std::string_view text) {
  return text.size() == 2 ? parse_integer(text) : std::nullopt;
}

// Monday's bit to Tuesday's and so on.
std::uint8_t days_after(std::uint8_t days) {
  return static_cast<std::uint8_t>(((days << 1U) | (days >> (kDaysOfWeek - 1))) & kAllDays);
}

}  // namespace

std::optional<std::uint8_t> read_days(YamlCursor cursor, Reading reading) {
  const auto names = read_names(cursor, reading);
  if (!names) {
    return std::nullopt;
  }
  unsigned mask = 0;
  for (const Name& name : *names) {
    const auto days = parse_days(name.text);
    if (!days) {
      reading.sink.error(name.at, fmt::format("{} is no day of the week", in_quotes(name.text)),
                         "write all, mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri");
      return std::nullopt;
    }
    mask |= *days;
  }
  return static_cast<std::uint8_t>(mask);
}

std::optional<Duration> read_time_of_day(YamlCursor cursor, Reading reading) {
  const auto text = read_text(cursor, reading);
  if (!text) {
    return std::nullopt;
  }
  const std::size_t colon = text->find(':');
  const auto hours = two_digits(text->substr(0, colon));
  const auto minutes =
      colon == std::string_view::npos ? std::nullopt : two_digits(text->substr(colon + 1));
  const bool good = hours && minutes && *hours >= 0 && *minutes >= 0 && *minutes < 60 &&
                    *hours * 60 + *minutes <= std::int64_t{24} * 60;
  if (!good) {
    reading.sink.error(cursor.at(), fmt::format("{} is no time of day", in_quotes(*text)),
                       "write hours and minutes such as 07:30, at most 24:00");
    return std::nullopt;
  }
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
}

std::vector<DayPart> read_day_part(MapReader& in) {
  DayPart part;
  if (const auto days = in.optional("days")) {
    set(part.days, read_days(*days, in.reading()));
  }
  if (const auto from = in.optional("from")) {
    set(part.from, read_time_of_day(*from, in.reading()));
  }
  if (const auto to = in.optional("to")) {
    set(part.to, read_time_of_day(*to, in.reading()));
  }
  if (part.from < part.to) {
    return {part};
  }
  // Past midnight: the rest belongs to the following day.
  std::vector<DayPart> parts = {{part.days, part.from, kWholeDay}};
  if (part.to > Duration::zero()) {
    parts.push_back({days_after(part.days), Duration::zero(), part.to});
  }
  return parts;
}

}  // namespace switchfault
