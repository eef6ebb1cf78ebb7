// FrameSender: who sends a control frame and by which port, as its protocol needs to know to make
// the bytes of the frame. Only frames that pass a port under capture get bytes.

#ifndef SWITCHFAULT_NET_FRAME_SENDER_H_
#define SWITCHFAULT_NET_FRAME_SENDER_H_

#include <cstdint>
#include <optional>

#include "core/envelope.h"
#include "net/network.h"

namespace switchfault {

struct FrameSender {
  const Network& network;
  NodeIndex node = NodeIndex::none;
  LogicalPort port = LogicalPort::none;  // Of a frame to the other end of a link; and …
  InterfaceIndex interface = InterfaceIndex::none;  // … the interface on it, if there is one.
  MacAddress mac;                                   // Of the interface, else of the node.

  // Its address in the network of that interface, of this family.
  [[nodiscard]] std::optional<IpAddress> address(bool ipv6) const;
};

// Whoever a frame to the other end of a link is for: the interface there with an IPv4 address in
// the sender's network. Empty: nobody.
struct FrameReceiver {
  MacAddress mac;
  IpAddress address;
};
std::optional<FrameReceiver> receiver_of(const FrameSender& sender);
// The interface of somebody in the sender's network that has the address.
std::optional<MacAddress> mac_of(const FrameSender& sender, const IpAddress& address);

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_FRAME_SENDER_H_
