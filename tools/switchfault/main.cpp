// switchfault: the program. Finds the subcommand and hands it its arguments.

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <pcap/pcap.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <switchfault/diagnostic.h>

#include "commands.h"
#include "messages.h"

namespace switchfault {
namespace {

std::vector<Command> commands() {
  return {run_command(),    compare_command(),  optimize_command(),
          replay_command(), validate_command(), show_command(),
          why_command(),    list_command(),     models_command()};
}

std::string overview() {
  std::string text =
      "switchfault: what falls when the operating system of network switches fails,\n"
      "and which workaround brings it back soonest.\n\n";
  for (const Command& command : commands()) {
    text += fmt::format("  switchfault {:<9} {}\n", command.spec.name, command.spec.summary);
  }
  return text +
         "\nswitchfault help COMMAND prints the options of a command; README.md has a first "
         "result.\n"
         "Exit status: 0 every expectation held, 1 one failed or a fault was not exercised,\n"
         "2 usage or input error, 3 undecided, 70 internal error, 130 interrupted.\n";
}

std::string version() {
  return fmt::format("switchfault {}\ncompiler {}\n{}\n", SWITCHFAULT_VERSION, __VERSION__,
                     pcap_lib_version());
}

void set_up_log(const Parsed& parsed) {
  const std::string level = parsed.choice("log-level", {"warning", "info", "debug", "error"});
  auto logger = spdlog::stderr_color_mt("switchfault");
  logger->set_pattern("%l: %v");
  logger->set_level(spdlog::level::from_str(level));
  spdlog::set_default_logger(logger);
}

int execute(const Command& command, const std::vector<std::string>& arguments) {
  const Parsed parsed(command.spec, arguments);
  if (parsed.has("help")) {
    fmt::print("{}", help_text(command.spec));
    return kExitPass;
  }
  set_up_log(parsed);
  return command.execute(parsed);
}

int dispatch(std::vector<std::string> arguments) {
  if (arguments.empty()) {
    fmt::print(stderr, "{}", overview());
    return kExitUsage;
  }
  std::replace(arguments.begin(), arguments.end(), std::string("-h"), std::string("--help"));
  std::string name = arguments.front();
  arguments.erase(arguments.begin());
  if (name == "--version") {
    fmt::print("{}", version());
    return kExitPass;
  }
  if (name == "help" && !arguments.empty()) {
    name = arguments.front();
    arguments = {"--help"};
  }
  if (name == "help" || name == "--help") {
    fmt::print("{}", overview());
    return kExitPass;
  }
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if (command.spec.name == name) {
      return execute(command, arguments);
    }
    names.push_back(command.spec.name);
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  throw UsageError(fmt::format("unknown command '{}'; {}\nTry 'switchfault help'.", name,
                               suggestion(name, known)));
}

}  // namespace
}  // namespace switchfault

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // A limit on file sizes is told as a full disk is.
  return switchfault::with_messages([&] { return switchfault::dispatch({argv + 1, argv + argc}); });
}
