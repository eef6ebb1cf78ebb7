#include "net/frame_sender.h"

#include <algorithm>
#include <span>

namespace switchfault {
namespace {

std::optional<IpPrefix> own_prefix(const FrameSender& sender, bool ipv6) {
  if (sender.interface == InterfaceIndex::none) {
    return std::nullopt;
  }
  const auto& interfaces = sender.network.node(sender.node).interfaces;
  const auto addresses = interfaces[static_cast<std::size_t>(sender.interface)].addresses();
  const auto own = std::ranges::find(addresses, !ipv6, &IpPrefix::is_v4);
  return own == addresses.end() ? std::nullopt : std::optional(*own);
}

// By the first member with carrier.
std::optional<PortRef> far_end(const FrameSender& sender) {
  if (sender.port == LogicalPort::none) {
    return std::nullopt;
  }
  const Node& node = sender.network.node(sender.node);
  const auto port = static_cast<std::size_t>(sender.port);
  const auto itself = static_cast<PortIndex>(port);
  for (const PortIndex member :
       port < node.ports.size() ? std::span(&itself, 1) : node.logical_ports[port].members()) {
    if (node.ports[static_cast<std::size_t>(member)].carrier) {
      return sender.network.neighbor({sender.node, member});
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<IpAddress> FrameSender::address(bool ipv6) const {
  const auto own = own_prefix(*this, ipv6);
  return own ? std::optional(own->address()) : std::nullopt;
}

std::optional<FrameReceiver> receiver_of(const FrameSender& sender) {
  const auto own = own_prefix(sender, false);
  const auto far = far_end(sender);
  if (!own || !far) {
    return std::nullopt;
  }
  const Node& node = sender.network.node(far->node);
  const LogicalPort port = node.ports[static_cast<std::size_t>(far->port)].logical;
  for (const Interface& there : node.interfaces) {
    if (there.kind != InterfaceKind::routed || there.port != port) {
      continue;
    }
    for (const IpPrefix& address : there.addresses()) {
      if (address.is_v4() && own->contains(address.address())) {
        return FrameReceiver{there.mac(), address.address()};
      }
    }
  }
  return std::nullopt;
}

std::optional<MacAddress> mac_of(const FrameSender& sender, const IpAddress& address) {
  const auto own = own_prefix(sender, !address.is_v4());
  if (!own || !own->contains(address)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < sender.network.node_count(); ++i) {
    for (const Interface& interface : sender.network.node(static_cast<NodeIndex>(i)).interfaces) {
      const auto addresses = interface.addresses();
      if (std::ranges::find(addresses, address, &IpPrefix::address) != addresses.end()) {
        return interface.mac();
      }
    }
  }
  return std::nullopt;
}

}  // namespace switchfault
