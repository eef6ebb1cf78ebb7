// Ranks over MPI, in plain C: the one file that knows it, built once for each implementation as a
// module of its own.
//
// Only the thread that called join uses MPI (MPI_THREAD_FUNNELED). Messages are sent without
// waiting and looked for without waiting, so that a rank whose peer has died can still store and
// say what it has.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <mpi.h>
#include <sched.h>

#include "process_ranks.h"

namespace switchfault {
namespace {

constexpr int kTag = 1;
constexpr std::chrono::milliseconds kPoll{1};
// Within it every rank has stopped its runs, unless it is gone.
constexpr std::chrono::seconds kFarewell{10};
constexpr int kExitLost = 70;

void check(int code) {
  if (code != MPI_SUCCESS) {
    std::string text(MPI_MAX_ERROR_STRING, '\0');
    int size = 0;
    MPI_Error_string(code, text.data(), &size);
    text.resize(static_cast<std::size_t>(size));
    throw RankLost("MPI: " + text);
  }
}

// All cores that the ranks of this machine may use, shared among them.
std::uint32_t fair_threads() {
  MPI_Comm machine = MPI_COMM_NULL;
  check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine));
  cpu_set_t own;
  cpu_set_t all;
  CPU_ZERO(&own);
  ::sched_getaffinity(0, sizeof(own), &own);
  check(MPI_Allreduce(&own, &all, static_cast<int>(sizeof(own)), MPI_BYTE, MPI_BOR, machine));
  int ranks = 1;
  check(MPI_Comm_size(machine, &ranks));
  check(MPI_Comm_free(&machine));
  return static_cast<std::uint32_t>(std::max(1, CPU_COUNT(&all) / ranks));
}

class MpiRanks final : public ProcessRanks {
 public:
  MpiRanks() {
    check(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN));
    int number = 0;
    check(MPI_Comm_rank(MPI_COMM_WORLD, &number));
    rank_ = static_cast<std::uint32_t>(number);
    check(MPI_Comm_size(MPI_COMM_WORLD, &number));
    count_ = static_cast<std::uint32_t>(number);
    threads_ = fair_threads();
  }

  [[nodiscard]] std::uint32_t rank() const override { return rank_; }
  [[nodiscard]] std::uint32_t count() const override { return count_; }
  [[nodiscard]] std::uint32_t threads() const override { return threads_; }

  void send(std::uint32_t to, std::string bytes) override {
    forget_sent();
    Sending& sending = sending_.emplace_back();
    sending.bytes = std::move(bytes);
    // NOLINTNEXTLINE(clang-analyzer-optin.*): forget_sent() completes the request.
    check(MPI_Isend(sending.bytes.data(), static_cast<int>(sending.bytes.size()), MPI_BYTE,
                    static_cast<int>(to), kTag, MPI_COMM_WORLD, &sending.request));
  }

  std::optional<RankMessage> receive() override {
    forget_sent();
    int there = 0;
    MPI_Status status;
    check(MPI_Iprobe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &there, &status));
    if (there == 0) {
      return std::nullopt;
    }
    int size = 0;
    check(MPI_Get_count(&status, MPI_BYTE, &size));
    RankMessage message{.from = static_cast<std::uint32_t>(status.MPI_SOURCE),
                        .bytes = std::string(static_cast<std::size_t>(size), '\0')};
    check(MPI_Recv(message.bytes.data(), size, MPI_BYTE, status.MPI_SOURCE, kTag, MPI_COMM_WORLD,
                   MPI_STATUS_IGNORE));
    left_ = left_ || message.bytes.empty();
    return message;
  }

  int leave(int status) override {
    bool together = false;
    try {
      together = all_leave();
    } catch (const RankLost&) {
      together = false;
    }
    if (together) {
      MPI_Finalize();
    } else {
      MPI_Abort(MPI_COMM_WORLD, status == 0 ? kExitLost : status);
    }
    return status;
  }

 private:
  struct Sending {
    std::string bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void forget_sent() {
    int done = 1;
    while (!sending_.empty() && done != 0) {
      check(MPI_Test(&sending_.front().request, &done, MPI_STATUS_IGNORE));
      if (done != 0) {
        sending_.pop_front();
      }
    }
  }

  // Rank 0 ends it; the others wait for that as long as it takes.
  bool all_leave() {
    if (rank_ == 0) {
      for (std::uint32_t to = 1; to < count_; ++to) {
        send(to, "");
      }
    } else {
      while (!left_) {
        drain();
        std::this_thread::sleep_for(kPoll);
      }
    }
    const auto until = std::chrono::steady_clock::now() + kFarewell;
    MPI_Request barrier = MPI_REQUEST_NULL;
    int passed = 0;
    while (passed == 0 && std::chrono::steady_clock::now() < until) {
      drain();
      if (sending_.empty() && barrier == MPI_REQUEST_NULL) {
        check(MPI_Ibarrier(MPI_COMM_WORLD, &barrier));
      }
      if (barrier != MPI_REQUEST_NULL) {
        check(MPI_Test(&barrier, &passed, MPI_STATUS_IGNORE));
      }
      std::this_thread::sleep_for(kPoll);
    }
    return passed != 0;
  }

  void drain() {
    while (receive()) {
    }
  }

  std::uint32_t rank_ = 0, count_ = 1, threads_ = 1;
  std::deque<Sending> sending_;  // In order; a deque, because requests and bytes must not move.
  bool left_ = false;            // Rank 0 has.
};

}  // namespace
}  // namespace switchfault

extern "C" switchfault::ProcessRanks* switchfault_join_ranks() {
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    return nullptr;
  }
  try {
    return new switchfault::MpiRanks();
  } catch (const switchfault::RankLost&) {
    return nullptr;
  }
}
