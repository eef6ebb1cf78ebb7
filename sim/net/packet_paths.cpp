#include "net/packet_paths.h"

#include <algorithm>
#include <limits>

#include "core/check.h"
#include "net/storm.h"
#include "net/walker.h"

namespace switchfault {
namespace {

// Somebody who gets no answer asks again after this time (RFC 1122 section 2.3.2.1: at most one ARP
// request a second; RFC 4861 section 10: RETRANS_TIMER 1 s). What a full table refused is tried
// again as often.
constexpr Duration kAskAgain = std::chrono::seconds{1};

}  // namespace

// What is being asked, and the answer so far.
struct PacketPaths::Question {
  HopIndex index;
  bool opens;
  TcpClose closes;
  NodeIndex node;
  Frame frame;
  std::uint32_t packet;
  PacketHop answer;
  SimTime expires = kNever;
};

PacketPaths::PacketPaths(NetworkImpl& network)
    : network_(network), forwarding_(network.walker->forwarding()), nodes_(network.nodes.size()) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Duration ageing = network.chip(static_cast<NodeIndex>(i)).mac_ageing();
    nodes_[i].ageing = ageing > Duration::zero() ? ageing : Duration::max();
  }
}

std::uint32_t PacketPaths::second_of(SimTime at) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(at - kTimeZero).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 0, kMost));
}

HopIndex PacketPaths::add_flow(const PacketFlow& flow) {
  const auto index = static_cast<HopIndex>(hops_.size());
  SF_CHECK(index != kNoHop);
  Arrival& arrival = arrivals_.emplace_back();
  arrival.flow = static_cast<std::uint32_t>(conversations_.size());
  arrival.packet = static_cast<std::uint32_t>(packets_.size());
  arrival.origin = true;
  arrival.frame.hash = flow.group.bits == 0 ? flow_hash(flow.packet) : 0;
  const bool one_way = flow.conversation == PacketFlow::kNoConversation;
  SF_CHECK(one_way || flow.conversation < kOneWay);
  conversations_.push_back(one_way ? kOneWay | one_ways_++ : flow.conversation);
  if (flow.group.bits != 0) {
    groups_.emplace(arrival.flow, flow.group);
  }
  packets_.push_back(flow.packet);
  hops_.emplace_back().node = flow.from;
  return index;
}

void PacketPaths::ask(HopIndex index, bool opens, TcpClose closes) {
  const Arrival& arrival = arrivals_[index];
  Question question{index,         opens,          closes, hops_[index].node,
                    arrival.frame, arrival.packet, {},     kNever};
  question.answer.node = question.node;
  for (HopIndex child = arrival.child; child != kNoHop; child = arrivals_[child].sibling) {
    arrivals_[child].current = false;
  }
  if (arrival.origin) {
    originate(question);
  } else {
    arrive(question);
  }
  // What asking itself has changed (learned, resolved) does not make the answer wrong.
  question.answer.generation = nodes_[static_cast<std::size_t>(question.node)].generation;
  question.answer.expires_s = second_of(question.expires);
  hops_[index] = question.answer;
}

bool PacketPaths::kernel_up(NodeIndex node) const {
  const SwitchOs* os = network_.node(node).os;
  return os != nullptr ? os->host_state() == HostState::up : network_.forwards(node);
}

void PacketPaths::originate(Question& question) {
  const auto group = groups_.find(arrivals_[question.index].flow);
  if (!kernel_up(question.node)) {
    end(question, Disposition::host_down, network_.node(question.node).entity);
    return;
  }
  if (group == groups_.end()) {
    route(question, network_.vrf_of(question.node, packets_[question.packet].source), false);
    return;
  }
  const auto& interfaces = network_.node(question.node).interfaces;
  const auto up = std::find_if(interfaces.begin(), interfaces.end(), [](const Interface& one) {
    return one.up && one.kind != InterfaceKind::loopback;
  });
  if (up == interfaces.end()) {
    end(question, Disposition::no_carrier, network_.node(question.node).entity);
    return;
  }
  question.frame.source = up->mac();
  question.frame.destination = group->second;
  question.frame.hash = frame_hash(up->mac(), group->second, up->vlan);
  send(question, static_cast<InterfaceIndex>(up - interfaces.begin()));
}

void PacketPaths::arrive(Question& question) {
  const PortIndex port = arrivals_[question.index].port;
  const Verdict seen = forwarding_.receive(question.node, port, question.frame, nullptr);
  if (seen.learns) {
    learn(question, seen.vlan, seen.in);
  }
  // Learning may have changed where the destination is.
  const Verdict verdict =
      seen.learns ? forwarding_.receive(question.node, port, question.frame, nullptr) : seen;
  question.expires = std::min(question.expires, verdict.reads.mac_expires);
  if (verdict.kind == Verdict::Kind::for_node) {
    if (question.frame.destination.is_group()) {
      deliver(question);
    } else {
      route(question, network_.interface(question.node, verdict.interface).vrf, true);
    }
    return;
  }
  question.answer.heard = verdict.for_node && kernel_up(question.node);
  take(question, verdict);
}

bool PacketPaths::learn_at(NodeIndex node, VlanId vlan, MacAddress mac, LogicalPort port) {
  if (!network_.runs(node, ProcessFunction::table_programmer) ||
      !network_.runs(node, ProcessFunction::mac_learning)) {
    return true;  // Who does not learn is told when it does again.
  }
  const SimTime now = network_.simulator.now();
  const MacEntry* entry = network_.chip(node).see_mac(vlan, mac, port, now);
  if (entry != nullptr && (entry->fixed || entry->port == port)) {
    return true;
  }
  network_.program(node, LearnMac{{.vlan = vlan, .mac = mac, .port = port, .last_seen = now}});
  entry = network_.chip(node).see_mac(vlan, mac, port, now);
  return entry != nullptr && entry->port == port;
}

void PacketPaths::learn(Question& question, VlanId vlan, LogicalPort port) {
  const MacAddress mac = question.frame.source;
  const SimTime now = network_.simulator.now();
  const bool known = learn_at(question.node, vlan, mac, port);
  if (const auto peer = network_.mlag_learns_at(question.node, port)) {
    learn_at(peer->first, vlan, mac, peer->second);
    question.answer.always_asks = true;
  }
  if (!known) {
    question.expires = std::min(question.expires, now + kAskAgain);
    return;
  }
  SimTime expires = kNever;
  Chip& chip = network_.chip(question.node);
  const MacEntry* entry = chip.find_mac(vlan, mac, now, expires);
  if (entry != nullptr && entry->port == port) {
    question.answer.last_seen = chip.mac_last_seen(vlan, mac, now);
  }
}

void PacketPaths::route(Question& question, VrfIndex vrf, bool transit) {
  const NodeIndex node = question.node;
  const bool stateful = transit && network_.stateful->is_stateful(node);
  if (stateful && !cross_stateful(question, vrf)) {
    return;
  }
  const bool filtered = transit && !stateful;
  const Packet& packet = packets_[question.packet];
  Verdict verdict = forwarding_.route(node, vrf, packet, question.frame.hash, transit, filtered);
  if (verdict.kind == Verdict::Kind::unresolved &&
      !resolve(question, vrf, transit, filtered, verdict)) {
    return;
  }
  question.expires = std::min(question.expires, verdict.reads.expires);
  if (verdict.kind == Verdict::Kind::local) {
    if (stateful && !network_.stateful->may_answer(node, packet.destination)) {
      end(question, Disposition::no_session, network_.node(node).entity);
    } else {
      deliver(question);
    }
  } else if (verdict.kind == Verdict::Kind::resolved) {
    question.answer.routed = transit;
    question.frame.source = network_.interface(node, verdict.interface).mac();
    question.frame.destination = verdict.destination;
    send(question, verdict.interface);
  } else {
    end(question, verdict.disposition, verdict.place);
  }
}

// The request and its answer take no time. False: nobody answered, and it ended there.
bool PacketPaths::resolve(Question& question, VrfIndex vrf, bool transit, bool filtered,
                          Verdict& verdict) {
  const SimTime again = network_.simulator.now() + kAskAgain;
  const NodeIndex node = question.node;
  const bool can_ask = network_.runs(node, ProcessFunction::table_programmer) &&
                       network_.runs(node, ProcessFunction::neighbor_resolution);
  const auto mac =
      can_ask ? network_.walker->ask_now(node, verdict.interface, verdict.next_hop) : std::nullopt;
  if (!mac) {
    question.expires = std::min(question.expires, again);
    end(question, Disposition::neighbor_unresolved, network_.node(node).entity);
    return false;
  }
  const Verdict written = forwarding_.route(node, vrf, packets_[question.packet],
                                            question.frame.hash, transit, filtered);
  if (written.kind != Verdict::Kind::unresolved) {
    verdict = written;
    return true;
  }
  // The table is full, or its programmer takes its time: this once without.
  question.expires = std::min(question.expires, again);
  verdict.kind = Verdict::Kind::resolved;
  verdict.destination = *mac;
  return true;
}

// False: it ended there. Otherwise the question goes on with the packet as translated.
bool PacketPaths::cross_stateful(Question& question, VrfIndex vrf) {
  const std::uint32_t conversation = conversations_[arrivals_[question.index].flow];
  std::vector<PacketSession>& sessions = sessions_[conversation];
  const StatefulNodes::Crossing crossing =
      network_.stateful->pass({.node = question.node,
                               .vrf = vrf,
                               .packet = packets_[question.packet],
                               .hash = question.frame.hash,
                               .opens = question.opens,
                               .closes = question.closes,
                               .conversation = conversation},
                              sessions);
  if (crossing.disposition != Disposition::delivered) {
    question.answer.always_asks = true;  // Another packet may open what this one lacked.
    end(question, crossing.disposition, network_.node(question.node).entity);
    return false;
  }
  if (crossing.session) {
    question.packet = number_of(question, crossing.packet);
    question.frame.hash = flow_hash(crossing.packet);
    std::uint32_t& pass = arrivals_[question.index].pass;
    if (pass == kNoPass) {
      pass = static_cast<std::uint32_t>(passes_.size());
      passes_.emplace_back();
    }
    passes_[pass] = crossing.by;
    question.answer.by_session = !question.answer.always_asks;
    question.answer.always_asks = true;
  }
  return true;
}

// The number of a packet as translated: the ways it went before know it.
std::uint32_t PacketPaths::number_of(const Question& question, const Packet& packet) {
  const auto same = [&](std::uint32_t number) {
    const Packet& other = packets_[number];
    return other.source == packet.source && other.destination == packet.destination &&
           other.source_port == packet.source_port &&
           other.destination_port == packet.destination_port;
  };
  if (same(question.packet)) {
    return question.packet;
  }
  for (HopIndex child = arrivals_[question.index].child; child != kNoHop;
       child = arrivals_[child].sibling) {
    if (same(arrivals_[child].packet)) {
      return arrivals_[child].packet;
    }
  }
  packets_.push_back(packet);
  return static_cast<std::uint32_t>(packets_.size() - 1);
}

void PacketPaths::send(Question& question, InterfaceIndex interface) {
  const Verdict verdict = forwarding_.send(question.node, interface, question.frame, nullptr);
  question.expires = std::min(question.expires, verdict.reads.mac_expires);
  take(question, verdict);
}

void PacketPaths::take(Question& question, const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::flood) {
    flood(question, verdict);
    return;
  }
  if (verdict.kind != Verdict::Kind::unicast) {
    end(question, verdict.disposition, verdict.place);
    return;
  }
  const HopIndex next = follow(question, verdict.egress);
  if (next == kNoHop) {
    const PortRef out{question.node, verdict.egress.port};
    end(question, Disposition::no_carrier, network_.entity_of(out));
    return;
  }
  question.answer.kind = PacketHop::Kind::forward;
  question.answer.next = next;
  question.answer.direction = arrivals_[next].direction;
}

void PacketPaths::flood(Question& question, const Verdict& verdict) {
  arrivals_[question.index].vlan = verdict.vlan;
  forwarding_.flood(question.node, verdict.vlan, verdict.in, question.frame.hash, LogicalPort::none,
                    egress_);
  bool any = false;
  for (const Egress& egress : egress_) {
    if (const HopIndex next = follow(question, egress); next != kNoHop) {
      arrivals_[next].current = true;
      any = true;
    }
  }
  if (!any && !question.answer.heard) {
    end(question, Disposition::no_destination_port, network_.node(question.node).entity);
    return;
  }
  question.answer.kind = PacketHop::Kind::flood;
  question.answer.next = arrivals_[question.index].child;
}

void PacketPaths::deliver(Question& question) {
  const Entity place = network_.node(question.node).entity;
  if (!kernel_up(question.node)) {
    end(question, Disposition::host_down, place);
    return;
  }
  question.answer.kind = PacketHop::Kind::deliver;
  question.answer.direction = place.packed;
  question.answer.by_share = network_.cpu_share(question.node) < 1;
}

void PacketPaths::end(Question& question, Disposition disposition, Entity place) {
  question.answer.kind = PacketHop::Kind::end;
  question.answer.disposition = disposition;
  question.answer.direction = place.packed;
}

HopIndex PacketPaths::follow(const Question& question, const Egress& egress) {
  const Port& port = network_.port({question.node, egress.port});
  if (port.link == LinkIndex::none || !port.carrier) {
    return kNoHop;
  }
  const PortRef from{question.node, egress.port};
  const Link& link = network_.link(port.link);
  const PortRef to = link.a == from ? link.b : link.a;
  const DirectionIndex direction =
      2 * static_cast<std::uint32_t>(port.link) + (link.a == from ? 0U : 1U);
  Frame frame = question.frame;
  frame.tag = egress.tag;
  for (HopIndex child = arrivals_[question.index].child; child != kNoHop;
       child = arrivals_[child].sibling) {
    const Arrival& one = arrivals_[child];
    if (one.direction == direction && one.frame.source == frame.source &&
        one.frame.destination == frame.destination && one.frame.tag == frame.tag &&
        one.frame.hash == frame.hash && one.packet == question.packet) {
      return child;
    }
  }
  const auto index = static_cast<HopIndex>(hops_.size());
  SF_CHECK(index != kNoHop);
  Arrival& next = arrivals_.emplace_back();
  Arrival& parent = arrivals_[question.index];
  next.frame = frame;
  next.packet = question.packet;
  next.flow = parent.flow;
  next.direction = direction;
  next.port = to.port;
  next.sibling = parent.child;
  parent.child = index;
  hops_.emplace_back().node = to.node;
  return index;
}

bool PacketPaths::meets_loop(HopIndex index) const {
  const NodeIndex node = hops_[index].node;
  const VlanId vlan = arrivals_[index].vlan;
  if (!network_.walker->domains().shape(node, vlan).looped) {
    return false;
  }
  network_.storms->loop_met({node, vlan});
  return true;
}

}  // namespace switchfault
