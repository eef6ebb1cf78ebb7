#include "progress.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace switchfault {
namespace {

// Set by the signal handler alone; a lock-free atomic is what a handler may write.
std::atomic<bool> interrupted{false};

void on_interrupt(int) {
  interrupted = true;
}

}  // namespace

void note_interrupts() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
}

bool was_interrupted() {
  return interrupted;
}

Progress::Progress() {
  note_interrupts();
}

bool Progress::operator()(SimTime now, SimTime end) {
  const auto wall = std::chrono::steady_clock::now();
  if (::isatty(STDERR_FILENO) != 0 && wall - shown_ > std::chrono::seconds{1}) {
    shown_ = wall;
    const double share = static_cast<double>(now.time_since_epoch().count()) /
                         static_cast<double>(end.time_since_epoch().count());
    fmt::print(stderr, "\r{:3.0f} % simulated, at {}   ", 100 * std::max(0.0, share),
               format_duration(std::chrono::floor<std::chrono::seconds>(now.time_since_epoch())));
    std::fflush(stderr);
    drawn_ = true;
  }
  return !interrupted;
}

void Progress::finish() const {
  if (drawn_) {
    fmt::print(stderr, "\r{:40}\r", "");
  }
}

StudyProgressLine::StudyProgressLine() {
  note_interrupts();
}

bool StudyProgressLine::operator()(const StudyProgress& state) {
  const auto wall = std::chrono::steady_clock::now();
  if (::isatty(STDERR_FILENO) != 0 && wall - shown_ > std::chrono::seconds{1}) {
    shown_ = wall;
    const double spent_s = std::chrono::duration<double>(wall - began_).count();
    const double rate = static_cast<double>(state.runs_done - state.runs_resumed) / spent_s;
    const std::uint64_t left = state.runs_planned - std::min(state.runs_done, state.runs_planned);
    std::string text = fmt::format(
        "{} of {} runs ({:.0f} %), {:.2g} a second", state.runs_done, state.runs_planned,
        100 * static_cast<double>(state.runs_planned - left) /
            static_cast<double>(std::max<std::uint64_t>(state.runs_planned, 1)),
        rate);
    if (state.relative_width) {
      text += fmt::format(", mean ± {:.2g} %", 100 * *state.relative_width);
    }
    if (rate > 0) {
      text += ", " +
              format_duration(std::chrono::seconds{
                  static_cast<std::int64_t>(static_cast<double>(left) / rate)}) +
              " left";
    }
    fmt::print(stderr, "\r{:<78}", text);
    std::fflush(stderr);
    drawn_ = true;
  }
  return !interrupted;
}

void StudyProgressLine::finish() const {
  if (drawn_) {
    fmt::print(stderr, "\r{:78}\r", "");
  }
}

}  // namespace switchfault
