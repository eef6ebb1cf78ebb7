#include "net/wire_view.h"

#include "core/dissect.h"
#include "net/frame_sender.h"

namespace switchfault {
namespace {

constexpr std::uint16_t kLastExchange = 0xffff;

}  // namespace

WireView::WireView(const NetworkImpl& network, PacketTap& tap) : network_(network), tap_(tap) {
  if (!network.nodes.empty()) {
    watched_.resize(network.states.back().first_port + network.nodes.back().ports.size());
  }
}

void WireView::watch(PortRef port) {
  watched_[network_.entity_of(port).index()] = true;
}

bool WireView::watches(PortRef port) const {
  return watched_[network_.entity_of(port).index()];
}

void WireView::control(PortRef at, PortRef from, const ControlFrame& frame,
                       Disposition disposition) const {
  if (!watches(at)) {
    return;
  }
  const auto bytes_of = network_.bytes_of_kinds[frame.protocol];
  if (bytes_of == nullptr) {
    return;
  }
  const LogicalPort port = network_.port(from).logical;
  const InterfaceIndex interface = network_.interface_on(from.node, port);
  const Node& node = network_.node(from.node);
  const FrameSender sender{.network = network_.network,
                           .node = from.node,
                           .port = port,
                           .interface = interface,
                           .mac = interface == InterfaceIndex::none
                                      ? node.mac
                                      : network_.interface(from.node, interface).mac()};
  for (const auto one_of : {bytes_of, network_.second_bytes_of_kinds[frame.protocol]}) {
    if (one_of == nullptr) {
      continue;
    }
    if (const FrameBytes bytes = one_of(frame, sender); !bytes.empty()) {
      show(at, at == from, bytes, disposition);
    }
  }
}

FrameBytes WireView::group_frame(NodeIndex node, InterfaceIndex interface, MacAddress source,
                                 const ControlFrame& frame) const {
  const auto bytes_of = network_.bytes_of_kinds[frame.protocol];
  if (bytes_of == nullptr) {
    return {};
  }
  return bytes_of(frame, {.network = network_.network,
                          .node = node,
                          .port = LogicalPort::none,
                          .interface = interface,
                          .mac = source});
}

void WireView::crossing(const Crossing& crossing, FrameBytes bytes) const {
  if (crossing.tag != 0) {
    insert_tag(bytes, crossing.tag);
  }
  if (watches(crossing.from)) {
    show(crossing.from, true, bytes, crossing.disposition);
  }
  if (watches(crossing.to) && crossing.disposition == Disposition::delivered) {
    show(crossing.to, false, bytes, Disposition::delivered);
  }
}

// A request of TCP asks for a connection, its answer grants it.
FrameBytes WireView::poll_frame(const Poll& poll) {
  const Packet& packet = poll.packet;
  if (packet.source.is_v4() != packet.destination.is_v4()) {
    return {};
  }
  const IpEnvelope ip{.source = packet.source,
                      .destination = packet.destination,
                      .protocol = static_cast<std::uint8_t>(packet.protocol),
                      .ttl = poll.ttl,
                      .traffic_class = 0,
                      .id = poll.number};
  constexpr unsigned kNumberShift = 16;
  const std::uint32_t first = std::uint32_t{poll.number} << kNumberShift;
  FrameBytes bytes;
  switch (packet.protocol) {
    case IpProtocol::icmp:
    case IpProtocol::icmp6:
      bytes = echo(ip, poll.reply, 1, poll.number);
      break;
    case IpProtocol::tcp:
      bytes = in_tcp(ip,
                     {.source_port = packet.source_port,
                      .destination_port = packet.destination_port,
                      .sequence = first,
                      .acknowledgment = poll.reply ? first + 1 : 0,
                      .flags = static_cast<std::uint8_t>(TcpEnvelope::kSyn |
                                                         (poll.reply ? TcpEnvelope::kAck : 0U))},
                     {});
      break;
    case IpProtocol::udp:
      bytes = in_udp(ip, packet.source_port, packet.destination_port, {});
      break;
    case IpProtocol::vrrp:
      return {};  // Nobody polls by it.
  }
  return in_ethernet(poll.destination, poll.source, bytes);
}

std::uint16_t WireView::next_exchange(const IpAddress& source, const IpAddress& destination) {
  std::uint16_t& number = exchanges_[{source, destination}];
  number = number == kLastExchange ? std::uint16_t{1} : static_cast<std::uint16_t>(number + 1);
  return number;
}

void WireView::show(PortRef port, bool out, const FrameBytes& bytes,
                    Disposition disposition) const {
  tap_.crossed({.port = port,
                .out = out,
                .at = network_.simulator.now(),
                .bytes = bytes,
                .disposition = disposition});
}

}  // namespace switchfault
