// Walks, conversations and floods: what Network offers, and what real frames leave behind.
//
// A real exchange goes as a pure one does, but loses frames by draw, follows every copy of a flood,
// and in the end writes what the bridges and kernels on its way have learned. What is written waits
// for the end, so that the exchange itself sees its own traces only by its trail.

#include "net/walk.h"

#include <algorithm>

#include "net/control_frames.h"
#include "net/storm.h"
#include "net/walker.h"
#include "net/wire_view.h"

namespace switchfault {
namespace {

template <typename Key>
void sort_unique(std::vector<Key>& keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

Packet reply_to(const Packet& request) {
  return {.source = request.destination,
          .destination = request.source,
          .protocol = request.protocol,
          .source_port = request.destination_port,
          .destination_port = request.source_port};
}

}  // namespace

// --- Network -------------------------------------------------------------------------------------

WalkResult Network::walk(NodeIndex from, const Packet& packet, ReadSet& reads) const {
  return impl_->walker->walk(from, packet, reads);
}

WalkResult Network::converse(NodeIndex from, const Packet& request, ReadSet& reads) const {
  return impl_->walker->converse(from, request, reads);
}

WalkResult Network::exchange(NodeIndex from, const Packet& request, ReadSet& reads, ReadSet& kept) {
  return impl_->walker->exchange(from, request, reads, kept);
}

WalkResult Network::multicast(NodeIndex from, InterfaceIndex interface, MacAddress source,
                              const ControlFrame& frame, ReadSet& reads, ReadSet& kept) {
  return impl_->walker->multicast(from, interface, source, frame, reads, kept);
}

void Network::announce(NodeIndex from, InterfaceIndex interface, MacAddress mac,
                       IpAddress address) {
  impl_->walker->announce(from, interface, mac, address);
}

const WalkCounters& Network::walk_counters() const {
  return impl_->walker->counters();
}

bool Network::login_works(NodeIndex node) const {
  const SwitchOs* os = impl_->node(node).os;
  return os != nullptr ? os->serves(Plane::management) : impl_->node(node).host_up;
}

// --- Walker --------------------------------------------------------------------------------------

// Of a path only the ports that it uses, otherwise all of every node.
void Walker::add_reads(const Pass& pass, ReadCollector& reads) {
  if (!pass.is_path()) {
    for (const Hop& hop : pass.hops) {
      reads.add_node(hop.node);
      if (hop.reads.mac) {
        reads.add_mac({hop.node, hop.reads.vlan, hop.reads.mac_address});
        reads.add_expiry(hop.reads.mac_expires);
      }
      add_reads(hop, reads);
    }
    return;
  }
  LogicalPort out = LogicalPort::none;
  const auto last =
      pass.delivered ? pass.last_hop : static_cast<std::uint32_t>(pass.hops.size() - 1);
  for (std::uint32_t i = last; i != kNoHop; i = pass.hops[i].before) {
    add_reads_on_path(pass, pass.hops[i], out, reads);
    out = pass.hops[i].left_by;
  }
}

void Walker::add_reads(const Hop& hop, ReadCollector& reads) const {
  if (hop.link != LinkIndex::none) {
    reads.add_link(hop.link);
  }
  if (hop.domain != kNoHop) {
    reads.add_domain(hop.domain);
  }
  if (hop.reads.neighbor) {
    reads.add_neighbor({hop.node, hop.reads.vrf, hop.reads.address});
  }
  reads.add_expiry(hop.reads.expires);
  if (hop.resolution != kNoHop) {
    reads.add_all(resolutions_[hop.resolution]->reads);
  }
}

void Walker::add_reads_on_path(const Pass& pass, const Hop& hop, LogicalPort out,
                               ReadCollector& reads) {
  // What an instance of a pair does with a frame depends on the ports of both.
  const bool alone = network_.state(hop.node).mlag == nullptr;
  if (!alone || (hop.in == LogicalPort::none && out == LogicalPort::none)) {
    reads.add_node(hop.node);
  } else {
    for (const LogicalPort port : {hop.in, out}) {
      if (port != LogicalPort::none) {
        reads.add_port({hop.node, port});
      }
    }
  }
  if (hop.reads.mac) {
    const ReadSet::MacKey key{hop.node, hop.reads.vlan, hop.reads.mac_address};
    if (is_steady(pass, hop, out)) {
      reads.add_steady_mac({key, out});
    } else {
      reads.add_mac(key);
      reads.add_expiry(hop.reads.mac_expires);
    }
  }
  add_reads(hop, reads);
}

// In a tree there is one way to a place, whether the bridge knows it or floods. Real frames leave
// more behind where they flood, so for them it makes a difference.
bool Walker::is_steady(const Pass& pass, const Hop& hop, LogicalPort out) {
  return pass.delivered && !pass.sampled && out != LogicalPort::none &&
         one_place(hop.reads.mac_address) && domains_.shape(hop.node, hop.reads.vlan).tree;
}

WalkResult Walker::result_of(const Pass& pass) const {
  WalkResult result;
  result.looped = pass.looped;
  if (!pass.delivered) {
    const Obstacle obstacle = pass.obstacle.value_or(Obstacle{});
    result.disposition = obstacle.disposition;
    result.place = obstacle.place;
    result.cause = obstacle.cause;
    result.share = 0;
    return result;
  }
  result.share = pass.share;
  result.delivered_to = pass.node;
  result.place = network_.node(pass.node).entity;
  if (pass.share < 1 && !pass.lossy) {
    result.rest = Disposition::overload;  // Of the processor of a node.
  } else if (pass.share < 1) {
    result.rest = pass.lossy->disposition;
    result.place = pass.lossy->place;
    result.cause = pass.lossy->cause;
  }
  return result;
}

// Users' traffic is as real as a probe: a loop that it meets starts to fill.
void Walker::report_loop(const Pass& pass) {
  if (pass.looped) {
    network_.storms->loop_met(pass.looped_at);
  }
}

WalkResult Walker::walk(NodeIndex from, const Packet& packet, ReadSet& reads) {
  catch_up();
  trail_.clear();
  run_packet(there_, from, packet, false, false);
  collector_.attach(reads);
  add_reads(there_, collector_);
  collector_.detach();
  report_loop(there_);
  WalkResult result = result_of(there_);
  if (there_.delivered) {
    result.packet = there_.packets[there_.packet];
  }
  return result;
}

WalkResult Walker::converse(NodeIndex from, const Packet& request, bool sampled) {
  trail_.clear();
  run_packet(there_, from, request, sampled, false);
  report_loop(there_);
  if (!there_.delivered) {
    return result_of(there_);
  }
  places_.clear();
  teach(there_, places_);
  for (const Place& place : places_) {
    trail_.add(place.node, place.vlan, place.mac, place.port);
  }
  WalkResult result;
  note_sessions(there_, result.sessions);
  run_packet(back_, there_.node, reply_to(there_.packets[there_.packet]), sampled, true);
  report_loop(back_);
  std::vector<SessionHop> sessions = std::move(result.sessions);
  result = result_of(back_);
  result.sessions = std::move(sessions);
  result.looped = result.looped || there_.looped;
  result.arrived = true;
  if (!back_.delivered) {
    return result;
  }
  if (back_.node != from) {
    const Obstacle obstacle = obstacle_at(back_.node, Disposition::not_for_host);
    result.disposition = obstacle.disposition;
    result.place = obstacle.place;
    result.cause = obstacle.cause;
    result.share = 0;
    result.delivered_to = NodeIndex::none;
    return result;
  }
  const WalkResult there = result_of(there_);
  if (there.share <= back_.share) {
    result.rest = there.rest;
    result.place = there.place;
    result.cause = there.cause;
  }
  result.share = there_.share * back_.share;
  result.delivered_to = there_.node;
  return result;
}

// The sessions that the copy that arrived has opened on its way.
void Walker::note_sessions(const Pass& pass, std::vector<SessionHop>& hops) {
  sessions_.clear();
  for (std::uint32_t i = pass.last_hop; i != kNoHop; i = pass.hops[i].before) {
    if (const std::uint32_t number = pass.hops[i].session; number != kNoHop) {
      sessions_.push_back(pass.sessions[number]);
      hops.push_back(network_.stateful->session_hop(pass.hops[i].node));
    }
  }
}

WalkResult Walker::converse(NodeIndex from, const Packet& request, ReadSet& reads) {
  catch_up();
  WalkResult result = converse(from, request, false);
  add_reads(reads);
  return result;
}

void Walker::add_reads(ReadSet& reads) {
  collector_.attach(reads);
  add_reads(there_, collector_);
  if (there_.delivered) {
    add_reads(back_, collector_);
  }
  collector_.detach();
}

// Whoever has changed a table will have to do it again: what it read is not asked for.
WalkResult Walker::exchange(NodeIndex from, const Packet& request, ReadSet& reads, ReadSet& kept) {
  catch_up();
  const SimTime expires = reads.expires;
  const std::size_t known_resolutions = resolution_count_;
  back_.hops.clear();
  if (network_.wire != nullptr) {
    exchange_ = network_.wire->next_exchange(request.source, request.destination);
  }
  ask_again_ = kNever;
  questions_.clear();
  WalkResult result = converse(from, request, true);
  for (const Pass* pass : {&there_, &back_}) {
    note_learning(*pass);
    note_neighbors(*pass);
  }
  result.learned = apply_notes(result.delivered(), kept);
  result.learned = probe_neighbors(result.learned, kept);
  if (!result.learned) {
    add_reads(reads);
    for (const ReadSet& probe : probe_reads_) {
      collector_.attach(reads);
      collector_.add_all(probe);
      collector_.detach();
    }
    reads.expires = std::min(expires, ask_again_);
    note_expiry(reads, kept);
  }
  resolution_count_ = known_resolutions;  // Those of a real exchange are not asked for again.
  return result;
}

// Entries of kernels that probe are used by what was sent. A probe leaves when it is due, and when
// the exchange has changed nothing: an entry is counted on only while a probe would be answered.
bool Walker::probe_neighbors(bool learned, ReadSet& kept) {
  probe_reads_.clear();
  const std::vector<ReadSet::NeighborKey> used = std::move(probed_neighbors_);
  probed_neighbors_.clear();
  const SimTime now = network_.simulator.now();
  for (const ReadSet::NeighborKey& key : used) {
    Chip& chip = network_.chip(key.node);
    SimTime expires = kNever;
    const NeighborEntry* entry = chip.find_neighbor(key.vrf, key.address, now, expires);
    entry = entry != nullptr ? entry : chip.stale_neighbor(key.vrf, key.address, now);
    if (entry == nullptr || !facts_[static_cast<std::size_t>(key.node)].resolves) {
      continue;  // Nobody is there to probe: it stays as it is.
    }
    const bool due = chip.probe_due(key.vrf, key.address, now);
    const bool asks = due || (!learned && entry->unanswered == kNever);
    const bool answered = asks && probe(key, *entry);
    if (chip.use_neighbor(key.vrf, key.address, now, answered)) {
      network_.neighbor_changed(key.node, key.vrf, key.address);
      learned = true;
    }
    learned = apply_notes(false, kept) || learned;
    if (answered) {
      kept.neighbors.push_back(key);
    }
  }
  kept.neighbors.insert(kept.neighbors.end(), questions_.begin(), questions_.end());
  questions_.clear();
  sort_unique(kept.neighbors);
  return learned;
}

// Asks the one who is believed to have the address, with a frame to it alone.
bool Walker::probe(const ReadSet::NeighborKey& key, const NeighborEntry& entry) {
  Resolution question;
  question.node = key.node;
  question.interface = entry.interface;
  question.address = key.address;
  ask(question, true, entry.mac);
  probe_reads_.push_back(question.reads);
  return question.found;
}

std::optional<MacAddress> Walker::ask_now(NodeIndex node, InterfaceIndex interface,
                                          const IpAddress& address) {
  catch_up();
  Resolution question;
  question.node = node;
  question.interface = interface;
  question.address = address;
  ask(question, true);
  if (question.looped) {
    network_.storms->loop_met(question.looped_at);
  }
  questions_.clear();
  ReadSet kept;
  apply_notes(question.found, kept);
  return question.found ? std::optional(question.mac) : std::nullopt;
}

// When the first entry ends that the exchange has read but does not refresh.
void Walker::note_expiry(ReadSet& reads, const ReadSet& kept) const {
  const SimTime now = network_.simulator.now();
  for (const ReadSet::MacKey& key : reads.macs) {
    if (!std::binary_search(kept.macs.begin(), kept.macs.end(), key)) {
      static_cast<void>(network_.chip(key.node).find_mac(key.vlan, key.mac, now, reads.expires));
    }
  }
  for (const ReadSet::NeighborKey& key : reads.neighbors) {
    if (!std::binary_search(kept.neighbors.begin(), kept.neighbors.end(), key)) {
      static_cast<void>(
          network_.chip(key.node).find_neighbor(key.vrf, key.address, now, reads.expires));
    }
  }
}

// Frames that are lost on their way have been seen up to there.
void Walker::note_learning(const Pass& pass) {
  for (const Hop& hop : pass.hops) {
    if (!(hop.learns || hop.counted) || !facts_[static_cast<std::size_t>(hop.node)].learns) {
      continue;
    }
    flow_caches_.took(hop.node, flow_of(hop));
    if (hop.counted) {
      counted_ = true;
      continue;
    }
    learned_.push_back({hop.node, hop.vlan, hop.in, hop.source});
    const auto peer = network_.mlag_learns_at(hop.node, hop.in);
    if (peer && facts_[static_cast<std::size_t>(peer->first)].learns) {
      learned_.push_back({peer->first, hop.vlan, peer->second, hop.source});
    }
  }
}

FlowCaches::Flow Walker::flow_of(const Hop& hop) {
  return {.in = hop.in, .vlan = hop.vlan, .source = hop.source, .destination = hop.destination};
}

void Walker::note_neighbors(const Pass& pass) {
  for (const Hop& hop : pass.hops) {
    if (hop.reads.neighbor && hop.resolution == kNoHop) {
      const bool probed = network_.chip(hop.node).neighbor_timers().probed;
      (probed ? probed_neighbors_ : used_neighbors_)
          .push_back({hop.node, hop.reads.vrf, hop.reads.address});
    }
  }
}

// What answers confirms the neighbours by which it was reached.
// What is counted only will be learned, too: until then nothing is quiet.
bool Walker::apply_notes(bool confirmed, ReadSet& kept) {
  bool changed = std::exchange(counted_, false);
  for (const Place& place : learned_) {
    changed = apply_place(place, kept) || changed;
  }
  learned_.clear();
  for (const ReadSet::NeighborKey& key : used_neighbors_) {
    if (confirmed) {
      network_.chip(key.node).refresh_neighbor(key.vrf, key.address, network_.simulator.now());
      kept.neighbors.push_back(key);
    }
  }
  used_neighbors_.clear();
  for (const Answer& answer : answers_) {
    changed = apply_answer(answer, kept) || changed;
  }
  answers_.clear();
  if (!changed) {
    sort_unique(kept.macs);
    sort_unique(kept.neighbors);
  }
  return changed;
}

bool Walker::apply_place(const Place& place, ReadSet& kept) {
  const SimTime now = network_.simulator.now();
  Chip& chip = network_.chip(place.node);
  const MacEntry* entry = chip.see_mac(place.vlan, place.mac, place.port, now);
  if (entry != nullptr && entry->fixed) {
    const bool moves = entry->moves && entry->port != place.port;
    if (moves) {
      network_.program(
          place.node,
          LearnMac{{.vlan = place.vlan, .mac = place.mac, .port = place.port, .last_seen = now}});
    }
    return moves;
  }
  const bool known = entry != nullptr && entry->port == place.port;
  if (!known) {
    network_.program(
        place.node,
        LearnMac{{.vlan = place.vlan, .mac = place.mac, .port = place.port, .last_seen = now}});
    SimTime expires = kNever;
    entry = chip.find_mac(place.vlan, place.mac, now, expires);
  }
  if (entry == nullptr || entry->port != place.port) {
    return false;  // The table is full.
  }
  kept.macs.push_back({place.node, place.vlan, place.mac});
  return !known;
}

bool Walker::apply_answer(const Answer& answer, ReadSet& kept) {
  const NeighborEntry& entry = answer.entry;
  network_.program(answer.node, SetNeighbor{entry});
  SimTime expires = kNever;
  const NeighborEntry* written =
      network_.chip(answer.node)
          .find_neighbor(entry.vrf, entry.address, network_.simulator.now(), expires);
  if (written == nullptr || written->mac != entry.mac) {
    return false;  // The table is full.
  }
  kept.neighbors.push_back({answer.node, entry.vrf, entry.address});
  return true;
}

WalkResult Walker::multicast(NodeIndex from, InterfaceIndex interface, MacAddress source,
                             const ControlFrame& frame, ReadSet& reads, ReadSet& kept) {
  catch_up();
  trail_.clear();
  begin_frame(everybody_, Aim::everybody, true);
  if (network_.wire != nullptr) {
    everybody_.shown = network_.wire->group_frame(from, interface, source, frame);
  }
  send_frame(everybody_, from, interface, source, kBroadcastMac);
  show_way(everybody_);
  collector_.attach(reads);
  add_reads(everybody_, collector_);  // A group is looked up nowhere: nothing expires.
  collector_.detach();
  WalkResult result = result_of(everybody_);
  note_learning(everybody_);
  report_loop(everybody_);
  // Receivers may send in their turn: nothing of the walker is used from here on.
  const std::vector<Receiver> receivers = everybody_.receivers;
  result.learned = apply_notes(false, kept);
  const SimTime now = network_.simulator.now();
  for (const Receiver& receiver : receivers) {
    if (!network_.frames->taken_in(receiver.node, receiver.came_from, now, 0)) {
      continue;
    }
    const auto quiet =
        network_.frames->deliver(receiver.node, receiver.port, receiver.interface, frame);
    if (quiet) {
      result.disposition = Disposition::delivered;
      result.share = 1;
      result.place = network_.node(receiver.node).entity;
      result.delivered_to = receiver.node;
      result.learned = result.learned || !*quiet;
    }
  }
  return result;
}

// Bridges learn the new place from the frame, those who know the address its new MAC.
void Walker::announce(NodeIndex from, InterfaceIndex interface, MacAddress mac,
                      const IpAddress& address) {
  catch_up();
  trail_.clear();
  begin_frame(everybody_, Aim::everybody, true);
  if (network_.wire != nullptr) {
    everybody_.shown = neighbor_frame({.kind = NeighborMessage::Kind::announcement,
                                       .sender = mac,
                                       .sender_address = address,
                                       .target = {},
                                       .target_address = address});
  }
  send_frame(everybody_, from, interface, mac, kBroadcastMac);
  note_learning(everybody_);
  report_loop(everybody_);
  const SimTime now = network_.simulator.now();
  for (const Receiver& receiver : everybody_.receivers) {
    const VrfIndex vrf = network_.interface(receiver.node, receiver.interface).vrf;
    const Chip& chip = network_.chip(receiver.node);
    const NeighborEntry* known = chip.known_neighbor(vrf, address, now);
    const Facts& facts = facts_[static_cast<std::size_t>(receiver.node)];
    if (known != nullptr && known->mac != mac && facts.resolves) {
      const NeighborTimers& timers = chip.neighbor_timers();
      answers_.push_back({receiver.node,
                          {.vrf = vrf,
                           .address = address,
                           .mac = mac,
                           .interface = receiver.interface,
                           .confirmed = timers.probed ? now - timers.lifetime : now,
                           .used = known->used}});
    }
  }
  ReadSet kept;
  apply_notes(false, kept);
}

}  // namespace switchfault
