#include "core/version.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

namespace switchfault {
namespace {

constexpr std::string_view kBeforeRelease[] = {"alpha",   "beta", "dev",     "pre",
                                               "preview", "rc",   "snapshot"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// The longest run of characters of one class at the front, taken off the text.
template <typename IsMember>
std::string_view take_while(std::string_view& text, IsMember is_member) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_member);
  const std::string_view run = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(run.size());
  return run;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  const std::size_t end = text.find_last_not_of(' ');
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin, end - begin + 1);
}

}  // namespace

std::optional<Version> Version::parse(std::string_view text) {
  Version version;
  version.text_ = text;
  take_while(text, [](char c) { return !is_digit(c); });
  bool separate = false;
  while (!text.empty()) {
    if (is_digit(text.front())) {
      const std::string_view digits = take_while(text, is_digit);
      Part part;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), part.number);
      if (error != std::errc{}) {
        return std::nullopt;
      }
      part.kind = part.number == 0 ? Kind::zero : Kind::number;
      version.parts_.push_back(std::move(part));
    } else if (is_letter(text.front())) {
      Part part{.kind = separate ? Kind::separate_word : Kind::attached_word};
      part.word = take_while(text, is_letter);
      std::transform(part.word.begin(), part.word.end(), part.word.begin(), lower);
      if (std::find(std::begin(kBeforeRelease), std::end(kBeforeRelease), part.word) !=
          std::end(kBeforeRelease)) {
        part.kind = Kind::before_release;
      }
      version.parts_.push_back(std::move(part));
    } else {
      const std::string_view between =
          take_while(text, [](char c) { return !is_digit(c) && !is_letter(c); });
      separate = between.find_first_not_of(".()") != std::string_view::npos;
      continue;
    }
    separate = false;
  }
  if (version.parts_.empty()) {
    return std::nullopt;
  }
  return version;
}

std::weak_ordering Version::compare(const Version& a, const Version& b, std::size_t count) {
  static const Part kNothing;
  for (std::size_t i = 0; i < count; ++i) {
    const Part& left = i < a.parts_.size() ? a.parts_[i] : kNothing;
    const Part& right = i < b.parts_.size() ? b.parts_[i] : kNothing;
    if (const auto order = left <=> right; order != 0) {
      return order;
    }
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering operator<=>(const Version& a, const Version& b) {
  return Version::compare(a, b, std::max(a.parts_.size(), b.parts_.size()));
}

std::optional<VersionRange> VersionRange::parse(std::string_view text) {
  VersionRange range;
  std::size_t single_bounds = 0;
  while (true) {
    const std::size_t comma = text.find(',');
    auto bounds = parse_bounds(trimmed(text.substr(0, comma)));
    if (!bounds) {
      return std::nullopt;
    }
    const bool single = bounds->size() == 1 && bounds->front().relation != Relation::equal &&
                        bounds->front().relation != Relation::begins_with;
    single_bounds += single ? 1 : 0;
    range.any_of_.push_back(*std::move(bounds));
    if (comma == std::string_view::npos) {
      break;
    }
    text.remove_prefix(comma + 1);
  }
  if (single_bounds > 1 && single_bounds == range.any_of_.size()) {
    return std::nullopt;
  }
  return range;
}

std::optional<VersionRange::Bounds> VersionRange::parse_bounds(std::string_view text) {
  Bounds bounds;
  const auto add = [&](Relation relation, std::string_view version_text) {
    version_text = trimmed(version_text);
    auto version = Version::parse(version_text);
    if (!version || version_text.find_first_of(" <>=*") != std::string_view::npos ||
        version_text.starts_with('.') || version_text.find("..") != std::string_view::npos) {
      return false;
    }
    bounds.push_back({.relation = relation, .version = *std::move(version)});
    return true;
  };
  if (text == "*") {
    return bounds;  // No bound at all.
  }
  if (const std::size_t dots = text.find(".."); dots != std::string_view::npos) {
    const bool good = add(Relation::at_least, text.substr(0, dots)) &&
                      add(Relation::at_most, text.substr(dots + 2)) &&
                      bounds[0].version <= bounds[1].version;
    return good ? std::optional(bounds) : std::nullopt;
  }
  if (text.ends_with('*')) {
    text.remove_suffix(1);
    // "7.1*" could mean 7.10 as well as 7.1.3.
    const bool good = !text.empty() && !is_digit(text.back()) && add(Relation::begins_with, text);
    return good ? std::optional(bounds) : std::nullopt;
  }
  constexpr std::pair<std::string_view, Relation> kOperators[] = {{"<=", Relation::at_most},
                                                                  {">=", Relation::at_least},
                                                                  {"<", Relation::less},
                                                                  {">", Relation::greater},
                                                                  {"=", Relation::equal}};
  if (text.find_first_of("<>=") == std::string_view::npos) {
    return add(Relation::equal, text) ? std::optional(bounds) : std::nullopt;
  }
  while (!text.empty()) {
    const auto* const found =
        std::find_if(std::begin(kOperators), std::end(kOperators),
                     [&](const auto& entry) { return text.starts_with(entry.first); });
    if (found == std::end(kOperators)) {
      return std::nullopt;
    }
    text.remove_prefix(found->first.size());
    const std::size_t end = std::min(text.find_first_of("<>="), text.size());
    if (!add(found->second, text.substr(0, end))) {
      return std::nullopt;
    }
    text.remove_prefix(end);
  }
  return bounds;
}

bool VersionRange::holds(const Bound& bound, const Version& version) {
  switch (bound.relation) {
    case Relation::less:
      return version < bound.version;
    case Relation::at_most:
      return version <= bound.version;
    case Relation::equal:
      return version == bound.version;
    case Relation::at_least:
      return version >= bound.version;
    case Relation::greater:
      return version > bound.version;
    case Relation::begins_with:
      break;
  }
  return Version::compare(version, bound.version, bound.version.parts_.size()) == 0;
}

bool VersionRange::contains(const Version& version) const {
  return std::any_of(any_of_.begin(), any_of_.end(), [&](const Bounds& bounds) {
    return std::all_of(bounds.begin(), bounds.end(),
                       [&](const Bound& bound) { return holds(bound, version); });
  });
}

}  // namespace switchfault
