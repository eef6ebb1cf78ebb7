// measured-agreement: simulates every measured case of a folder and says which agree.
//
// DIR holds cases/ and rest/. Prints a table and last the line "N agree, M disagree, K not
// comparable"; the reasons of all that do not agree stand between. Exit status 0: nothing
// disagrees; 1: something does; 2: usage, or a file that is no case.

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <switchfault/measured.h>

namespace {

using switchfault::MeasuredCase;
using switchfault::MeasuredRepetition;
using switchfault::MeasuredVerdict;

namespace po = boost::program_options;

constexpr std::size_t kReplications = 1000;
constexpr std::size_t kMostReplications = 1'000'000;
constexpr std::size_t kMostJobs = 1024;

struct Options {
  std::string folder;
  std::string only;  // Cases with this in their name.
  std::size_t replications = kReplications;
  std::size_t jobs = std::max(1U, std::thread::hardware_concurrency());
  bool markdown = false;
};

struct Row {
  std::string name;
  MeasuredCase measured;
  std::optional<MeasuredVerdict> verdict;  // None: not comparable.
};

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> files;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".json") {
        files.push_back(entry.path().string());
      }
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Row> load(const Options& options) {
  std::vector<Row> rows;
  for (const char* const part : {"cases", "rest"}) {
    for (const std::string& path : files_of(options.folder + "/" + part)) {
      const std::string stem = std::filesystem::path(path).stem().string();
      const std::string name = std::string_view(part) == "rest" ? "rest " + stem : stem;
      if (name.find(options.only) != std::string::npos) {
        rows.push_back({.name = name, .measured = switchfault::load_measured_case(path)});
      }
    }
  }
  if (rows.empty()) {
    throw std::runtime_error(options.folder + ": no case in cases/ or rest/");
  }
  return rows;
}

// Results by index, whichever thread made them.
std::vector<MeasuredRepetition> simulate(const MeasuredCase& measured, const Options& options) {
  const std::size_t measured_count = measured.repetitions.size();
  const std::size_t sessions = (options.replications + measured_count - 1) / measured_count;
  std::vector<MeasuredRepetition> all(sessions * measured_count);
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < options.jobs; ++i) {
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < all.size(); at = next++) {
        all[at] =
            switchfault::simulate_measured(measured, at / measured_count + 1, at % measured_count);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return all;
}

MeasuredVerdict judge(const MeasuredCase& measured, const Options& options,
                      std::size_t comparisons) {
  if (measured.repetitions.empty()) {
    return judge_rest(measured, switchfault::simulate_rest(measured, 1));
  }
  return judge_measured(measured, simulate(measured, options), comparisons);
}

std::string cell(const std::optional<MeasuredVerdict::Range>& range) {
  return range ? fmt::format("{:.0f} [{:.0f}, {:.0f}]", range->median, range->min, range->max)
               : "-";
}

std::string verdict_of(const Row& row) {
  if (!row.verdict) {
    return "not comparable";
  }
  const char* const verdict = row.verdict->agrees ? "agrees" : "disagrees";
  return row.verdict->set_aside == 0
             ? verdict
             : fmt::format("{}, {} set aside", verdict, row.verdict->set_aside);
}

void print_row(const Row& row, bool markdown) {
  const std::string measured = cell(row.verdict ? row.verdict->measured : std::nullopt);
  const std::string simulated = cell(row.verdict ? row.verdict->simulated : std::nullopt);
  fmt::print(fmt::runtime(markdown ? "| {} | {} | {} | {} |\n" : "{:44} {:24} {:24} {}\n"),
             row.name, measured, simulated, verdict_of(row));
  std::fflush(stdout);
}

void print_reasons(const Row& row, bool markdown) {
  std::vector<std::string> reasons = row.measured.missing;
  if (row.verdict) {
    reasons = row.verdict->disagreements;
  }
  if (reasons.empty()) {
    return;
  }
  fmt::print(fmt::runtime(markdown ? "\n`{}` {}:\n\n" : "\n{} {}:\n"), row.name,
             row.verdict ? "disagrees" : "is not comparable");
  for (const std::string& reason : reasons) {
    fmt::print(fmt::runtime(markdown ? "- {}\n" : "  {}\n"), reason);
  }
}

int run(const Options& options) {
  std::vector<Row> rows = load(options);
  std::size_t comparisons = 0;
  for (const Row& row : rows) {
    comparisons += row.measured.missing.empty() ? measured_comparisons(row.measured) : 0;
  }
  fmt::print(fmt::runtime(options.markdown ? "| {} | {} | {} | {} |\n|---|---|---|---|\n"
                                           : "{:44} {:24} {:24} {}\n"),
             "case", "measured ms", "simulated ms", "verdict");
  std::size_t agree = 0;
  std::size_t disagree = 0;
  for (Row& row : rows) {
    if (row.measured.missing.empty()) {
      row.verdict = judge(row.measured, options, comparisons);
      (row.verdict->agrees ? agree : disagree) += 1;
    }
    print_row(row, options.markdown);
  }
  for (const Row& row : rows) {
    print_reasons(row, options.markdown);
  }
  fmt::print("\n{} agree, {} disagree, {} not comparable\n", agree, disagree,
             rows.size() - agree - disagree);
  return disagree == 0 ? 0 : 1;
}

constexpr const char* kUsage =
    "usage: measured-agreement DIR [options]\n\n"
    "Simulates every measured case in DIR/cases and DIR/rest and prints which agree;\n"
    "docs/agreement.md has the rule. Exit status: 0 nothing disagrees, 1 something does,\n"
    "2 usage, or a file that is no case.\n";

// None: help was asked for and printed.
std::optional<Options> read_options(int count, char** words) {
  Options options;
  po::options_description described("options");
  described.add_options()("help", "print this help")(
      "only", po::value(&options.only)->value_name("TEXT"), "cases with this in their name")(
      "replications",
      po::value(&options.replications)->value_name("N")->default_value(kReplications),
      "simulated repetitions of a case")(
      "jobs", po::value(&options.jobs)->value_name("N")->default_value(options.jobs),
      "how many at the same time")("markdown", "print the table for docs/agreement.md");
  po::options_description all;
  all.add(described).add_options()("folder", po::value(&options.folder));
  po::variables_map given;
  po::store(po::command_line_parser(count, words)
                .options(all)
                .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
                .positional(po::positional_options_description().add("folder", 1))
                .run(),
            given);
  po::notify(given);
  if (given.contains("help")) {
    std::ostringstream text;
    text << kUsage << '\n' << described;
    fmt::print("{}", text.str());
    return std::nullopt;
  }
  if (options.folder.empty()) {
    throw std::invalid_argument(std::string("which folder?\n") + kUsage);
  }
  if (options.jobs == 0 || options.jobs > kMostJobs || options.replications == 0 ||
      options.replications > kMostReplications) {
    throw std::invalid_argument(
        fmt::format("--jobs takes 1 to {}, --replications 1 to {}", kMostJobs, kMostReplications));
  }
  options.markdown = given.contains("markdown");
  return options;
}

}  // namespace

int main(int count, char** words) {
  try {
    const std::optional<Options> options = read_options(count, words);
    return options ? run(*options) : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "measured-agreement: {}\n", error.what());
    return 2;
  }
}
