// Ranks: the processes, on one machine or several, that share the replications of a study, as seen
// by one of them.
//
// All run the same program with the same arguments. Rank 0 leads: it alone folds, decides, stores
// and reports; the others run what it hands out. What carries the messages (MPI, in the program) is
// not known here. Called by one thread.

#ifndef SWITCHFAULT_RANKS_H_
#define SWITCHFAULT_RANKS_H_

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace switchfault {

struct RankMessage {
  std::uint32_t from = 0;
  std::string bytes;  // Empty: that rank takes part no more.
};

// A rank has died or cannot be reached.
class RankLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Ranks {
 public:
  virtual ~Ranks() = default;
  [[nodiscard]] virtual std::uint32_t rank() const = 0;
  [[nodiscard]] virtual std::uint32_t count() const = 0;
  // Does not wait. Messages to one rank arrive in their order. Throws RankLost.
  virtual void send(std::uint32_t to, std::string bytes) = 0;
  // The next message that has arrived, if any. Throws RankLost.
  virtual std::optional<RankMessage> receive() = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RANKS_H_
