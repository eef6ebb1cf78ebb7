#include "net/control_frames.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/check.h"
#include "net/network_impl.h"
#include "net/wire_view.h"

namespace switchfault {
namespace {

constexpr std::uint32_t kNoSlot = std::numeric_limits<std::uint32_t>::max();

// A link without a stated delay still takes time, or two bridges could talk without end within one
// instant: 100 m of cable (0.5 us) and a short frame at 1 Gbps (0.5 us).
constexpr Duration kLeastDelay = std::chrono::microseconds{1};

// The process hangs while its host works.
bool hangs(const SwitchOs& os, ProcessFunction function) {
  return os.host_state() == HostState::up &&
         std::ranges::any_of(os.processes(), [&](const Process& process) {
           return process.function == function && process.state == ProcessState::hung;
         });
}

}  // namespace

InterfaceIndex NetworkImpl::interface_on(NodeIndex index, LogicalPort port) const {
  const auto& own = node(index).interfaces;
  const auto found = std::ranges::find_if(own, [&](const Interface& interface) {
    return interface.kind == InterfaceKind::routed && interface.port == port;
  });
  return found == own.end() ? InterfaceIndex::none
                            : static_cast<InterfaceIndex>(found - own.begin());
}

ControlFrames::ControlFrames(NetworkImpl& network)
    : network_(network), first_free_(kNoSlot), bursts_(network.ports.size()) {}

std::optional<PortRef> ControlFrames::sending_port(NodeIndex node, LogicalPort port) const {
  if (static_cast<std::size_t>(port) < network_.node(node).ports.size()) {
    const PortRef own{node, static_cast<PortIndex>(port)};
    return network_.port(own).carrier ? std::optional(own) : std::nullopt;
  }
  for (const PortIndex member : network_.logical(node, port).members()) {
    const PortRef own{node, member};
    if (network_.port(own).carrier && network_.carries_traffic(own)) {
      return own;
    }
  }
  return std::nullopt;
}

// The port that a frame of this protocol is handed over with; none: it is dropped.
LogicalPort ControlFrames::taken_by(const PortRef& receiver, std::uint16_t protocol) const {
  if (network_.per_link_kinds[protocol]) {
    return static_cast<LogicalPort>(receiver.port);
  }
  return network_.carries_traffic(receiver) ? network_.port(receiver).logical : LogicalPort::none;
}

// What becomes of a frame that does not survive the link.
Disposition ControlFrames::lost_as(const PortRef& sender, std::uint16_t protocol) const {
  return network_.loss_out_of(sender, network_.reserved_kinds[protocol]).whole < 1
             ? Disposition::gray_loss
             : Disposition::overload;
}

double ControlFrames::share_of(const PortRef& sender, std::uint16_t protocol) const {
  return network_.delivery_share(sender, network_.reserved_kinds[protocol]);
}

std::uint32_t ControlFrames::number_now(const PortRef& port) {
  Burst& burst = bursts_.at(network_.entity_of(port).index());
  if (burst.at != network_.simulator.now()) {
    burst = {.at = network_.simulator.now(), .count = 0};
  }
  return burst.count++;
}

std::uint64_t ControlFrames::stable_id(const PortRef& port) const {
  return network_.node(port.node).stable_id ^ stable_hash(network_.node(port.node).name(port.port));
}

void ControlFrames::send(NodeIndex from, LogicalPort port, const ControlFrame& frame) {
  const std::optional<PortRef> sender = sending_port(from, port);
  if (!sender) {
    return;
  }
  const std::uint32_t number = number_now(*sender);
  const SimTime now = network_.simulator.now();
  const DrawKey key{.purpose = Purpose("net.frame_loss"),
                    .entity = stable_id(*sender),
                    .occurrence = static_cast<std::uint64_t>(now.time_since_epoch().count()),
                    .index = number};
  const bool survives = network_.random.chance(key, share_of(*sender, frame.protocol));
  if (network_.wire != nullptr) {
    network_.wire->control(*sender, *sender, frame,
                           survives ? Disposition::delivered : lost_as(*sender, frame.protocol));
  }
  if (!survives) {
    return;
  }
  fly({.from = *sender,
       .to = *network_.other_end(*sender),
       .sent = now,
       .number = number,
       .next_free = kNoSlot,
       .frame = frame});
}

// At an earlier instant it was the only frame of its port: whatever else a port sends comes from a
// change, and a change wakes the stream that did not send this one.
bool ControlFrames::send_as_of(SimTime sent, const Network::Way& way, const ControlFrame& frame) {
  const bool now = sent == network_.simulator.now();
  const InFlight flight{.from = way.from,
                        .to = way.to,
                        .sent = sent,
                        .number = now ? number_now(way.from) : 0,
                        .next_free = kNoSlot,
                        .frame = frame};
  if (key_of(flight) <= network_.simulator.running()) {
    return false;
  }
  fly(flight);
  return true;
}

SimTime ControlFrames::arrival(SimTime sent, PortRef sender) const {
  return sent + std::max(network_.link(network_.port(sender).link).terms->delay, kLeastDelay);
}

EventKey ControlFrames::key_of(const InFlight& frame) const {
  return {.at = arrival(frame.sent, frame.from),
          .phase = Phase::frame,
          .target = network_.entity_of(frame.to),
          .source = network_.entity_of(frame.from),
          .occurrence = frame.number};
}

void ControlFrames::fly(const InFlight& frame) {
  const std::uint32_t slot = store(frame);
  network_.simulator.schedule(key_of(frame), [this, slot] { arrive(slot); });
}

Network::Way ControlFrames::way(NodeIndex from, LogicalPort port, std::uint16_t protocol) const {
  const std::optional<PortRef> sender = sending_port(from, port);
  if (!sender) {
    return {};
  }
  const PortRef receiver = *network_.other_end(*sender);
  const LogicalPort port_there = taken_by(receiver, protocol);
  Network::Way way{.from = *sender,
                   .to = receiver,
                   .port = port_there,
                   .interface = network_.interface_on(receiver.node, port_there),
                   .open = share_of(*sender, protocol) > 0 && port_there != LogicalPort::none,
                   .listeners = {}};
  if (way.open && network_.cpu_share(receiver.node) > 0) {
    way.listeners = instances(receiver.node, protocol, true);
  }
  return way;
}

std::vector<Protocol*> ControlFrames::instances(NodeIndex node, std::uint16_t protocol,
                                                bool only_running) const {
  std::vector<Protocol*> found;
  const auto slots = network_.state(node).protocol_slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].kind == protocol && (slots[i].running() || !only_running)) {
      found.push_back(network_.node(node).protocols[i].get());
    }
  }
  return found;
}

std::uint32_t ControlFrames::store(const InFlight& frame) {
  if (first_free_ == kNoSlot) {
    in_flight_.push_back(frame);
    return static_cast<std::uint32_t>(in_flight_.size() - 1);
  }
  const std::uint32_t slot = first_free_;
  first_free_ = in_flight_[slot].next_free;
  in_flight_[slot] = frame;
  return slot;
}

void ControlFrames::arrive(std::uint32_t slot) {
  const InFlight arrived = std::exchange(in_flight_[slot], InFlight());
  in_flight_[slot].next_free = first_free_;
  first_free_ = slot;
  if (!network_.port(arrived.to).carrier) {
    return;
  }
  const LogicalPort port = taken_by(arrived.to, arrived.frame.protocol);
  const bool heard = port != LogicalPort::none &&
                     taken_in(arrived.to.node, arrived.from, arrived.sent, arrived.number);
  if (network_.wire != nullptr) {
    network_.wire->control(arrived.to, arrived.from, arrived.frame,
                           heard ? Disposition::delivered : Disposition::overload);
  }
  if (heard) {
    deliver(arrived.to.node, port, network_.interface_on(arrived.to.node, port), arrived.frame);
  }
}

bool ControlFrames::taken_in(NodeIndex node, const PortRef& sender, SimTime sent,
                             std::uint32_t number) const {
  const double share = network_.cpu_share(node);
  if (share >= 1) {
    return true;
  }
  const DrawKey key{.purpose = Purpose("net.cpu_loss"),
                    .entity = stable_id(sender) + network_.node(node).stable_id,
                    .occurrence = static_cast<std::uint64_t>(sent.time_since_epoch().count()),
                    .index = number};
  return network_.random.chance(key, share);
}

std::optional<bool> ControlFrames::deliver(NodeIndex index, LogicalPort port,
                                           InterfaceIndex interface, const ControlFrame& frame) {
  std::optional<bool> quiet;
  const auto slots = network_.state(index).protocol_slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].kind != frame.protocol) {
      continue;
    }
    Protocol& protocol = *network_.node(index).protocols[i];
    if (slots[i].running()) {
      const bool one = protocol.receive(port, interface, frame);
      quiet = quiet.value_or(true) && one;
    } else if (hangs(*network_.node(index).os, protocol.process())) {
      protocol.queue(port, interface, frame);
    }
  }
  return quiet;
}

Protocol* ControlFrames::peer(NodeIndex from, LogicalPort port, std::uint16_t protocol) const {
  const std::optional<PortRef> sender = sending_port(from, port);
  if (!sender) {
    return nullptr;
  }
  const NodeIndex other = network_.other_end(*sender)->node;
  const auto slots = network_.state(other).protocol_slots();
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i].kind == protocol && slots[i].running()) {
      return network_.node(other).protocols[i].get();
    }
  }
  return nullptr;
}

}  // namespace switchfault
