// FlowAccounts: the results of a replay, folded from one verdict a packet in the order of sending.
//
// Stands in sim/run, not in sim/report: a report folds a finished log, but a capture is a stream
// whose packets nobody keeps, so what feeds it has to call it while the two worlds run.
// Memory: one account a sense of a conversation and one an application, each bounded.

#ifndef SWITCHFAULT_RUN_FLOW_ACCOUNTS_H_
#define SWITCHFAULT_RUN_FLOW_ACCOUNTS_H_

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <switchfault/replay.h>

#include "run/time_bins.h"
#include "run/traffic_tally.h"
#include "run/verdict_window.h"

namespace switchfault {

class FlowAccounts {
 public:
  // With one side the run is its own baseline.
  explicit FlowAccounts(std::size_t sides = kSides) : sides_(sides) {}

  // Applications beyond so many are accounted as one, "other".
  static constexpr std::size_t kMaxApplications = 1024;

  // The same name, the same number. Services are told apart from ports of the same name.
  std::uint32_t application(const std::string& name, bool service);
  // Senses and conversations are numbered in the order they are added.
  std::uint32_t add_sense(std::uint32_t conversation, std::uint32_t application, bool reply);

  // A packet that has no conversation at all.
  void refuse(NotSent reason, std::uint32_t length);
  // A packet of a sense that is not offered to the network.
  void refuse(NotSent reason, std::uint32_t length, std::uint32_t sense);
  // In the order of sending, those not sent left out.
  void fold(const PacketRecord& record);

  [[nodiscard]] std::uint64_t packets() const { return packets_; }
  [[nodiscard]] std::uint64_t sent() const { return sent_; }

  // Everything but names that only others know: senses in order, places as entities. Checks that
  // verdicts sum up to the packets.
  struct Sense {
    std::uint32_t conversation = 0;
    std::uint32_t application = 0;
    bool reply = false;
    std::uint64_t packets = 0, bytes = 0, lost_by_faults = 0;
  };
  [[nodiscard]] std::size_t senses() const { return senses_.size(); }
  [[nodiscard]] const Sense& sense(std::uint32_t number) const { return senses_[number].facts; }
  [[nodiscard]] TrafficReport traffic(std::uint32_t sense, Side side) const;
  // By number.
  [[nodiscard]] std::vector<ApplicationReport> applications() const;
  [[nodiscard]] std::vector<VerdictCount> dispositions(Side side) const;
  [[nodiscard]] std::vector<LossPlace> losses() const;  // Places without names.
  [[nodiscard]] std::uint64_t failed() const;           // Conversations
  [[nodiscard]] std::uint64_t for_good() const;
  [[nodiscard]] SimTime first_sent() const { return first_sent_; }
  [[nodiscard]] SimTime last_sent() const { return last_sent_; }
  // Of all verdicts so far and their delays, in order.
  [[nodiscard]] std::string fingerprint() const;

 private:
  struct SenseAccount {
    Sense facts;
    std::array<TrafficTally, kSides> tallies;
  };
  struct ConversationAccount {
    std::uint32_t application = 0;
    bool failed = false;    // Lost a packet by the faults …
    bool for_good = false;  // … and has delivered none since.
  };
  struct Application {
    ApplicationReport facts;
    SimTime first_failure, last_failure;
    std::array<TrafficTally, kSides> tallies;
    TimeBins bins;
  };
  struct Loss {
    std::uint64_t packets = 0;
    SimTime first, last;
  };
  void count(PacketVerdict run, PacketVerdict baseline);
  [[nodiscard]] std::size_t kept(Side side) const {
    return sides_ == 1 ? 0 : static_cast<std::size_t>(side);
  }
  void fold_failure(const PacketRecord& record, ConversationAccount& conversation);

  std::size_t sides_;
  std::vector<SenseAccount> senses_;
  std::vector<ConversationAccount> conversations_;
  std::vector<Application> applications_;
  std::map<std::pair<bool, std::string>, std::uint32_t> application_numbers_;
  std::array<std::array<std::uint64_t, PacketVerdict::kCount>, kSides> verdicts_{};
  std::map<std::pair<Entity, PacketVerdict>, Loss> losses_;
  std::uint64_t packets_ = 0, sent_ = 0;
  SimTime first_sent_, last_sent_;
  std::uint64_t digest_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_FLOW_ACCOUNTS_H_
