// The rules of the source tree that a compiler does not know: layers, banned words, mirrored tests.
//
// Rules are rows of the tables below; each finding prints file:line and what to use instead. Every
// rule also has a self-test that it fires on a bad snippet, so a rule cannot rot into silence. The
// rules read text, not C++: what only a parser can see is left to clang-tidy.

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <ostream>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "tidy/source_text.h"

namespace switchfault::tidy {
namespace {

using Tree = std::vector<SourceFile>;
using Findings = std::vector<std::string>;

// --- The tables ----------------------------------------------------------------------------------

// Which folder of sim/ may include which others, itself and the public headers always allowed.
const std::map<std::string, std::set<std::string>> kLayers = {
    {"include", {}},
    {"core", {}},
    {"os", {"core"}},
    {"net", {"core", "os"}},
    {"protocols", {"core", "os", "net"}},
    {"services", {"core", "os", "net"}},
    {"faults", {"core", "os", "net"}},
    {"actions", {"core", "os", "net"}},
    {"operations", {"core", "os", "net", "protocols", "services", "faults", "actions"}},
    {"run", {"core", "os", "net", "protocols", "services", "faults", "actions", "operations"}},
    {"study",
     {"core", "os", "net", "protocols", "services", "faults", "actions", "operations", "run"}},
    {"report", {"core"}},
    {"io", {"core"}},
};

// Headers that only some files may include, by the beginning of their name.
struct Owned {
  std::string header;
  std::vector<std::string> in;      // where the rule holds
  std::vector<std::string> except;  // who owns it
  std::string instead;
};
const std::vector<Owned> kOwnedHeaders = {
    {"yaml-cpp/",
     {"sim/", "tools/", "bench/"},
     {"sim/io/yaml_cursor.", "bench/load_bench."},
     "io/yaml_cursor.h"},
    {"nlohmann/", {"sim/"}, {"sim/io/"}, "a writer of sim/io"},
    {"rapidjson/", {"sim/"}, {"sim/io/"}, "a writer of sim/io"},
    {"sqlite3", {"sim/"}, {"sim/io/"}, "core's ReplicationStore, implemented in sim/io"},
    {"pcap", {"sim/"}, {"sim/io/"}, "core's FrameSource and FrameSink, implemented in sim/io"},
    {"fstream", {"sim/"}, {"sim/io/"}, "a sink or source of core, implemented in sim/io"},
    {"filesystem", {"sim/"}, {"sim/io/"}, "a sink or source of core, implemented in sim/io"},
    {"mpi.h", {"sim/", "tools/"}, {"tools/switchfault/mpi_ranks."}, "switchfault/ranks.h"},
    {"iostream", {"sim/"}, {}, "observations; a result is a value, the tool prints it"},
    {"random", {"sim/"}, {}, "core/random.h, draws as pure functions"},
    {"Random123/", {"sim/"}, {"sim/core/random."}, "core/random.h, draws as pure functions"},
    {"boost/random", {"sim/"}, {"sim/core/random."}, "core/random.h, draws as pure functions"},
    {"thread",
     {"sim/"},
     {"sim/study/", "sim/io/background_file."},
     "one thread a run; more in sim/study"},
    {"mutex",
     {"sim/"},
     {"sim/study/", "sim/io/background_file."},
     "one thread a run; more in sim/study"},
    {"atomic",
     {"sim/"},
     {"sim/study/", "sim/io/background_file."},
     "one thread a run; more in sim/study"},
    {"future",
     {"sim/"},
     {"sim/study/", "sim/io/background_file."},
     "one thread a run; more in sim/study"},
    {"cassert", {"sim/", "tools/"}, {}, "SF_CHECK, which is always on"},
    {"bits/", {"sim/", "tools/", "tests/", "bench/"}, {}, "the standard header itself"},
};

// Words that must not stand in code; comments and literals do not count.
struct Ban {
  std::string word;
  std::vector<std::string> in;
  std::vector<std::string> except;
  std::string instead;
};
const std::vector<Ban> kBans = {
    {"system_clock", {"sim/"}, {"sim/io/", "sim/study/"}, "Simulator::now"},
    {"steady_clock", {"sim/"}, {"sim/io/", "sim/study/"}, "Simulator::now"},
    {"high_resolution_clock", {"sim/"}, {"sim/io/", "sim/study/"}, "Simulator::now"},
    {"clock_gettime", {"sim/"}, {}, "Simulator::now"},
    {"gettimeofday", {"sim/"}, {}, "Simulator::now"},
    {"std::time", {"sim/"}, {}, "Simulator::now"},
    {"localtime*", {"sim/"}, {}, "the zone the loader resolved"},
    {"sleep_for", {"sim/"}, {}, "an event or a Timer"},
    {"getenv", {"sim/"}, {}, "an option passed in by the tool"},
    {"std::thread",
     {"sim/"},
     {"sim/study/", "sim/io/background_file."},
     "one thread a run; sim/study runs several"},
    {"std::jthread",
     {"sim/"},
     {"sim/study/", "sim/io/background_file."},
     "one thread a run; sim/study runs several"},
    {"std::async",
     {"sim/"},
     {"sim/study/", "sim/io/background_file."},
     "one thread a run; sim/study runs several"},
    {"thread_local", {"sim/"}, {"sim/core/check.", "sim/study/"}, "a member of the World"},
    {"random_device", {"sim/"}, {}, "Random with the scenario's seed"},
    {"mt19937*", {"sim/"}, {}, "Random, draws as pure functions"},
    {"default_random_engine", {"sim/"}, {}, "Random, draws as pure functions"},
    {"*_distribution",
     {"sim/"},
     {"sim/core/random.", "sim/study/distributions."},
     "a draw of Random; std's differ by library"},
    {"std::shuffle", {"sim/"}, {}, "sort by a draw for each element"},
    {"std::ranges::shuffle", {"sim/"}, {}, "sort by a draw for each element"},
    {"std::sample", {"sim/"}, {}, "sort by a draw for each element"},
    {"rand", {"sim/", "tools/", "tests/", "bench/"}, {}, "Random with a seed that is printed"},
    {"srand", {"sim/", "tools/", "tests/", "bench/"}, {}, "Random with a seed that is printed"},
    {"std::hash", {"sim/"}, {}, "stable_hash, the same on every library"},
    {"unordered_*", {"sim/"}, {"sim/io/"}, "a sorted vector, std::map or a vector by dense index"},
    {"shared_ptr", {"sim/"}, {"sim/io/"}, "one owner: unique_ptr or a value; refer by id"},
    {"make_shared", {"sim/"}, {"sim/io/"}, "one owner: unique_ptr or a value; refer by id"},
    {"weak_ptr", {"sim/"}, {"sim/io/"}, "an id"},
    {"std::function", {"sim/core/", "sim/net/"}, {}, "InlineAction, or an interface with a name"},
    {"fopen", {"sim/"}, {"sim/io/"}, "a sink or source of core, implemented in sim/io"},
    {"std::cout", {"sim/"}, {}, "an observation; the tool prints"},
    {"std::cerr", {"sim/"}, {}, "an observation; the tool prints"},
    {"printf", {"sim/"}, {}, "an observation; fmt::format for text"},
    {"sprintf", {"sim/"}, {}, "fmt::format"},
    {"dynamic_cast", {"sim/"}, {}, "a virtual of the interface; nobody asks which kind it is"},
    {"typeid", {"sim/"}, {}, "a virtual of the interface; nobody asks which kind it is"},
    {"assert", {"sim/", "tools/"}, {}, "SF_CHECK, which is always on"},
    {"NDEBUG", {"sim/", "tools/", "tests/", "bench/"}, {}, "SF_CHECK, which is always on"},
    {"std::ranges::unique",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::unique; clang 14 lacks subranges"},
    {"std::ranges::remove",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::remove; clang 14 lacks subranges"},
    {"std::ranges::remove_if",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::remove_if; clang 14 lacks subranges"},
    {"std::ranges::partition",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::partition; clang 14 lacks subranges"},
    {"std::ranges::stable_partition",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::stable_partition; clang 14 lacks subranges"},
    {"std::ranges::rotate",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::rotate; clang 14 lacks subranges"},
    {"std::ranges::equal_range",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::ranges::lower_bound; clang 14 lacks subranges"},
    {"std::ranges::search",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::search; clang 14 lacks subranges"},
    {"std::ranges::find_end",
     {"sim/", "tools/", "tests/", "bench/"},
     {},
     "std::find_end; clang 14 lacks subranges"},
    {"consteval", {"sim/", "tools/", "tests/", "bench/"}, {}, "constexpr; clang 14 crashes on it"},
    {"std::views", {"sim/", "tools/", "tests/", "bench/"}, {}, "a loop; clang 14 lacks views"},
    {"goto", {"sim/", "tools/", "tests/", "bench/"}, {}, "a function with early return"},
};

// Flags that change arithmetic from machine to machine; searched in the build files.
const std::vector<Ban> kFlagBans = {
    {"-ffast-math", {}, {}, "no flag: the same bytes with every compiler"},
    {"-Ofast", {}, {}, "-O2: the same bytes with every compiler"},
    {"-funsafe-math-optimizations", {}, {}, "no flag: the same bytes with every compiler"},
    {"-march=native", {}, {}, "no flag: the same bytes on every machine"},
    {"-mfma", {}, {}, "no flag: the same bytes on every machine"},
};

// Names that say nothing about the domain.
const std::regex kEmptyNames("(^|_)(utils?|managers?|helpers?|common|misc)(_|\\.|$)");

constexpr std::size_t kLineLength = 100;
constexpr std::size_t kRootCmakeLines = 150;
constexpr std::size_t kFolderCmakeLines = 40;
constexpr std::size_t kDecisionLines = 40;

// --- The rules -----------------------------------------------------------------------------------

void report(Findings& findings, const SourceFile& file, std::size_t line, const std::string& what) {
  findings.push_back(file.path + ":" + std::to_string(line + 1) + ": " + what);
}

bool holds(const SourceFile& file, const std::vector<std::string>& in,
           const std::vector<std::string>& except) {
  return starts_with_any(file.path, in) && !starts_with_any(file.path, except);
}

// "sim/net/port.cpp" -> "net"; empty outside sim/.
std::string layer_of(const std::string& path) {
  static const std::regex kPattern("sim/([a-z]+)/.*");
  std::smatch match;
  return std::regex_match(path, match, kPattern) ? match[1].str() : "";
}

struct Include {
  std::size_t line;
  bool quoted;
  std::string header;
};

std::vector<Include> includes_of(const SourceFile& file) {
  static const std::regex kPattern("\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"].*");
  std::vector<Include> includes;
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    std::smatch match;
    if (file.code[i].find('#') != std::string::npos &&
        std::regex_match(file.code[i], match, kPattern)) {
      includes.push_back({i, match[1] == "\"", match[2]});
    }
  }
  return includes;
}

// sim/: the arrows of kLayers. tools and bench: public headers and their own only, but bench/kernel
// also core, and what measures parts of a World those.
void check_layers(const SourceFile& file, Findings& findings) {
  const std::string layer = layer_of(file.path);
  for (const Include& include : includes_of(file)) {
    const std::string folder = include.header.substr(0, include.header.find('/'));
    const bool ours = include.quoted && kLayers.contains(folder);
    if (layer.empty()) {
      const bool kernel = file.path.starts_with("bench/kernel") && folder == "core";
      const bool parts = starts_with_any(file.path, {"bench/packets", "bench/convergence"});
      if (ours && starts_with_any(file.path, {"tools/", "bench/"}) && !kernel && !parts) {
        report(findings, file, include.line,
               "\"" + include.header + "\" is internal; include <switchfault/...>");
      }
    } else if (!kLayers.contains(layer)) {
      report(findings, file, 0, "sim/" + layer + " is no layer; name it in the table of layers");
    } else if (include.quoted && !ours) {
      report(findings, file, include.line,
             "\"" + include.header + "\": write our headers as \"layer/name.h\"");
    } else if (ours && folder != layer && !kLayers.at(layer).contains(folder)) {
      report(findings, file, include.line,
             layer + " must not include " + folder + "; add a lever to the layer below both");
    }
  }
}

void check_public_headers(const SourceFile& file, Findings& findings) {
  if (layer_of(file.path) != "include") {
    return;
  }
  static const std::regex kStandard("[a-z_0-9]+");
  for (const Include& include : includes_of(file)) {
    if (include.quoted || (!include.header.starts_with("switchfault/") &&
                           !std::regex_match(include.header, kStandard))) {
      report(findings, file, include.line,
             include.header + " in a public header; standard and <switchfault/...> only");
    }
  }
}

void check_owned_headers(const SourceFile& file, Findings& findings) {
  for (const Include& include : includes_of(file)) {
    for (const Owned& owned : kOwnedHeaders) {
      const bool whole = owned.header.find('/') == std::string::npos;
      const bool same = whole ? include.header == owned.header ||
                                    include.header.starts_with(owned.header + ".") ||
                                    include.header.starts_with(owned.header + "/")
                              : include.header.starts_with(owned.header);
      if (!include.quoted && same && holds(file, owned.in, owned.except)) {
        report(findings, file, include.line,
               "<" + include.header + "> is not for here; use " + owned.instead);
      }
    }
  }
}

void check_bans(const SourceFile& file, Findings& findings) {
  if (!is_cpp(file.path)) {
    return;
  }
  for (const Ban& ban : kBans) {
    if (!holds(file, ban.in, ban.except)) {
      continue;
    }
    for (std::size_t i = 0; i < file.code.size(); ++i) {
      if (!file.code[i].starts_with("#include") &&
          find_word(file.code[i], ban.word) != std::string::npos) {
        report(findings, file, i, "banned: " + ban.word + "; use " + ban.instead);
      }
    }
  }
}

bool is_build_file(std::string_view path) {
  return path.ends_with("CMakeLists.txt") || path.ends_with(".cmake") ||
         path.ends_with("CMakePresets.json");
}

void check_flags(const SourceFile& file, Findings& findings) {
  if (!is_build_file(file.path)) {
    return;
  }
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    const std::string_view line = file.code[i];
    for (const Ban& ban : kFlagBans) {
      if (find_word(line.substr(0, line.find('#')), ban.word) != std::string::npos) {
        report(findings, file, i, "banned: " + ban.word + "; use " + ban.instead);
      }
    }
  }
}

void check_using_namespace(const SourceFile& file, Findings& findings) {
  static const std::regex kLiterals(".*using namespace std::([a-z_]+::)*[a-z_]*literals;.*");
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    if (is_cpp(file.path) && find_word(file.code[i], "using namespace") != std::string::npos &&
        !std::regex_match(file.code[i], kLiterals)) {
      report(findings, file, i, "banned: using namespace; use the qualified names");
    }
  }
}

// Maps and sets ordered by address differ from run to run.
void check_pointer_order(const SourceFile& file, Findings& findings) {
  static const std::regex kPattern(".*\\b(map|set|less|greater)<[^,<>]*\\*\\s*[,>].*");
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    if (is_cpp(file.path) && file.path.starts_with("sim/") &&
        file.code[i].find('*') != std::string::npos && std::regex_match(file.code[i], kPattern)) {
      report(findings, file, i, "ordered by pointer; order by Entity or stable id");
    }
  }
}

// Position just behind the bracket that closes the one at `open`; npos if none does.
std::size_t behind_bracket(std::string_view text, std::size_t open) {
  const char opening = text[open];
  const char closing = opening == '{' ? '}' : ')';
  int depth = 0;
  for (std::size_t i = open; i < text.size(); ++i) {
    depth += text[i] == opening ? 1 : text[i] == closing ? -1 : 0;
    if (depth == 0) {
      return i + 1;
    }
  }
  return text.npos;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) {
    text += line + '\n';
  }
  return text;
}

std::size_t line_at(std::string_view text, std::size_t at) {
  return static_cast<std::size_t>(
      std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

// The body of a switch with those of the switches inside it blanked.
std::string own_body(std::string_view body) {
  std::string own(body);
  for (std::size_t at = find_word(own, "switch"); at != own.npos;
       at = find_word(own, "switch", at)) {
    const std::size_t open = own.find('{', at);
    const std::size_t end = open == own.npos ? own.npos : behind_bracket(own, open);
    const std::size_t until = std::min(end, own.size());
    std::replace_if(
        own.begin() + static_cast<long>(at), own.begin() + static_cast<long>(until),
        [](char c) { return c != '\n'; }, ' ');
  }
  return own;
}

// A switch whose labels are enumerators lists them all: the compiler then names a forgotten one.
void check_closed_switches(const SourceFile& file, Findings& findings) {
  if (!is_cpp(file.path) || !starts_with_any(file.path, {"sim/", "tools/"})) {
    return;
  }
  static const std::regex kEnumerator("\\bcase\\s+(\\w+::)*[a-z]\\w*\\s*:");
  const std::string text = joined(file.code);
  for (std::size_t at = find_word(text, "switch"); at != text.npos;
       at = find_word(text, "switch", at + 1)) {
    const std::size_t open = text.find('{', at);
    const std::size_t end = open == text.npos ? open : behind_bracket(text, open);
    if (end == text.npos) {
      continue;
    }
    const std::string body = own_body(text.substr(open, end - open));
    static const std::regex kDefault("\\bdefault\\s*:");
    std::smatch match;
    if (std::regex_search(body, kEnumerator) && std::regex_search(body, match, kDefault)) {
      const auto offset = static_cast<std::size_t>(match.position());
      report(findings, file, line_at(text, open + offset),
             "banned: default in a switch over an enum; list every enumerator");
    }
  }
}

void check_enumerators(const SourceFile& file, Findings& findings) {
  if (!is_cpp(file.path)) {
    return;
  }
  static const std::regex kSnake("[a-z][a-z0-9_]*");
  const std::string text = joined(file.code);
  static const std::regex kEnum("\\benum\\s+(class\\s+|struct\\s+)?(\\w+)?\\s*(:[^{;]*)?\\{");
  for (std::sregex_iterator it(text.begin(), text.end(), kEnum), end; it != end; ++it) {
    const auto open = static_cast<std::size_t>(it->position() + it->length()) - 1;
    const std::size_t line = line_at(text, open);
    if (!(*it)[1].matched) {
      report(findings, file, line, "banned: plain enum; use enum class");
    }
    const std::string body = text.substr(open + 1, behind_bracket(text, open) - open - 2);
    static const std::regex kName("(?:^|,)\\s*(\\w+)");
    for (std::sregex_iterator name(body.begin(), body.end(), kName); name != end; ++name) {
      if (!std::regex_match((*name)[1].str(), kSnake)) {
        report(findings, file, line_at(text, open + static_cast<std::size_t>(name->position(1))),
               "enumerator " + (*name)[1].str() + " is not snake_case");
      }
    }
  }
}

void check_constants(const SourceFile& file, Findings& findings) {
  static const std::regex kConstant(
      "\\s*(?:inline |static )*constexpr (?:[\\w:]+)(?:<[^=]*>)? (\\w+)(?:\\[\\w*\\])*\\s*[={].*");
  static const std::regex kGood("k[A-Z0-9]\\w*|is_steady");  // The standard asks it of a clock.
  for (std::size_t i = 0; i < file.code.size(); ++i) {
    std::smatch match;
    if (is_cpp(file.path) && file.code[i].find("constexpr ") != std::string::npos &&
        std::regex_match(file.code[i], match, kConstant) &&
        !std::regex_match(match[1].str(), kGood)) {
      report(findings, file, i, "constant " + match[1].str() + " is not kCamelCase");
    }
  }
}

// An open end needs an issue number, else nobody closes it.
void check_open_ends(const SourceFile& file, Findings& findings) {
  static const std::regex kPattern("\\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\\b(?!\\(#[0-9]+\\))");
  for (std::size_t i = 0; i < file.prose.size(); ++i) {
    std::smatch match;
    if (std::regex_search(file.prose[i], match, kPattern)) {
      report(findings, file, i,
             match[1].str() + " without a number; write " + match[1].str() + "(#12)");
    }
  }
}

// A silenced check names itself and its reason.
void check_silencing(const SourceFile& file, Findings& findings) {
  static const std::regex kPattern("\\bNOLINT(NEXTLINE|BEGIN|END)?\\b");
  static const std::regex kGood("\\bNOLINT(NEXTLINE|BEGIN|END)?\\([a-zA-Z0-9.,* -]+\\)(: .+)?");
  for (std::size_t i = 0; i < file.prose.size(); ++i) {
    const std::string& line = file.prose[i];
    std::smatch match;
    if (!is_cpp(file.path) || !std::regex_search(line, kPattern)) {
      continue;
    }
    const bool named = std::regex_search(line, match, kGood);
    if (!named || (match[1] != "END" && !match[2].matched)) {
      report(findings, file, i, "write NOLINT(check-name): and the reason");
    }
  }
}

void check_file_name(const SourceFile& file, Findings& findings) {
  const std::string name = file.path.substr(file.path.rfind('/') + 1);
  if (starts_with_any(file.path, {"sim/", "tools/", "tests/", "bench/"}) &&
      std::regex_search(name, kEmptyNames)) {
    report(findings, file, 0, "the name says nothing; name the file after a noun of the domain");
  }
}

// Paths of one machine. /dev and /proc are the same everywhere; the zone database has one place.
void check_absolute_paths(const SourceFile& file, Findings& findings) {
  static const std::regex kPattern(
      "(^|[\\s\"'=(:])/(home|root|tmp|usr|var|opt|mnt|srv|etc|media|work|Users)/");
  static const std::vector<std::string> kAllowed = {
      "/usr/bin/env bash", "/usr/share/zoneinfo", "/etc/os-release", "/etc/apt/", "/etc/localtime"};
  // Files of others stay as they are.
  if ((!starts_with_any(file.path, {"sim/", "tools/", "tests/", "bench/", ".ci/"}) ||
       file.path.starts_with("tests/data/")) &&
      !is_build_file(file.path)) {
    return;
  }
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    const std::string& line = file.lines[i];
    const bool allowed =
        std::any_of(kAllowed.begin(), kAllowed.end(),
                    [&](const std::string& path) { return line.find(path) != line.npos; });
    if (line.find('/') != line.npos && !allowed && std::regex_search(line, kPattern)) {
      report(findings, file, i, "absolute path; take it from an option, or relative to the source");
    }
  }
}

// SWITCHFAULT_CORE_X_H_ for sim/core/x.h, SWITCHFAULT_X_H_ for a public header, and
// SWITCHFAULT_TESTS_… for tests/….
void check_guards(const SourceFile& file, Findings& findings) {
  if (!is_header(file.path)) {
    return;
  }
  std::string name = file.path;
  for (const std::string prefix : {"sim/include/switchfault/", "sim/"}) {
    if (name.starts_with(prefix)) {
      name.erase(0, prefix.size());
      break;
    }
  }
  std::string guard = "SWITCHFAULT_" + name + "_";
  std::transform(guard.begin(), guard.end(), guard.begin(), [](char c) {
    return c == '/' || c == '.' ? '_' : static_cast<char>(std::toupper(c));
  });
  const auto line = std::find_if(file.code.begin(), file.code.end(), [](const std::string& code) {
    return code.find('#') != code.npos;
  });
  if (line == file.code.end() || *line != "#ifndef " + guard) {
    report(findings, file, static_cast<std::size_t>(line - file.code.begin()),
           "begin with #ifndef " + guard);
  }
  if (file.path.starts_with("sim/") && (file.lines.empty() || !file.lines[0].starts_with("//"))) {
    report(findings, file, 0, "begin with a comment: what it is, what is left out");
  }
}

void check_line_length(const SourceFile& file, Findings& findings) {
  for (std::size_t i = 0; i < file.lines.size(); ++i) {
    // UTF-8: bytes that continue a character do not count.
    const auto length = static_cast<std::size_t>(
        std::count_if(file.lines[i].begin(), file.lines[i].end(),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    if (is_cpp(file.path) && length > kLineLength &&
        file.lines[i].find("http") == std::string::npos) {
      report(findings, file, i, "longer than 100 columns");
    }
  }
}

void check_file_length(const SourceFile& file, Findings& findings) {
  std::optional<std::size_t> limit;
  if (file.path == "CMakeLists.txt") {
    limit = kRootCmakeLines;
  } else if (file.path.ends_with("CMakeLists.txt")) {
    limit = kFolderCmakeLines;
  } else if (file.path.starts_with("docs/decisions/")) {
    limit = kDecisionLines;
  }
  if (limit && file.lines.size() > *limit) {
    report(findings, file, *limit, "longer than " + std::to_string(*limit) + " lines");
  }
}

// sim/x/y.cpp <-> tests/x/y_test.cpp; a header without a source may have a test too. Closed
// formulas test the program as a whole.
void check_mirror(const Tree& tree, Findings& findings) {
  std::set<std::string> paths;
  for (const SourceFile& file : tree) {
    paths.insert(file.path);
  }
  static const std::regex kTest("tests/([a-z]+)/(.*)_test\\.cpp");
  for (const SourceFile& file : tree) {
    const std::string layer = layer_of(file.path);
    std::smatch match;
    if (!layer.empty() && file.path.ends_with(".cpp")) {
      std::string test = file.path;
      test.replace(0, 4, "tests/").replace(test.size() - 4, 4, "_test.cpp");
      if (!paths.contains(test)) {
        report(findings, file, 0, "has no test; write " + test);
      }
    } else if (std::regex_match(file.path, match, kTest) && kLayers.contains(match[1])) {
      const std::string source = "sim/" + match[1].str() + "/" + match[2].str();
      const std::string header = "sim/include/switchfault/" + match[2].str() + ".h";
      const bool theory = source.starts_with("sim/study/closed_forms_");  // Of the whole program.
      if (!theory && !paths.contains(source + ".cpp") && !paths.contains(source + ".h") &&
          !paths.contains(header)) {
        report(findings, file, 0, "tests no file of its name; rename it after what it tests");
      }
    }
  }
}

struct Rule {
  std::string name;
  void (*check)(const SourceFile&, Findings&);
};
void PrintTo(const Rule& rule, std::ostream* out) {
  *out << rule.name;
}

const std::vector<Rule> kRules = {
    {"layers", check_layers},
    {"public_headers", check_public_headers},
    {"owned_headers", check_owned_headers},
    {"banned_words", check_bans},
    {"banned_flags", check_flags},
    {"using_namespace", check_using_namespace},
    {"pointer_order", check_pointer_order},
    {"closed_switches", check_closed_switches},
    {"enumerators", check_enumerators},
    {"constants", check_constants},
    {"open_ends", check_open_ends},
    {"silencing", check_silencing},
    {"file_names", check_file_name},
    {"absolute_paths", check_absolute_paths},
    {"guards", check_guards},
    {"line_length", check_line_length},
    {"file_length", check_file_length},
};

// --- The source tree keeps the rules -------------------------------------------------------------

const Tree& source_tree() {
  static const Tree kTree = [] {
    Tree tree = read_tree(SWITCHFAULT_SOURCE_DIR,
                          {"sim", "tools", "tests", "bench", "docs", ".ci", "scenarios"});
    // This file holds the bad examples.
    std::erase_if(tree,
                  [](const SourceFile& file) { return file.path == "tests/tidy/tidy_test.cpp"; });
    return tree;
  }();
  return kTree;
}

class SourceTree : public ::testing::TestWithParam<Rule> {};

TEST_P(SourceTree, Keeps) {
  Findings findings;
  for (const SourceFile& file : source_tree()) {
    GetParam().check(file, findings);
  }
  EXPECT_TRUE(findings.empty()) << joined(findings);
}

INSTANTIATE_TEST_SUITE_P(Rule, SourceTree, ::testing::ValuesIn(kRules),
                         [](const auto& rule) { return rule.param.name; });

TEST(SourceTreeTest, TestsMirrorSources) {
  Findings findings;
  check_mirror(source_tree(), findings);
  EXPECT_TRUE(findings.empty()) << joined(findings);
}

TEST(SourceTreeTest, IsReadCompletely) {
  std::set<std::string> paths;
  for (const SourceFile& file : source_tree()) {
    paths.insert(file.path);
  }
  for (const std::string path : {"CMakeLists.txt", "sim/core/CMakeLists.txt", "tools/check",
                                 "sim/include/switchfault/units.h", "tests/tidy/source_text.h"}) {
    EXPECT_TRUE(paths.contains(path)) << path;
  }
}

// --- The rules fire ------------------------------------------------------------------------------

Findings findings_of(const std::string& rule, const std::string& path, std::string_view text) {
  Findings findings;
  const auto row = std::find_if(kRules.begin(), kRules.end(),
                                [&](const Rule& other) { return other.name == rule; });
  row->check(make_source(path, text), findings);
  return findings;
}

struct Example {
  std::string rule;
  std::string path;
  std::string text;
  std::string finding;  // Empty: the text is fine.
};
const std::vector<Example> kExamples = {
    {"layers", "sim/os/boot.cpp", "#include \"net/port.h\"\n",
     "sim/os/boot.cpp:1: os must not include net; add a lever to the layer below both"},
    {"layers", "sim/faults/gray_port.cpp", "\n#include \"protocols/rstp.h\"\n",
     "sim/faults/gray_port.cpp:2: faults must not include protocols; add a lever to the layer "
     "below both"},
    {"layers", "sim/io/journal.cpp", "#include \"run/run_log.h\"\n",
     "sim/io/journal.cpp:1: io must not include run; add a lever to the layer below both"},
    {"layers", "sim/os/boot.cpp", "#include \"boot.h\"\n",
     "sim/os/boot.cpp:1: \"boot.h\": write our headers as \"layer/name.h\""},
    {"layers", "tools/run.cpp", "#include \"run/world.h\"\n",
     "tools/run.cpp:1: \"run/world.h\" is internal; include <switchfault/...>"},
    {"layers", "bench/hold.cpp", "#include \"core/simulator.h\"\n",
     "bench/hold.cpp:1: \"core/simulator.h\" is internal; include <switchfault/...>"},
    {"layers", "sim/attic/x.cpp", "#include \"core/simulator.h\"\n",
     "sim/attic/x.cpp:1: sim/attic is no layer; name it in the table of layers"},
    {"layers", "bench/kernel/hold.cpp", "#include \"core/simulator.h\"\n", ""},
    {"layers", "sim/run/world.cpp", "#include <switchfault/run.h>\n#include \"os/boot.h\"\n", ""},
    {"public_headers", "sim/include/switchfault/run.h", "#include <fmt/core.h>\n",
     "sim/include/switchfault/run.h:1: fmt/core.h in a public header; standard and "
     "<switchfault/...> only"},
    {"public_headers", "sim/include/switchfault/run.h", "#include \"core/entity.h\"\n",
     "sim/include/switchfault/run.h:1: core/entity.h in a public header; standard and "
     "<switchfault/...> only"},
    {"public_headers", "sim/include/switchfault/run.h",
     "#include <switchfault/units.h>\n#include <vector>\n", ""},
    {"owned_headers", "sim/io/loader.cpp", "#include <yaml-cpp/yaml.h>\n",
     "sim/io/loader.cpp:1: <yaml-cpp/yaml.h> is not for here; use io/yaml_cursor.h"},
    {"owned_headers", "sim/io/yaml_cursor.cpp", "#include <yaml-cpp/yaml.h>\n", ""},
    {"owned_headers", "sim/net/tap.cpp", "#include <pcap.h>\n",
     "sim/net/tap.cpp:1: <pcap.h> is not for here; use core's FrameSource and FrameSink, "
     "implemented in sim/io"},
    {"owned_headers", "sim/net/tap.cpp", "#include <fstream>\n",
     "sim/net/tap.cpp:1: <fstream> is not for here; use a sink or source of core, implemented in "
     "sim/io"},
    {"owned_headers", "sim/io/journal.cpp", "#include <fstream>\n#include <nlohmann/json.hpp>\n",
     ""},
    {"banned_words", "sim/io/journal.cpp", "std::unordered_map<int, int> rows;\n", ""},
    {"banned_words", "sim/os/boot.cpp", "const int operand = 1;  // rand, std::function\n", ""},
    {"banned_words", "sim/os/boot.cpp", "const char* text = \"getenv\";\n", ""},
    {"banned_words", "tests/os/boot_test.cpp", "std::unordered_map<int, int> rows;\n", ""},
    {"banned_flags", "sim/os/CMakeLists.txt", "# why\nadd_compile_options(-march=native)\n",
     "sim/os/CMakeLists.txt:2: banned: -march=native; use no flag: the same bytes on every "
     "machine"},
    {"banned_flags", "CMakeLists.txt", "# no -ffast-math\n", ""},
    {"using_namespace", "tests/os/boot_test.cpp", "using namespace std;\n",
     "tests/os/boot_test.cpp:1: banned: using namespace; use the qualified names"},
    {"using_namespace", "tests/os/boot_test.cpp", "using namespace std::chrono_literals;\n", ""},
    {"pointer_order", "sim/net/port.h", "std::map<const Port*, int> rows;\n",
     "sim/net/port.h:1: ordered by pointer; order by Entity or stable id"},
    {"pointer_order", "sim/net/port.h", "std::map<PortId, const Port*> rows;\n", ""},
    {"closed_switches", "sim/os/boot.cpp",
     "switch (kind) {\n  case BootKind::cold:\n    return 1;\n  default:\n    return 2;\n}\n",
     "sim/os/boot.cpp:4: banned: default in a switch over an enum; list every enumerator"},
    {"closed_switches", "sim/io/units.cpp",
     "switch (c) {\n  case 's':\n    return 1;\n  default:\n    return 2;\n}\n", ""},
    {"closed_switches", "sim/io/units.cpp",
     "switch (kind) {\n  case Kind::a: {\n    switch (c) {\n      case 's':\n        return 1;\n"
     "      default:\n        return 2;\n    }\n  }\n}\n",
     ""},
    {"enumerators", "sim/os/boot.h", "enum class BootKind {\n  cold,\n  Warm = 2,\n};\n",
     "sim/os/boot.h:3: enumerator Warm is not snake_case"},
    {"enumerators", "sim/os/boot.h", "enum BootKind { cold };\n",
     "sim/os/boot.h:1: banned: plain enum; use enum class"},
    {"enumerators", "sim/os/boot.h", "enum class Id : std::uint32_t { none = 0xffffffff };\n", ""},
    {"constants", "sim/os/boot.cpp", "constexpr int max_boots = 3;\n",
     "sim/os/boot.cpp:1: constant max_boots is not kCamelCase"},
    {"constants", "sim/os/boot.cpp", "static constexpr std::array<int, 2> table = {1, 2};\n",
     "sim/os/boot.cpp:1: constant table is not kCamelCase"},
    {"constants", "sim/os/boot.cpp", "constexpr int kMax = 3;\nconstexpr int twice(int a);\n", ""},
    {"open_ends", "sim/os/boot.cpp",
     "int a;  // TO"
     "DO: more\n",
     "sim/os/boot.cpp:1: TO"
     "DO without a number; write TO"
     "DO(#12)"},
    {"open_ends", "sim/os/boot.cpp",
     "int a;  // TO"
     "DO(#7): more\n",
     ""},
    {"silencing", "sim/os/boot.cpp", "int a;  // NOLINT\n",
     "sim/os/boot.cpp:1: write NOLINT(check-name): and the reason"},
    {"silencing", "sim/os/boot.cpp", "int a;  // NOLINT(misc-x): a lambda is an action.\n", ""},
    {"file_names", "sim/os/string_utils.h", "",
     "sim/os/string_utils.h:1: the name says nothing; name the file after a noun of the domain"},
    {"file_names", "sim/os/common.cpp", "",
     "sim/os/common.cpp:1: the name says nothing; name the file after a noun of the domain"},
    {"file_names", "sim/os/management.cpp", "", ""},
    {"absolute_paths", "tests/io/load_test.cpp", "load(\"/tmp/x.yaml\");\n",
     "tests/io/load_test.cpp:1: absolute path; take it from an option, or relative to the source"},
    {"absolute_paths", "tests/io/load_test.cpp", "load(\"/dev/null\", \"10.0.0.0/8\");\n", ""},
    {"guards", "sim/os/boot.h", "// Boot.\n\n#pragma once\n",
     "sim/os/boot.h:3: begin with #ifndef SWITCHFAULT_OS_BOOT_H_"},
    {"guards", "sim/os/boot.h", "#ifndef SWITCHFAULT_OS_BOOT_H_\n",
     "sim/os/boot.h:1: begin with a comment: what it is, what is left out"},
    {"guards", "sim/include/switchfault/run.h", "// Run.\n#ifndef SWITCHFAULT_RUN_H_\n", ""},
    {"line_length", "sim/os/boot.h", "// " + std::string(98, 'x') + "\n",
     "sim/os/boot.h:1: longer than 100 columns"},
    {"line_length", "sim/os/boot.h", "// " + std::string(97, 'x') + "\n", ""},
    {"file_length", "sim/os/CMakeLists.txt", std::string(41, '\n'),
     "sim/os/CMakeLists.txt:41: longer than 40 lines"},
    {"file_length", "sim/os/CMakeLists.txt", std::string(40, '\n'), ""},
};

TEST(Rules, FireOnBadAndAcceptGoodExamples) {
  for (const Example& example : kExamples) {
    const Findings expected = example.finding.empty() ? Findings{} : Findings{example.finding};
    EXPECT_EQ(findings_of(example.rule, example.path, example.text), expected) << example.text;
  }
}

TEST(Rules, EachHasAnExampleThatFires) {
  for (const Rule& rule : kRules) {
    const bool fires = rule.name == "banned_words" ||  // Has a test for each row below.
                       std::any_of(kExamples.begin(), kExamples.end(), [&](const Example& example) {
                         return example.rule == rule.name && !example.finding.empty();
                       });
    EXPECT_TRUE(fires) << rule.name;
  }
}

TEST(Rules, EachBannedWordIsFoundInCodeButNotInComments) {
  for (const Ban& ban : kBans) {
    const std::string use = std::regex_replace(ban.word, std::regex("\\*"), "x");
    const std::string path = ban.in[0] + "os/x.cpp";
    EXPECT_EQ(findings_of("banned_words", path, "int a;\nauto b = " + use + "(a);\n"),
              Findings{path + ":2: banned: " + ban.word + "; use " + ban.instead});
    EXPECT_EQ(findings_of("banned_words", path, "int a;  // " + use + "(a)\n"), Findings{});
    for (const std::string& owner : ban.except) {
      EXPECT_EQ(findings_of("banned_words", owner + "x.cpp", use + "(a);\n"), Findings{});
    }
  }
}

TEST(Rules, TestsAndSourcesNeedEachOther) {
  const Tree tree = {
      make_source("sim/os/boot.cpp", ""),        make_source("sim/os/image.cpp", ""),
      make_source("sim/os/part.h", ""),          make_source("tests/os/image_test.cpp", ""),
      make_source("tests/os/part_test.cpp", ""), make_source("tests/os/reboot_test.cpp", "")};
  Findings findings;
  check_mirror(tree, findings);
  EXPECT_EQ(findings,
            (Findings{"sim/os/boot.cpp:1: has no test; write tests/os/boot_test.cpp",
                      "tests/os/reboot_test.cpp:1: tests no file of its name; rename it after what "
                      "it tests"}));
}

TEST(Rules, LayersHaveNoCycle) {
  for (const auto& [layer, below] : kLayers) {
    for (const std::string& other : below) {
      EXPECT_FALSE(kLayers.at(other).contains(layer)) << layer << " and " << other;
      for (const std::string& lower : kLayers.at(other)) {
        EXPECT_TRUE(below.contains(lower)) << layer << " sees " << other << " but not " << lower;
      }
    }
  }
}

TEST(SourceTextTest, TellsCodeFromProse) {
  const SourceFile file = make_source(
      "x.cpp", "a(\"b\\\"// c\");  // d \"e\"\nf = 1'000; /* g\nh */ i('\\''); R\"x(j\"k)x\";\n");
  EXPECT_EQ(file.code, (std::vector<std::string>{"a(\"       \");          ", "f = 1'000;     ",
                                                 "     i('  '); R\"       \";"}));
  EXPECT_EQ(file.prose[0], "               // d \"e\"");
  EXPECT_EQ(file.prose[1], "           /* g");
}

TEST(SourceTextTest, FindsWholeWordsOnly) {
  EXPECT_EQ(find_word("operand rand", "rand"), 8U);
  EXPECT_EQ(find_word("static_assert(x)", "assert"), std::string::npos);
  EXPECT_EQ(find_word("std::normal_distribution<>", "*_distribution"), 11U);
  EXPECT_EQ(find_word("std::unordered_map", "unordered_*"), 5U);
  EXPECT_EQ(find_word("my_unordered_map", "unordered_*"), std::string::npos);
}

}  // namespace
}  // namespace switchfault::tidy
