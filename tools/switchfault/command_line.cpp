#include "command_line.h"

#include <algorithm>
#include <string_view>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <switchfault/diagnostic.h>
#include <switchfault/units.h>

namespace switchfault {
namespace {

namespace po = boost::program_options;

std::vector<OptionSpec> all_options(const CommandSpec& command) {
  std::vector<OptionSpec> options = command.options;
  for (OptionSpec& option : global_options()) {
    options.push_back(std::move(option));
  }
  return options;
}

std::string unknown_option(const std::string& name, const std::vector<OptionSpec>& options,
                           const std::string& command) {
  std::vector<std::string_view> known;
  known.reserve(options.size());
  for (const OptionSpec& option : options) {
    known.emplace_back(option.name);
  }
  std::string bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
  return fmt::format("unknown option '{}'; {}\nTry 'switchfault help {}'.", name,
                     suggestion(bare, known), command);
}

}  // namespace

std::vector<OptionSpec> global_options() {
  return {{"help", "", "print this help"},
          {"color", "WHEN", "auto, always or never"},
          {"quiet", "", "print no result, only set the exit status"},
          {"log-level", "LEVEL", "warning, info, debug or error: messages on stderr"},
          {"max-input", "SIZE", "largest input file, 8MiB when not given"}};
}

Parsed::Parsed(const CommandSpec& command, const std::vector<std::string>& arguments) {
  const std::vector<OptionSpec> options = all_options(command);
  po::options_description description;
  for (const OptionSpec& option : options) {
    if (option.argument.empty()) {
      description.add_options()(option.name.c_str(), "");
    } else {
      description.add_options()(option.name.c_str(), po::value<std::vector<std::string>>(), "");
    }
  }
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing &
                    ~po::command_line_style::allow_short;
  const po::positional_options_description no_names;
  po::parsed_options parsed{&description};
  try {
    parsed = po::command_line_parser(arguments).options(description).style(style).run();
  } catch (const po::unknown_option& error) {
    throw UsageError(unknown_option(error.get_option_name(), options, command.name));
  } catch (const po::error& error) {
    throw UsageError(error.what());
  }
  for (const auto& option : parsed.options) {
    if (option.position_key >= 0) {
      positional_.insert(positional_.end(), option.value.begin(), option.value.end());
      continue;
    }
    const auto spec = std::find_if(options.begin(), options.end(), [&](const OptionSpec& s) {
      return s.name == option.string_key;
    });
    if (has(option.string_key) && !spec->repeats) {
      throw UsageError(fmt::format("option '--{}' is given twice", option.string_key));
    }
    if (!has(option.string_key)) {
      values_.push_back({option.string_key, {}});
    }
    Value& value = *std::find_if(values_.begin(), values_.end(),
                                 [&](const Value& v) { return v.name == option.string_key; });
    value.texts.insert(value.texts.end(), option.value.begin(), option.value.end());
  }
  if (has("help")) {
    return;
  }
  if (positional_.size() < command.minimum || positional_.size() > command.maximum) {
    throw UsageError(fmt::format("{} takes {}; {} given\nTry 'switchfault help {}'.", command.name,
                                 command.arguments.empty() ? "no argument" : command.arguments,
                                 positional_.size(), command.name));
  }
}

bool Parsed::has(const std::string& name) const {
  return std::any_of(values_.begin(), values_.end(),
                     [&](const Value& value) { return value.name == name; });
}

std::vector<std::string> Parsed::texts(const std::string& name) const {
  const auto found = std::find_if(values_.begin(), values_.end(),
                                  [&](const Value& value) { return value.name == name; });
  return found == values_.end() ? std::vector<std::string>{} : found->texts;
}

std::string Parsed::text(const std::string& name, const std::string& otherwise) const {
  const std::vector<std::string> all = texts(name);
  return all.empty() ? otherwise : all.back();
}

std::optional<std::uint64_t> Parsed::number(const std::string& name, std::uint64_t minimum,
                                            std::uint64_t maximum) const {
  if (!has(name)) {
    return std::nullopt;
  }
  const std::string written = text(name, "");
  const bool digits = !written.empty() && std::all_of(written.begin(), written.end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  constexpr std::size_t kDigitsOfMaximum = 20;
  if (digits && written.size() <= kDigitsOfMaximum) {
    try {
      const std::uint64_t value = std::stoull(written);
      if (value >= minimum && value <= maximum) {
        return value;
      }
    } catch (const std::out_of_range&) {
      // Reported below with the range.
    }
  }
  throw UsageError(fmt::format("--{} takes a whole number from {} to {}, not '{}'", name, minimum,
                               maximum, written));
}

std::string Parsed::choice(const std::string& name, const std::vector<std::string>& choices) const {
  std::string value = text(name, choices.front());
  if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
    const std::vector<std::string_view> known(choices.begin(), choices.end());
    throw UsageError(
        fmt::format("--{} does not know '{}'; {}", name, value, suggestion(value, known)));
  }
  return value;
}

std::string help_text(const CommandSpec& command) {
  std::string text =
      fmt::format("switchfault {}{}{} [options]\n\n{}\n\n", command.name,
                  command.arguments.empty() ? "" : " ", command.arguments, command.summary);
  if (!command.details.empty()) {
    text += command.details + "\n\n";
  }
  for (const OptionSpec& option : all_options(command)) {
    const std::string left =
        fmt::format("--{}{}{}", option.name, option.argument.empty() ? "" : " ", option.argument);
    text += fmt::format("  {:<26} {}{}\n", left, option.summary,
                        option.repeats ? " (may be repeated)" : "");
  }
  return text;
}

}  // namespace switchfault
