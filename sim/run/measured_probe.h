// MeasuredStream: numbered requests as the programs send them that measured the cases: UDP packets
// at their own times, each answered by the far host. Keeps from when on requests and answers got
// through; while nothing can change it sleeps.
// A kernel that asks for a neighbour keeps what is to be sent there until it gives up: packets of
// the last such wait arrive late, which is no loss. Not modelled: the limit of that queue.

#ifndef SWITCHFAULT_RUN_MEASURED_PROBE_H_
#define SWITCHFAULT_RUN_MEASURED_PROBE_H_

#include <vector>

#include <switchfault/measured.h>

#include "net/standing_flow.h"

namespace switchfault {

// What a stream sends.
Packet measured_packet(const Network& network, const MeasuredProbe& probe);

class MeasuredStream final : public StandingFlow {
 public:
  MeasuredStream(Simulator& simulator, Network& network, const MeasuredProbe& probe,
                 Duration phase);

  // Losses of the packets sent in [from, until).
  [[nodiscard]] MeasuredFlow losses(SimTime from, SimTime until) const;
  // Every packet sent in that time was answered.
  [[nodiscard]] bool clean(SimTime from, SimTime until) const;

 private:
  struct Change {
    std::int64_t since;  // The first packet it is true of.
    bool arrived, answered;
  };

  Outcome execute(std::int64_t n, ReadSet& reads, ReadSet& kept) override;
  [[nodiscard]] std::int64_t first_from(SimTime time) const;
  void note_wait(const WalkResult& result, const ReadSet& kept);
  void deliver_late(const Change& now);
  [[nodiscard]] MeasuredLoss loss(SimTime from, SimTime until, bool Change::*good) const;

  Network& network_;
  Duration period_;
  SimTime anchor_;
  NodeIndex from_;
  Packet packet_;
  std::vector<Change> changes_;
  SimTime asked_ = kNever;  // The first question for the neighbour that packets wait for.
  Duration patience_{};     // How long they do.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_MEASURED_PROBE_H_
