#include "io/settings.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include <switchfault/units.h>

namespace switchfault {
namespace {

// A file index above this does not fit into a node of the tree.
constexpr std::size_t kMostFiles = 200;
constexpr std::string_view kForm = "write KEY.PATH=VALUE, as in clock.duration=2h";

// The file whose tree holds what a path begins with.
std::string_view first_key(std::string_view path) {
  return path.substr(0, path.find_first_of(".["));
}

// Where a path leads: an existing value, or a map and the keys that it does not have yet.
struct Place {
  YamlCursor value;
  std::vector<std::string_view> new_keys;
};

std::vector<std::string_view> split_at_dots(std::string_view path) {
  std::vector<std::string_view> keys;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('.'), path.size());
    keys.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return keys;
}

// Walks a path from a root; reports where it cannot go on.
class Walk {
 public:
  Walk(std::string_view path, SourcePos at, DiagnosticSink& sink)
      : rest_(path), at_(at), sink_(sink) {}

  std::optional<Place> from(YamlCursor root) {
    YamlCursor value = root;
    while (!rest_.empty()) {
      if (value.is_map() || value.is_null()) {
        const auto next = key_in(value);
        if (!next) {
          return new_keys(value);
        }
        value = *next;
      } else if (value.is_list()) {
        const auto next = item_in(value);
        if (!next) {
          return std::nullopt;
        }
        value = *next;
      } else {
        sink_.error(at_, fmt::format("{} is a single value", in_quotes(walked_)),
                    fmt::format("leave {} out", in_quotes(rest_)));
        return std::nullopt;
      }
    }
    return Place{value, {}};
  }

 private:
  // The value of the longest key that the rest of the path begins with: names may hold dots.
  std::optional<YamlCursor> key_in(YamlCursor map) {
    std::optional<YamlCursor> found;
    std::size_t length = 0;
    for (const auto [key, value] : map.entries()) {
      const std::string_view name = key.text();
      const bool begins =
          rest_.starts_with(name) &&
          (rest_.size() == name.size() || rest_[name.size()] == '.' || rest_[name.size()] == '[');
      if (begins && (!found || name.size() > length)) {
        found = value;
        length = name.size();
      }
    }
    if (found) {
      step(length);
    }
    return found;
  }

  // Only the last key of a path may be new, or a whole section that the file leaves out.
  std::optional<Place> new_keys(YamlCursor map) {
    const bool section = walked_.empty() && rest_.find('[') == std::string_view::npos;
    if (!section && rest_.find_first_of(".[") != std::string_view::npos) {
      std::vector<std::string_view> known;
      for (const auto [key, value] : map.entries()) {
        known.push_back(key.text());
      }
      const std::string_view missing = first_key(rest_);
      sink_.error(at_, fmt::format("there is no {} in {}", in_quotes(missing), in_quotes(walked_)),
                  suggestion(missing, known));
      return std::nullopt;
    }
    return Place{map, split_at_dots(rest_)};
  }

  // "[2]", "2", or the name of an item.
  std::optional<YamlCursor> item_in(YamlCursor list) {
    const bool bracket = rest_.front() == '[';
    const std::string_view text = rest_.substr(bracket ? 1 : 0);
    const std::size_t end = std::min(text.find_first_of(bracket ? "]" : ".["), text.size());
    const std::string_view wanted = text.substr(0, end);
    const auto number = parse_integer(wanted);
    std::vector<std::string_view> known;
    std::int64_t index = 0;
    for (const YamlCursor item : list.items()) {
      const auto name = item.find("name");
      if ((number && *number == index) || (!number && name && name->text() == wanted)) {
        step(end + (bracket ? 2 : 0));
        return item;
      }
      if (name) {
        known.push_back(name->text());
      }
      ++index;
    }
    sink_.error(at_,
                fmt::format("there is no item {} in {}", in_quotes(wanted), in_quotes(walked_)),
                number ? fmt::format("it has {} items, counted from 0", list.size())
                       : suggestion(wanted, known));
    return std::nullopt;
  }

  // Goes over `length` characters and the dot behind them.
  void step(std::size_t length) {
    length = std::min(length, rest_.size());
    if (!walked_.empty() && rest_.front() != '[') {
      walked_ += '.';
    }
    walked_ += rest_.substr(0, length);
    rest_.remove_prefix(length);
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
    }
  }

  std::string_view rest_;
  std::string walked_;
  SourcePos at_;
  DiagnosticSink& sink_;
};

// Where VALUE of KEY=VALUE stands, so that its marks are those of the whole text.
std::string blank_key(std::string_view text, std::size_t equals) {
  return std::string(equals + 1, ' ') + std::string(text.substr(equals + 1));
}

}  // namespace

Settings::Settings(const std::vector<std::string>& texts, std::vector<SourceFile>& files,
                   DiagnosticSink& sink)
    : sink_(sink) {
  for (const std::string& text : texts) {
    const auto index = static_cast<std::uint32_t>(files.size());
    files.push_back({.path = "--set", .text = text});
    const SourcePos at{.file = index, .line = 1, .column = 1};
    const std::size_t equals = text.find('=');
    if (files.size() > kMostFiles) {
      sink.error(at, fmt::format("more than {} settings", kMostFiles));
      return;
    }
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size() ||
        text.find('\n') != std::string::npos) {
      sink.error(at, fmt::format("{} is no setting", in_quotes(text)), std::string(kForm));
      continue;
    }
    const SourceFile blanked{.path = "--set", .text = blank_key(text, equals)};
    YamlFile value = YamlFile::parse(index, blanked, {}, sink);
    if (value.usable()) {
      settings_.push_back({text.substr(0, equals), std::move(value), at});
    }
  }
}

void Settings::choose_topology(YamlFile& scenario) {
  for (const Setting& setting : settings_) {
    if (setting.path == "topology") {
      put(scenario, setting);
    }
  }
  std::erase_if(settings_, [](const Setting& setting) { return setting.path == "topology"; });
}

void Settings::apply(YamlFile& scenario, YamlFile* topology) {
  for (const Setting& setting : settings_) {
    const std::string_view key = first_key(setting.path);
    const bool in_scenario = scenario.root().find(key) && key != "topology";
    const bool in_topology = topology != nullptr && topology->root().find(key);
    put(in_topology && !in_scenario ? *topology : scenario, setting);
  }
}

void Settings::put(YamlFile& file, const Setting& setting) {
  const YamlCursor root = file.root();
  if (!root.is_map()) {
    return;  // Reported by whoever reads it.
  }
  const auto place = Walk(setting.path, setting.at, sink_).from(root);
  if (!place) {
    return;
  }
  if (!place->new_keys.empty()) {
    file.insert(place->value, place->new_keys, setting.value);
  } else if (!file.replace(place->value, setting.value)) {
    sink_.error(
        setting.at,
        fmt::format("an alias in the file stands for {} or a part of it", in_quotes(setting.path)),
        "change the file");
  }
}

}  // namespace switchfault
