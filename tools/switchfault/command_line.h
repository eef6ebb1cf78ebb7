// The command line: options of one subcommand, checked, with suggestions for what was mistyped.
//
// Wraps Boost.Program_options: the subcommand is found by hand (its own way of doing so loses
// arguments), option names are never guessed, numbers are parsed here with their range.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_COMMAND_LINE_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_COMMAND_LINE_H_

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace switchfault {

// What the user typed cannot be used; printed with the hint, exit 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct OptionSpec {
  std::string name;      // "seed"
  std::string argument;  // "N"; empty for a switch.
  std::string summary;
  bool repeats = false;
};

struct CommandSpec {
  std::string name;
  std::string summary;
  std::string arguments;                 // "SCENARIO" or "FILE..."
  std::size_t minimum = 0, maximum = 0;  // How many positional arguments.
  std::vector<OptionSpec> options;
  std::string details = {};  // More lines of its help.
};

class Parsed {
 public:
  // Throws UsageError.
  Parsed(const CommandSpec& command, const std::vector<std::string>& arguments);

  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
  [[nodiscard]] std::optional<std::uint64_t> number(const std::string& name, std::uint64_t minimum,
                                                    std::uint64_t maximum) const;
  // One of the choices, the first when not given.
  [[nodiscard]] std::string choice(const std::string& name,
                                   const std::vector<std::string>& choices) const;
  [[nodiscard]] const std::vector<std::string>& positional() const { return positional_; }

 private:
  struct Value {
    std::string name;
    std::vector<std::string> texts;
  };
  std::vector<Value> values_;
  std::vector<std::string> positional_;
};

// Options every command takes.
std::vector<OptionSpec> global_options();
std::string help_text(const CommandSpec& command);

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_COMMAND_LINE_H_
