// Typed reading of YAML values: units, ranges, choices, and the rule that every key is read.
//
// Each reader reports what is wrong into the sink and returns an empty optional, so that a loader
// goes on and a file shows all its errors at once. Every value may be written
// {value: X, basis: reported|derived|assumed, source: "..."}: the readers look through that form
// and record it; quantities may add `range: [low, high]`, whose ends are read as the value is.
// Texts returned as string_view live as long as the YamlFile. What a value means beyond its form
// (does the node exist?) is the loader's business.

#ifndef SWITCHFAULT_IO_MAP_READER_H_
#define SWITCHFAULT_IO_MAP_READER_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <switchfault/diagnostic.h>
#include <switchfault/scenario.h>
#include <switchfault/units.h>

#include "io/yaml_cursor.h"

namespace switchfault {

// The values whose files say where they come from, each place once however often it was read.
class AssumptionLog {
 public:
  // With an end, that assumption has it as its value.
  explicit AssumptionLog(std::optional<RangeEnd> end = {}) : end_(end) {}

  // `where` is the map {value, basis, source} itself.
  void add(YamlCursor where, Assumption assumption) {
    entries_.push_back({where, std::move(assumption)});
  }
  // The end to be taken of the range that stands at this place.
  [[nodiscard]] std::optional<RangeEnd> end_of(SourcePos range_at) const {
    return end_ && end_->range_at == range_at ? end_ : std::nullopt;
  }
  // In order of file, line and column, with their paths; empties the log.
  // REQUIRES: the files that the cursors point into still exist.
  [[nodiscard]] std::vector<Assumption> take();

 private:
  struct Entry {
    YamlCursor where;
    Assumption assumption;
  };
  std::optional<RangeEnd> end_;
  std::vector<Entry> entries_;
};

// What every reader needs; passed by value.
struct Reading {
  DiagnosticSink& sink;
  AssumptionLog& assumptions;
};

struct IntegerRange {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};
struct NumberRange {
  double min = std::numeric_limits<double>::lowest();
  double max = std::numeric_limits<double>::max();
};
struct DurationRange {
  Duration min = Duration::zero();
  Duration max = Duration::max();
};

// One name of a closed set and what it means: constexpr Choice<Basis> kBases[] = {{"reported", …
template <typename Enum>
struct Choice {
  std::string_view name;
  Enum value;
};

enum class Ranged : std::uint8_t { no, yes };
// Looks through {value, basis, source} and records it; any other value is returned as it is. A
// range is an error unless the caller reads its ends.
YamlCursor unwrap(YamlCursor cursor, Reading reading, Ranged ranged = Ranged::no);

struct RangeEnds {
  YamlCursor low, high;
};
// Of {value, basis: assumed, range: [low, high]}; reports a range of another form.
std::optional<RangeEnds> range_ends(YamlCursor cursor, Reading reading);
// Reports ends that do not rise, and a value outside of them.
void check_in_range(YamlCursor cursor, Reading reading, double low, double value, double high);

// Reads the ends of the range of a value, if it has one, as the value was read, and compares the
// sizes of all three.
template <typename T, typename Read, typename Size>
std::optional<T> within_its_range(YamlCursor cursor, Reading reading, std::optional<T> value,
                                  Read read, Size size) {
  const auto ends = value ? range_ends(cursor, reading) : std::nullopt;
  if (ends) {
    const std::optional<T> low = read(ends->low);
    const std::optional<T> high = read(ends->high);
    if (low && high) {
      check_in_range(cursor, reading, size(*low), size(*value), size(*high));
    }
  }
  return value;
}

std::optional<Duration> read_duration(YamlCursor cursor, Reading reading, DurationRange range = {});
std::optional<BitRate> read_bit_rate(YamlCursor cursor, Reading reading);
std::optional<Bytes> read_bytes(YamlCursor cursor, Reading reading);
std::optional<ByteRate> read_byte_rate(YamlCursor cursor, Reading reading);
std::optional<double> read_share(YamlCursor cursor, Reading reading);
std::optional<std::int64_t> read_integer(YamlCursor cursor, Reading reading,
                                         IntegerRange range = {});
std::optional<double> read_number(YamlCursor cursor, Reading reading, NumberRange range = {});
// Only plain true and false.
std::optional<bool> read_boolean(YamlCursor cursor, Reading reading);
// An RFC 3339 date-time with offset, as nanoseconds since the Unix epoch.
std::optional<std::int64_t> read_date_time(YamlCursor cursor, Reading reading);
// Any scalar as its text. An empty value is an error, "" is not.
std::optional<std::string_view> read_text(YamlCursor cursor, Reading reading);
// Text that is not empty, with its place.
std::optional<Name> read_name(YamlCursor cursor, Reading reading);
// A list of names; a scalar counts as a list of one, an empty value as none.
std::optional<std::vector<Name>> read_names(YamlCursor cursor, Reading reading);
// Index into `names`; the error lists or suggests them.
std::optional<std::size_t> read_choice_index(YamlCursor cursor, Reading reading,
                                             const std::vector<std::string_view>& names);

template <typename Enum, std::size_t n>
std::optional<Enum> read_choice(YamlCursor cursor, Reading reading,
                                const Choice<Enum> (&choices)[n]) {
  std::vector<std::string_view> names;
  for (const Choice<Enum>& choice : choices) {
    if (cursor.is_scalar() && cursor.text() == choice.name) {
      return choice.value;
    }
    names.push_back(choice.name);
  }
  const auto index = read_choice_index(cursor, reading, names);
  return index ? std::optional<Enum>(choices[*index].value) : std::nullopt;
}

enum class Presence : std::uint8_t { optional, required };

// Reads one map key by key; finish() reports every key that nobody asked for.
class MapReader {
 public:
  // An empty value counts as an empty map; any other kind is reported once, here.
  // REQUIRES: key texts passed to the members below outlive the reader (literals, catalogue rows).
  MapReader(YamlCursor cursor, Reading reading);

  [[nodiscard]] YamlCursor cursor() const { return map_; }
  [[nodiscard]] SourcePos at() const { return map_.at(); }
  [[nodiscard]] Reading reading() const { return reading_; }
  [[nodiscard]] bool has(std::string_view key) const { return map_.find(key).has_value(); }

  // The raw value of a key. required() reports a missing key at the map's place.
  std::optional<YamlCursor> optional(std::string_view key);
  std::optional<YamlCursor> required(std::string_view key);
  // A key that may stand there and is not used.
  void ignore(std::string_view key) { asked_.push_back(key); }

  // Empty when the key is missing (an error with Presence::required) or its value is wrong.
  std::optional<Duration> duration(std::string_view key, Presence presence = Presence::optional,
                                   DurationRange range = {});
  std::optional<BitRate> bit_rate(std::string_view key, Presence presence = Presence::optional);
  std::optional<Bytes> bytes(std::string_view key, Presence presence = Presence::optional);
  std::optional<ByteRate> byte_rate(std::string_view key, Presence presence = Presence::optional);
  std::optional<double> share(std::string_view key, Presence presence = Presence::optional);
  std::optional<std::int64_t> integer(std::string_view key, IntegerRange range = {},
                                      Presence presence = Presence::optional);
  std::optional<std::uint32_t> count(std::string_view key, std::uint32_t min = 0,
                                     std::uint32_t max = std::numeric_limits<std::uint32_t>::max(),
                                     Presence presence = Presence::optional);
  std::optional<double> number(std::string_view key, NumberRange range = {},
                               Presence presence = Presence::optional);
  std::optional<bool> boolean(std::string_view key, Presence presence = Presence::optional);
  std::optional<std::int64_t> date_time(std::string_view key,
                                        Presence presence = Presence::optional);
  std::optional<std::string> text(std::string_view key, Presence presence = Presence::optional);
  std::optional<Name> name(std::string_view key, Presence presence = Presence::optional);
  std::optional<std::vector<Name>> names(std::string_view key,
                                         Presence presence = Presence::optional);
  // Texts without their places.
  std::optional<std::vector<std::string>> texts(std::string_view key,
                                                Presence presence = Presence::optional);
  // The items of a list, the entries of a map. An empty value is an empty list or map.
  YamlItems items(std::string_view key, Presence presence = Presence::optional);
  YamlEntries entries(std::string_view key, Presence presence = Presence::optional);

  template <typename Enum, std::size_t n>
  std::optional<Enum> choice(std::string_view key, const Choice<Enum> (&choices)[n],
                             Presence presence = Presence::optional) {
    const auto value = find(key, presence);
    return value ? read_choice(*value, reading_, choices) : std::nullopt;
  }

  // An error at the value of `key`, or at the map when the key is missing.
  void error(std::string_view key, std::string message, std::string hint = {});
  // An error at the map as a whole; none when it is no map, which has been reported already.
  void error_of_map(std::string message, std::string hint = {});
  // Every key asked for so far, some more than once.
  [[nodiscard]] std::vector<std::string_view> asked() const {
    return {asked_.begin(), asked_.end()};
  }
  // Reports every key that was not asked for, with the nearest that was.
  void finish();

 private:
  std::optional<YamlCursor> find(std::string_view key, Presence presence);

  YamlCursor map_;
  Reading reading_;
  boost::container::small_vector<std::string_view, 24> asked_;
};

// Overwrites a default with what was read: set(config.grace, reader.duration("grace")).
template <typename T, typename U>
void set(T& target, std::optional<U> value) {
  if (value) {
    target = *std::move(value);
  }
}

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_MAP_READER_H_
