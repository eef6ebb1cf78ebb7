// PacketPlane: frames with time, length and queues over the same chip tables that walks read.
//
//   offer() ─▶ first hop ─▶ link: loss, queue, serialisation, delay ─▶ hop ─▶ … ─▶ PacketSink
//
// What a node does with a frame of a flow is asked of the forwarding function once (a Hop) and held
// until something of the node changes; after that a frame costs a look at its hop and one entry in
// the calendar. A link keeps its frames in a ring, of which only the first is in the calendar.
// Frames that bridges see teach them; neighbours are asked for by walks, which take no time.
// Not modelled: processing delay, priorities (control frames have a way of their own), fragments
// made by routers, ICMP errors; copies beyond kMaxCopies of a packet in a loop (the loop becomes a
// fluid storm, net/storm.h).

#ifndef SWITCHFAULT_NET_PACKET_PLANE_H_
#define SWITCHFAULT_NET_PACKET_PLANE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "net/disposition.h"
#include "net/network.h"

namespace switchfault {

enum class FlowIndex : std::uint32_t { none = 0xffffffff };

// One sense of a conversation, as its sender sends it.
struct PacketFlow {
  static constexpr std::uint32_t kNoConversation = 0xffffffff;

  NodeIndex from = NodeIndex::none;
  Packet packet;  // Addresses of this network; TTL comes with each packet.
  // The same for both senses: sessions of stateful nodes. None: a sense without another one.
  std::uint32_t conversation = kNoConversation;
  // Not IP, or to a group: a frame out of the node's interface to this address; zero: routed.
  MacAddress group;
};

// What a TCP packet says about the end of its connection.
enum class TcpClose : std::uint8_t { none, fin, rst };

struct OfferedPacket {
  SimTime at;
  std::uint64_t number = 0;  // The caller's name for it, below 2^48.
  FlowIndex flow = FlowIndex::none;
  std::uint32_t length = 0;  // Of the frame, without its checksum.
  std::uint8_t ttl = 64;
  // A stateful node may open a session for it: the first packet of TCP, any of another protocol.
  bool opens = true;
  TcpClose closes = TcpClose::none;
};

// A frame as it passes a port, for captures.
struct PassingFrame {
  std::uint64_t number = 0;  // By whoever sent it.
  bool of_origin = false;    // Sent by an origin, not offered.
  FlowIndex flow = FlowIndex::none;
  PortRef port;
  bool out = false;  // Leaves by the port; else arrives.
  SimTime at;
  std::uint32_t length = 0;
  MacAddress source, destination;
  VlanId tag = 0;
  const Packet* packet = nullptr;  // As translated so far; TTL as it is now.
  std::uint8_t ttl = 0;
  Disposition disposition = Disposition::delivered;  // Otherwise it ended at this port.
};

// A frame that is no packet of a flow as it passes a port, for captures: of a control protocol, of
// ARP or neighbour discovery, of a poll or probe.
struct FrameOnWire {
  PortRef port;
  bool out = false;  // Leaves by the port; else arrives.
  SimTime at;
  std::span<const std::byte> bytes;                  // With its tag, without Ethernet's checksum.
  Disposition disposition = Disposition::delivered;  // Otherwise it ended at this port.
};

class PacketSink {
 public:
  struct Ended {
    std::uint64_t number = 0;
    FlowIndex flow = FlowIndex::none;
    SimTime offered, at;
    Disposition disposition = Disposition::delivered;
    Entity place;              // Where it ended.
    std::uint32_t copies = 1;  // Delivered; more than one: duplicates.
  };
  // Exactly once a packet, when the last of its copies has ended.
  virtual void ended(const Ended& packet) = 0;

 protected:
  ~PacketSink() = default;
};

// Sees the frames that pass ports under capture.
class PacketTap {
 public:
  virtual void passed(const PassingFrame& frame) = 0;
  virtual void crossed(const FrameOnWire& frame) = 0;

 protected:
  ~PacketTap() = default;
};

// Somebody who sends packets of his own, at times that he knows one ahead.
class PacketOrigin {
 public:
  // Of the next packet; kNever: no more.
  [[nodiscard]] virtual SimTime next() const = 0;
  // The next packet; it is sent now.
  virtual OfferedPacket take() = 0;
  // As PacketSink::ended.
  virtual void ended(const PacketSink::Ended& packet) = 0;

 protected:
  ~PacketOrigin() = default;
};

// Of frames. offered + copied == delivered + lost + in_flight at any instant.
struct PacketCounters {
  std::uint64_t offered = 0;
  std::uint64_t copied = 0;
  std::uint64_t delivered = 0;
  std::uint64_t lost = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t hops = 0;  // Frames that left a port.
};

// One sense of a link.
struct DirectionCounters {
  std::uint64_t packets = 0, bytes = 0;  // That left the port, with Ethernet's checksum.
  std::uint64_t dropped = 0;             // Because the queue was full.
};

class PacketPlane {
 public:
  // Copies of one packet in flight at once; beyond them copies end as loop_limit.
  static constexpr std::uint32_t kMaxCopies = 4096;
  // A frame in a looped domain is flooded so often and no more.
  static constexpr std::uint8_t kMaxFloods = 32;
  // Learned addresses may lead around a loop, where a frame without TTL would go for ever. IEEE
  // 802.1D-2004 table 17-1 allows for 40 bridges in a row at most.
  static constexpr std::uint8_t kMaxBridged = 200;
  // Ethernet: checksum of 4 bytes, least frame of 64; preamble of 8 and gap of 12 on the wire
  // (IEEE 802.3-2018 clauses 3.2 and 4.4.2).
  static constexpr std::uint32_t kChecksumBytes = 4;
  static constexpr std::uint32_t kLeastFrameBytes = 64;
  static constexpr std::uint32_t kGapBytes = 20;

  explicit PacketPlane(NetworkImpl& network);
  ~PacketPlane();
  PacketPlane(const PacketPlane&) = delete;
  PacketPlane& operator=(const PacketPlane&) = delete;

  // REQUIRES: set before anything is offered; outlives the plane.
  void set_sink(PacketSink& sink);
  FlowIndex add_flow(const PacketFlow& flow);
  // Packets to be sent, in order of time, none before now(). They are read when their time comes:
  // the span must stay until then. REQUIRES: the last ones offered have been sent (`waiting() ==
  // 0`).
  void offer(std::span<const OfferedPacket> packets);
  [[nodiscard]] std::size_t waiting() const;
  // REQUIRES: outlives the plane; origin.next() is not before now().
  void add_origin(PacketOrigin& origin);
  // Frames that wait at a port, that being sent included; 0: no limit. Default 100 frames.
  void set_queue_limit(std::uint32_t packets, std::uint64_t bytes);
  // REQUIRES: one tap for all ports; it outlives the plane.
  void capture(PortRef port, PacketTap& tap);

  [[nodiscard]] const PacketCounters& counters() const;
  [[nodiscard]] DirectionCounters direction(PortRef from) const;
  [[nodiscard]] std::size_t hop_records() const;

  // --- told by the network ---
  void node_changed(NodeIndex node);  // What it does with frames, its tables.
  void port_changed(PortRef port);    // Carrier, loss or load of its link, in either direction.

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PACKET_PLANE_H_
