// What the ranks of a study tell each other, as bytes: little-endian, the same on every machine.
//
// Every message carries a digest of the study it belongs to, so that what is still on its way when
// a study ends is not taken for a part of the next one.

#ifndef SWITCHFAULT_STUDY_RANK_MESSAGE_H_
#define SWITCHFAULT_STUDY_RANK_MESSAGE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "study/replications.h"

namespace switchfault {

enum class RankWord : std::uint8_t {
  ready,   // To rank 0: has this study before it and so many threads.
  refuse,  // To rank 0: cannot take part; `text` says why.
  stop,    // To rank 0: was interrupted.
  task,    // From rank 0: run this.
  result,  // To rank 0.
  alive,   // Both ways: nothing to tell.
  end,     // From rank 0: the study is over; what came of it, where others go on from there.
};

// Fields that the word does not need are not carried.
struct RankNote {
  RankWord word = RankWord::alive;
  std::string study;          // Digest.
  std::uint32_t threads = 0;  // ready
  std::string text;           // refuse
  ReplicationTask task;       // task
  StrategyReplication result;
  std::vector<double> outcome;  // end
};

std::string rank_bytes(const RankNote& note);
// Throws RankLost when these are no such bytes.
RankNote rank_note(std::string_view bytes);

}  // namespace switchfault

#endif  // SWITCHFAULT_STUDY_RANK_MESSAGE_H_
