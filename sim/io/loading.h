// Loading: what every part of the loader works on, and the readers that several sections share.
//
// A reader reports what is wrong into the reading's sink and leaves the default in place, so that a
// file shows all its errors at once. Whether a name exists anywhere is not asked here but by the
// check_*.cpp files, after everything has been read.

#ifndef SWITCHFAULT_IO_LOADING_H_
#define SWITCHFAULT_IO_LOADING_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/catalog.h>
#include <switchfault/ip_address.h>
#include <switchfault/scenario.h>

#include "io/map_reader.h"

namespace switchfault {

struct Loading {
  const Catalog& catalog;
  Reading reading;
  Scenario& scenario;
};

// --- times that may be drawn ---
// "10m", or a map of one law: {mean}, {median, sigma}, {low, mode, high}, {scale, shape}.
std::optional<DurationLaw> read_law(YamlCursor cursor, Reading reading);
void read_law_keys(MapReader& in, DurationLaw& out);

// --- which nodes ---
// `all`, a name or pattern, a list of them, or a map of criteria with an amount.
std::optional<Selector> read_selector(YamlCursor cursor, Reading reading);
void read_selector_keys(MapReader& in, Selector& out);

// --- local time ---
// Seven bits from `all`, "mon-fri", "sat" or a list of such.
std::optional<std::uint8_t> read_days(YamlCursor cursor, Reading reading);
// "07:30", up to "24:00".
std::optional<Duration> read_time_of_day(YamlCursor cursor, Reading reading);
// A part of a day on some days of the week; one past midnight becomes two.
struct DayPart {
  std::uint8_t days = 0x7f;
  Duration from{}, to{std::chrono::hours{24}};
};
std::vector<DayPart> read_day_part(MapReader& in);

// --- kinds of the catalogue and their arguments ---
// The row of this name; an unknown one is reported at `name.at`.
const KindInfo* find_kind(const std::vector<KindInfo>& kinds, const Name& name,
                          std::string_view what, Reading reading);
// Every parameter that `in` holds, checked against its unit; missing ones get their default, placed
// at `kind_at`, or are an error.
Arguments read_arguments(MapReader& in, const std::vector<Parameter>& parameters,
                         SourcePos kind_at);

// --- addresses ---
// "10.0.0.1/24": with a prefix length, of one interface.
std::optional<IpPrefix> read_interface_address(const Name& text, Reading reading);
// "10.0.0.1", no length.
std::optional<IpAddress> read_plain_address(const Name& text, Reading reading);
// "10.0.0.0/8" without host bits.
std::optional<IpPrefix> read_prefix(const Name& text, Reading reading);

// --- small forms ---
// A duration with an optional minus before it.
std::optional<Duration> read_offset(YamlCursor cursor, Reading reading);
// One of a few words; the error lists them.
std::optional<std::string> read_word(YamlCursor cursor, Reading reading,
                                     std::span<const std::string_view> words);
// The kind of an observation, as in events files.
std::optional<std::string> read_observation_kind(YamlCursor cursor, Reading reading);
// True for the plain word, as in `depends: none`.
bool is_word(const std::optional<YamlCursor>& cursor, std::string_view word);
// The candidates nearest to a name, as a hint; empty once the sink has enough errors.
std::string hint_for(std::string_view name, const std::vector<std::string_view>& known,
                     Reading reading);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_LOADING_H_
