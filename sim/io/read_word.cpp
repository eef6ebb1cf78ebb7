#include <fmt/format.h>

#include <switchfault/observation.h>

#include "io/loading.h"

namespace switchfault {

std::optional<Duration> read_offset(YamlCursor cursor, Reading reading) {
  cursor = unwrap(cursor, reading);
  const std::string_view text = cursor.text();
  if (text.starts_with('-')) {
    if (const auto duration = parse_duration(text.substr(1))) {
      return -*duration;
    }
  }
  return read_duration(cursor, reading);
}

std::optional<std::string> read_word(YamlCursor cursor, Reading reading,
                                     std::span<const std::string_view> words) {
  const auto index = read_choice_index(cursor, reading, {words.begin(), words.end()});
  return index ? std::optional(std::string(words[*index])) : std::nullopt;
}

std::optional<std::string> read_observation_kind(YamlCursor cursor, Reading reading) {
  const auto name = read_name(cursor, reading);
  if (!name) {
    return std::nullopt;
  }
  std::vector<std::string_view> known;
  for (int i = 0; i <= static_cast<int>(ObservationKind::run_ended); ++i) {
    known.push_back(observation_name(static_cast<ObservationKind>(i)));
    if (known.back() == name->text) {
      return name->text;
    }
  }
  reading.sink.error(name->at, fmt::format("there is no observation {}", in_quotes(name->text)),
                     hint_for(name->text, known, reading));
  return std::nullopt;
}

bool is_word(const std::optional<YamlCursor>& cursor, std::string_view word) {
  return cursor && cursor->is_scalar() && !cursor->quoted() && cursor->text() == word;
}

std::string hint_for(std::string_view name, const std::vector<std::string_view>& known,
                     Reading reading) {
  // Comparing with ever more names would cost more than it helps.
  constexpr std::size_t kMostCompared = 20'000;
  if (reading.sink.full()) {
    return {};
  }
  if (known.size() <= kMostCompared) {
    return suggestion(name, known);
  }
  return suggestion(name, {known.begin(), known.begin() + kMostCompared});
}

}  // namespace switchfault
