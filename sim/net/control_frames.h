// ControlFrames: frames between protocol instances at the two ends of a link, in flight.
//
// A frame leaves over the first member that carries traffic, or by the link it belongs to, arrives
// after the link's delay in Phase::frame, and is lost without carrier at either time, by a draw
// against the shares of link and ports when it is sent, or by a draw against the receiver's CPU
// when it arrives. Draws are keyed by sending port and time; event keys count the frames of one
// port in one instant, so that a hello that was not sent because it could change nothing shifts
// neither. Not modelled: queues in front of the port, the order of members within an aggregate.

#ifndef SWITCHFAULT_NET_CONTROL_FRAMES_H_
#define SWITCHFAULT_NET_CONTROL_FRAMES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "net/network.h"
#include "net/sparse_table.h"

namespace switchfault {

struct NetworkImpl;

class ControlFrames {
 public:
  explicit ControlFrames(NetworkImpl& network);

  void send(NodeIndex from, LogicalPort port, const ControlFrame& frame);
  bool send_as_of(SimTime sent, const Network::Way& way, const ControlFrame& frame);
  [[nodiscard]] Network::Way way(NodeIndex from, LogicalPort port, std::uint16_t protocol) const;
  [[nodiscard]] SimTime arrival(SimTime sent, PortRef sender) const;
  [[nodiscard]] std::vector<Protocol*> instances(NodeIndex node, std::uint16_t protocol,
                                                 bool only_running) const;
  // Hands a frame to the running instances of its protocol on a node. Empty: none heard it; else
  // whether for all of them nothing but deadlines has changed.
  std::optional<bool> deliver(NodeIndex index, LogicalPort port, InterfaceIndex interface,
                              const ControlFrame& frame);
  // The running instance at the other end of the first member that carries traffic.
  [[nodiscard]] Protocol* peer(NodeIndex from, LogicalPort port, std::uint16_t protocol) const;
  // Whether the node's CPU takes in a frame that was sent by this port at this instant.
  [[nodiscard]] bool taken_in(NodeIndex node, const PortRef& sender, SimTime sent,
                              std::uint32_t number) const;

 private:
  struct InFlight {
    PortRef from, to;
    SimTime sent;
    std::uint32_t number;  // Of the frames of one port in one instant.
    std::uint32_t next_free;
    ControlFrame frame;
  };
  // The frames a port has sent in the present instant.
  struct Burst {
    SimTime at = SimTime::min();
    std::uint32_t count = 0;
  };

  [[nodiscard]] std::optional<PortRef> sending_port(NodeIndex node, LogicalPort port) const;
  [[nodiscard]] LogicalPort taken_by(const PortRef& receiver, std::uint16_t protocol) const;
  // Of the frames of a protocol that survive the link.
  [[nodiscard]] double share_of(const PortRef& sender, std::uint16_t protocol) const;
  [[nodiscard]] Disposition lost_as(const PortRef& sender, std::uint16_t protocol) const;
  std::uint32_t number_now(const PortRef& port);
  void fly(const InFlight& frame);
  [[nodiscard]] EventKey key_of(const InFlight& frame) const;
  [[nodiscard]] std::uint64_t stable_id(const PortRef& port) const;
  std::uint32_t store(const InFlight& frame);
  void arrive(std::uint32_t slot);

  NetworkImpl& network_;
  std::vector<InFlight> in_flight_;
  std::uint32_t first_free_;
  SparseTable<Burst> bursts_;  // By row of the port.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_CONTROL_FRAMES_H_
