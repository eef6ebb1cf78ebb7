// WireView: the ports under capture, and what is shown of the frames that pass them. Private to
// sim/net.
//
// Frames of protocols have no bytes until somebody looks: their kind makes them (ProtocolKind::
// bytes). What is periodic and quiet is executed on links with such a port, so that it can be seen;
// nothing else depends on it. Not shown: what users' conversations would send.

#ifndef SWITCHFAULT_NET_WIRE_VIEW_H_
#define SWITCHFAULT_NET_WIRE_VIEW_H_

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/envelope.h"
#include "net/network_impl.h"
#include "net/packet_plane.h"

namespace switchfault {

struct ControlFrame;

class WireView {
 public:
  WireView(const NetworkImpl& network, PacketTap& tap);

  void watch(PortRef port);
  [[nodiscard]] bool watches(PortRef port) const;
  [[nodiscard]] bool watches(const Link& link) const { return watches(link.a) || watches(link.b); }

  // A control frame at one end of a link; `from` has sent it.
  void control(PortRef at, PortRef from, const ControlFrame& frame, Disposition disposition) const;
  // A frame that is at both ends at once; not delivered: it does not get to the second.
  struct Crossing {
    PortRef from, to;
    VlanId tag = 0;
    Disposition disposition = Disposition::delivered;
  };
  void crossing(const Crossing& crossing, FrameBytes bytes) const;
  // What a protocol's frame to all of a network looks like; empty: not at all.
  [[nodiscard]] FrameBytes group_frame(NodeIndex node, InterfaceIndex interface, MacAddress source,
                                       const ControlFrame& frame) const;
  // A packet of a poll or probe. `number`: of the exchange it belongs to.
  struct Poll {
    MacAddress source, destination;
    const Packet& packet;
    std::uint8_t ttl = 0;
    bool reply = false;
    std::uint16_t number = 0;
  };
  [[nodiscard]] static FrameBytes poll_frame(const Poll& poll);
  // Of exchanges between the same two, one after the other.
  std::uint16_t next_exchange(const IpAddress& source, const IpAddress& destination);

 private:
  void show(PortRef port, bool out, const FrameBytes& bytes, Disposition disposition) const;

  const NetworkImpl& network_;
  PacketTap& tap_;
  std::vector<bool> watched_;  // By row of the port.
  std::map<std::pair<IpAddress, IpAddress>, std::uint16_t> exchanges_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_WIRE_VIEW_H_
