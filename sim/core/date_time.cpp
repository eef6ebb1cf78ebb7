#include <chrono>
#include <limits>

#include <fmt/format.h>

#include <switchfault/date_time.h>

namespace switchfault {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// Takes fixed-width numbers and separators off the front of a text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool take(char expected) {
    const bool found = rest_.starts_with(expected);
    rest_.remove_prefix(found ? 1 : 0);
    return found;
  }
  // A number of exactly `digits` digits in [min, max].
  bool number(std::size_t digits, int min, int max, int& value) {
    if (rest_.size() < digits) {
      return false;
    }
    value = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') {
        return false;
      }
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return value >= min && value <= max;
  }
  // One to nine digits after a point, as nanoseconds.
  bool fraction(std::int64_t& nanoseconds) {
    nanoseconds = 0;
    std::int64_t unit = kNanosecondsPerSecond;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && unit > 1) {
      unit /= 10;
      nanoseconds += (rest_.front() - '0') * unit;
      rest_.remove_prefix(1);
    }
    return unit < kNanosecondsPerSecond;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// "Z", "+01:00" or "-03:30" as seconds east of UTC.
bool scan_offset(Scanner& in, int& seconds) {
  seconds = 0;
  if (in.take('Z') || in.take('z')) {
    return true;
  }
  const bool west = in.take('-');
  int hours = 0;
  int minutes = 0;
  if ((!west && !in.take('+')) || !in.number(2, 0, 23, hours) || !in.take(':') ||
      !in.number(2, 0, 59, minutes)) {
    return false;
  }
  seconds = (hours * 60 + minutes) * 60 * (west ? -1 : 1);
  return true;
}

}  // namespace

std::optional<std::int64_t> parse_date_time(std::string_view text) {
  Scanner in(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offset = 0;
  std::int64_t fraction = 0;
  const bool well_formed =
      in.number(4, 0, 9999, year) && in.take('-') && in.number(2, 1, 12, month) && in.take('-') &&
      in.number(2, 1, 31, day) && (in.take('T') || in.take('t')) && in.number(2, 0, 23, hour) &&
      in.take(':') && in.number(2, 0, 59, minute) && in.take(':') && in.number(2, 0, 59, second) &&
      (!in.take('.') || in.fraction(fraction)) && scan_offset(in, offset) && in.at_end();
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!well_formed || !date.ok()) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  const std::int64_t seconds =
      days * 86'400 + std::int64_t{hour} * 3'600 + std::int64_t{minute} * 60 + second - offset;
  // One second less than int64 nanoseconds reach, so that the fraction fits as well.
  constexpr std::int64_t kReach =
      std::numeric_limits<std::int64_t>::max() / kNanosecondsPerSecond - 1;
  if (seconds < -kReach || seconds > kReach) {
    return std::nullopt;
  }
  return seconds * kNanosecondsPerSecond + fraction;
}

std::string format_date_time(std::int64_t unix_ns, Duration offset) {
  using std::chrono::floor;
  // Seconds first: local time may lie beyond the range of int64 nanoseconds.
  const std::chrono::sys_time<Duration> instant{Duration{unix_ns}};
  const auto utc = floor<std::chrono::seconds>(instant);
  const auto local = utc + floor<std::chrono::seconds>(offset);
  const auto midnight = floor<std::chrono::days>(local);
  const std::chrono::year_month_day date{midnight};
  const std::chrono::hh_mm_ss time{local - midnight};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  time.hours().count(), time.minutes().count(), time.seconds().count());
  if (const Duration fraction = instant - utc; fraction != Duration::zero()) {
    text += fmt::format(".{:09}", fraction.count());
    text.erase(text.find_last_not_of('0') + 1);
  }
  const std::int64_t east = std::chrono::floor<std::chrono::minutes>(offset).count();
  if (east == 0) {
    return text + "Z";
  }
  const std::int64_t size = east < 0 ? -east : east;
  return text + fmt::format("{}{:02}:{:02}", east < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace switchfault
