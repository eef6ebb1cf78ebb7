// MulticastStream: the periodic frame of one protocol to all its like on the subnet of an
// interface.
//
// Occurrence n leaves at anchor + n * period, as a walk at one instant. While one has changed
// nothing it sleeps (StandingFlow): those who heard the last one are held until it wakes. Bridges
// keep the sender's MAC meanwhile. Frames may also be sent beside the schedule.

#ifndef SWITCHFAULT_NET_MULTICAST_STREAM_H_
#define SWITCHFAULT_NET_MULTICAST_STREAM_H_

#include <cstdint>
#include <vector>

#include "net/network.h"
#include "net/standing_flow.h"

namespace switchfault {

class MulticastStream final : public StandingFlow {
 public:
  struct Listener {
    Protocol* protocol = nullptr;
    InterfaceIndex interface = InterfaceIndex::none;
  };
  // The protocol that sends it.
  class Sender {
   public:
    struct Message {
      InterfaceIndex interface = InterfaceIndex::none;
      MacAddress source;
      ControlFrame frame;
      ObservationId why = ObservationId::none;  // It says what it says.
    };
    [[nodiscard]] virtual Message message() const = 0;
    // Of the instances on these nodes those whose deadline the frame of that time has moved.
    [[nodiscard]] virtual std::vector<Listener> who_heard(const std::vector<NodeIndex>& nodes,
                                                          SimTime at) const = 0;

   protected:
    ~Sender() = default;
  };

  struct Context {
    Simulator& simulator;
    Network& network;
    NodeIndex node;
    bool skip_quiet_time;
  };
  MulticastStream(const Context& context, Sender& sender, const Schedule& schedule);
  ~MulticastStream() override;

  // Now, beside the schedule.
  void send(const Sender::Message& message);
  // What changed last where the last frame has been: why somebody did not hear it, perhaps.
  [[nodiscard]] ObservationId last_change() const;

 private:
  Outcome execute(std::int64_t n, ReadSet& reads, ReadSet& kept) override;
  void fell_asleep(std::int64_t n) override;
  void woke(std::int64_t n) override;
  bool send(const Sender::Message& message, ReadSet& reads, ReadSet& kept);

  Context context_;
  Sender& sender_;
  std::vector<NodeIndex> reached_nodes_;
  std::vector<LinkIndex> reached_links_;
  std::vector<Listener> held_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_MULTICAST_STREAM_H_
