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

StudyProgressLine::StudyProgressLine(bool asked_for)
    : terminal_(::isatty(STDERR_FILENO) != 0), asked_for_(asked_for) {
  note_interrupts();
}

bool StudyProgressLine::is_due() const {
  const auto since = std::chrono::steady_clock::now() - shown_;
  return (terminal_ || asked_for_) && since > std::chrono::seconds{terminal_ || !drawn_ ? 1 : 10};
}

bool StudyProgressLine::operator()(const StudyProgress& state) {
  if (is_due()) {
    const auto wall = std::chrono::steady_clock::now();
    shown_ = wall;
    const double spent_s = std::chrono::duration<double>(wall - began_).count();
    const double rate = static_cast<double>(state.runs_done - state.runs_resumed) / spent_s;
    const std::uint64_t left = state.runs_planned - std::min(state.runs_done, state.runs_planned);
    std::string text = fmt::format(
        "{} of {} runs ({:.0f} %), {:.{}f} a second", state.runs_done, state.runs_planned,
        100 * static_cast<double>(state.runs_planned - left) /
            static_cast<double>(std::max<std::uint64_t>(state.runs_planned, 1)),
        rate, rate < 10 ? 1 : 0);
    if (state.relative_width) {
      text += fmt::format(", mean ± {:.2g} %", 100 * *state.relative_width);
    }
    if (rate > 0) {
      text += ", " +
              format_duration(std::chrono::seconds{
                  static_cast<std::int64_t>(static_cast<double>(left) / rate)}) +
              " left";
    }
    if (terminal_) {
      fmt::print(stderr, "\r{:<78}", text);
    } else {
      fmt::print(stderr, "{}, {} threads\n", text, state.threads);
    }
    std::fflush(stderr);
    drawn_ = true;
  }
  return !interrupted;
}

void StudyProgressLine::finish() const {
  if (drawn_ && terminal_) {
    fmt::print(stderr, "\r{:78}\r", "");
  }
}

}  // namespace switchfault
