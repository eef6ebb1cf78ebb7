#include "study/rank_pool.h"

#include <algorithm>
#include <utility>

#include <switchfault/diagnostic.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// Results of this process end the wait at once; messages are looked for so often.
constexpr std::chrono::milliseconds kPoll{1};
constexpr std::chrono::seconds kSignOfLife{5};
// Runs that a rank has beyond its threads, so that none waits for a message.
constexpr std::size_t kRunsInReserve = 1;

std::string rank_name(std::uint32_t rank, const Ranks& ranks) {
  return "rank " + std::to_string(rank) + " of " + std::to_string(ranks.count());
}

// What the studies of one program run share.
std::string_view series(std::string_view study) {
  return study.substr(0, study.find('/'));
}

[[noreturn]] void refuse(const std::string& message, const std::string& hint) {
  throw InputError(
      {Diagnostic{.at = {}, .path = {}, .source_line = {}, .message = message, .hint = hint}});
}

}  // namespace

RankPool::RankPool(const Replications& replications, Ranks& ranks, RankPoolOptions options)
    : ranks_(ranks),
      options_(std::move(options)),
      own_(replications, options_.threads),
      members_(ranks.count()),
      told_(Clock::now()) {
  for (Member& member : members_) {
    member.heard = told_;
  }
  members_[0].threads = options_.threads;
}

RankPool::~RankPool() {
  try {
    for (std::uint32_t rank = 1; rank < members_.size(); ++rank) {
      ranks_.send(
          rank, rank_bytes({.word = RankWord::end, .study = options_.study, .outcome = outcome_}));
    }
  } catch (const RankLost&) {
    return;  // Whoever can be reached has been told.
  }
}

std::size_t RankPool::threads() const {
  std::size_t sum = 0;
  for (const Member& member : members_) {
    sum += member.threads;
  }
  return sum;
}

std::size_t RankPool::begun(std::uint32_t rank) const {
  return rank == 0 ? own_.open() : members_[rank].begun.size();
}

void RankPool::submit(const ReplicationTask& task) {
  waiting_.push_back(task);
  ++open_;
  hand_out();
}

// To the rank with the most threads idle, the first of them; at last one more than it has threads.
void RankPool::hand_out() {
  while (!waiting_.empty()) {
    std::uint32_t best = 0;
    std::size_t most_room = 0;
    for (std::uint32_t rank = 0; rank < members_.size(); ++rank) {
      const std::size_t limit =
          members_[rank].threads == 0 ? 0 : members_[rank].threads + kRunsInReserve;
      const std::size_t room = limit - std::min(limit, begun(rank));
      if (room > most_room) {
        best = rank;
        most_room = room;
      }
    }
    if (most_room == 0) {
      return;
    }
    const ReplicationTask task = waiting_.front();
    waiting_.pop_front();
    if (best == 0) {
      own_.submit(task);
    } else {
      ranks_.send(best,
                  rank_bytes({.word = RankWord::task, .study = options_.study, .task = task}));
      members_[best].begun.push_back(task);
    }
  }
}

std::optional<StrategyReplication> RankPool::take(std::chrono::milliseconds wait) {
  const auto until = Clock::now() + wait;
  while (true) {
    receive();
    keep_alive();
    std::optional<StrategyReplication> result;
    if (!results_.empty()) {
      result = std::move(results_.front());
      results_.pop_front();
    } else {
      result = own_.take(std::min(wait, kPoll));
    }
    hand_out();
    if (result) {
      --open_;
      return result;
    }
    if (Clock::now() >= until) {
      return std::nullopt;
    }
  }
}

void RankPool::receive() {
  while (auto message = ranks_.receive()) {
    if (message->bytes.empty()) {
      throw RankLost(rank_name(message->from, ranks_) + " has left");
    }
    members_[message->from].heard = Clock::now();
    receive(message->from, rank_note(message->bytes));
  }
}

void RankPool::receive(std::uint32_t from, RankNote note) {
  Member& member = members_[from];
  const bool ours = note.study == options_.study;
  if (note.word == RankWord::refuse) {
    refuse(rank_name(from, ranks_) + " cannot take part: " + note.text, "");
  }
  if (note.word == RankWord::stop) {
    throw RankLost(rank_name(from, ranks_) + " was interrupted");
  }
  if (note.word == RankWord::ready) {
    if (series(note.study) != series(options_.study)) {
      refuse(rank_name(from, ranks_) + " has another scenario or version of the program",
             "every machine needs the same files");
    }
    member.threads = ours ? note.threads : member.threads;  // Else it is late for a former study.
  }
  if (note.word != RankWord::result || !ours) {
    return;
  }
  const auto task =
      std::find_if(member.begun.begin(), member.begun.end(), [&](const ReplicationTask& begun) {
        return begun.replication == note.result.replication &&
               begun.strategy == note.result.strategy;
      });
  if (task != member.begun.end()) {
    member.begun.erase(task);
    results_.push_back(std::move(note.result));
  }
}

void RankPool::keep_alive() {
  const auto now = Clock::now();
  if (now - told_ >= kSignOfLife) {
    told_ = now;
    for (std::uint32_t rank = 1; rank < members_.size(); ++rank) {
      ranks_.send(rank, rank_bytes({.word = RankWord::alive, .study = options_.study}));
    }
  }
  for (std::uint32_t rank = 1; rank < members_.size(); ++rank) {
    const auto silent = now - members_[rank].heard;
    if (silent > options_.lost_after) {
      throw RankLost(rank_name(rank, ranks_) + " has said nothing for " +
                     format_duration(std::chrono::duration_cast<std::chrono::seconds>(silent)));
    }
  }
}

std::unique_ptr<Workforce> workforce(const Replications& replications, Ranks* ranks,
                                     RankPoolOptions options) {
  if (ranks == nullptr) {
    return std::make_unique<WorkerPool>(replications, options.threads);
  }
  return std::make_unique<RankPool>(replications, *ranks, std::move(options));
}

std::optional<std::vector<double>> serve(const Replications& replications, Ranks& ranks,
                                         const RankPoolOptions& options,
                                         const std::function<bool()>& go_on) {
  using Clock = std::chrono::steady_clock;
  const auto tell = [&](RankNote note) {
    note.study = options.study;
    ranks.send(0, rank_bytes(note));
  };
  tell({.word = RankWord::ready, .threads = options.threads});
  WorkerPool pool(replications, options.threads);
  auto told = Clock::now();
  std::optional<Clock::time_point> heard;  // Rank 0 may take its time before it begins.
  bool interrupted = false;
  while (true) {
    while (const auto message = ranks.receive()) {
      if (message->bytes.empty()) {
        return std::nullopt;
      }
      RankNote note = rank_note(message->bytes);
      heard = Clock::now();
      if (note.study == options.study && note.word == RankWord::end) {
        return std::move(note.outcome);
      }
      if (note.study == options.study && note.word == RankWord::task) {
        pool.submit(note.task);
      }
    }
    if (auto result = pool.take(kPoll)) {
      tell({.word = RankWord::result, .result = std::move(*result)});
    }
    const auto now = Clock::now();
    if (now - told >= kSignOfLife) {
      told = now;
      tell({.word = RankWord::alive});
    }
    if (heard && now - *heard > options.lost_after) {
      throw RankLost(rank_name(0, ranks) + " has said nothing for a minute");
    }
    if (!interrupted && !go_on()) {
      interrupted = true;
      tell({.word = RankWord::stop});
    }
  }
}

}  // namespace switchfault
