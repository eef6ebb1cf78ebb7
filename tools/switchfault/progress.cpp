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

Progress::Progress() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
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

}  // namespace switchfault
