// Hellos, neighbours, designated routers, and the exchange of databases.

#include <algorithm>
#include <utility>
#include <vector>

#include "protocols/ospf_router.h"

namespace switchfault::ospf_v2 {

namespace {

using std::chrono::seconds;

constexpr std::size_t kHeadersInPacket = 72;  // 1500 bytes of MTU, 20 a header.
constexpr std::size_t kIsDesignated = 2;      // Most highest-ranked roles of a network.

}  // namespace

// --- hellos and neighbours -----------------------------------------------------------------------

// What the next hello says. Whoever counts on the former one is told by touch().
void Ospf::say_anew(OwnInterface& own) {
  OspfHello hello{.mask = mask_of_length(own.length),
                  .hello_seconds = static_cast<std::uint16_t>(own.hello / seconds{1}),
                  .priority = own.priority,
                  .dead_seconds = static_cast<std::uint32_t>(own.dead / seconds{1}),
                  .designated = own.designated,
                  .backup = own.backup,
                  .neighbors = {}};
  for (const Neighbor& neighbor : own.neighbors) {
    hello.neighbors.push_back(neighbor.id);
  }
  own.said = make_content<OspfContent>(std::move(hello));
  own.said_since = now();
}

void Ospf::hello_due(std::size_t key) {
  OwnInterface& own = *interfaces_[key];
  send(own, kAllRouters, own.said);
}

HelloStream::Sender::Next Ospf::next_hello(std::size_t key) const {
  const OwnInterface& own = *interfaces_[key];
  return {.same_again = true, .frame = frame(own, kAllRouters, own.said.get())};
}

MulticastStream::Sender::Message OwnInterface::message() const {
  return ospf.hello_message(*this);
}

MulticastStream::Sender::Message Ospf::hello_message(const OwnInterface& own) const {
  return {.interface = own.index,
          .source = interface(own).mac(),
          .frame = frame(own, kAllRouters, own.said.get()),
          .why = ObservationId::none};
}

// RFC 2328 8.2 and 10.5, and what would make two routers one.
std::string Ospf::refusal(const OwnInterface& own, const Envelope& from,
                          const OspfHello& hello) const {
  if (from.area != areas_[own.area].id) {
    return "area " + text_of(from.area) + " is not " + text_of(areas_[own.area].id);
  }
  if (from.router == router_) {
    return "router id " + text_of(router_) + " is ours";
  }
  const auto* mine = std::get_if<OspfHello>(&own.said->body());
  if (mine == nullptr) {
    return "";
  }
  if (hello.hello_seconds != mine->hello_seconds || hello.dead_seconds != mine->dead_seconds) {
    return "hello or dead interval differs";
  }
  if (own.broadcast && hello.mask != mine->mask) {
    return "mask differs";
  }
  return "";
}

bool Ospf::hear_hello(OwnInterface& own, const Envelope& from, const OspfHello& hello) {
  std::string refused = refusal(own, from, hello);
  if (!refused.empty()) {
    const bool same = refused == own.refused;
    own.refused = std::move(refused);
    if (!same) {
      context_.network.touch(context_.node);
    }
    return same;
  }
  Neighbor* neighbor = find(own, from.router);
  if (neighbor != nullptr && neighbor->hello == hello && neighbor->state != NeighborState::down) {
    neighbor->deadline = now() + own.dead;
    return true;
  }
  own.refused.clear();
  because(later_reason(context_.simulator.cause(), way_change(own)));
  const CauseScope scope(context_.simulator, why_);
  const OspfHello former = neighbor != nullptr ? neighbor->hello : OspfHello();
  const bool is_new = neighbor == nullptr;
  if (is_new) {
    if (!own.broadcast && !own.neighbors.empty()) {
      lose(own, own.neighbors.front().id);  // Somebody else is at the other end now.
    }
    Neighbor made;
    made.id = from.router;
    const auto place = std::ranges::lower_bound(own.neighbors, made.id, {}, &Neighbor::id);
    neighbor = &*own.neighbors.insert(place, std::move(made));
    neighbor->state = NeighborState::init;
  }
  neighbor->address = from.source;
  neighbor->node = static_cast<NodeIndex>(from.node);
  neighbor->hello = hello;
  neighbor->deadline = now() + own.dead;
  if (is_new) {
    say_anew(own);
  }
  const bool heard = std::ranges::find(hello.neighbors, router_) != hello.neighbors.end();
  const bool was_heard = neighbor->state >= NeighborState::two_way;
  if (heard && !was_heard) {
    change(own, *neighbor, NeighborState::two_way);
    consider_adjacency(own, *neighbor);
  } else if (!heard && was_heard) {
    change(own, *neighbor, NeighborState::init);
  }
  if (own.broadcast) {
    const bool claims = hello.designated == from.source || hello.backup == from.source;
    const bool claimed = former.designated == from.source || former.backup == from.source;
    const bool backup_seen =
        own.state == InterfaceState::waiting && heard &&
        (hello.backup == from.source || (hello.designated == from.source && hello.backup == 0));
    if (backup_seen) {
      own.wait_until = kNever;
      own.state = InterfaceState::other;
      elect(own);
    } else if (own.state != InterfaceState::waiting &&
               (heard != was_heard || claims != claimed || hello.designated != former.designated ||
                hello.backup != former.backup || hello.priority != former.priority)) {
      elect(own);
    }
  }
  arm(own);
  finish();
  context_.network.touch(context_.node);
  return false;
}

void Ospf::change(OwnInterface& own, Neighbor& neighbor, NeighborState state) {
  const NeighborState before = std::exchange(neighbor.state, state);
  if (state < NeighborState::exchange) {
    neighbor.requests.clear();
    neighbor.summary.clear();
    neighbor.unacknowledged.clear();
    neighbor.received.reset();
    neighbor.describe_at = neighbor.request_at = neighbor.resend_at = kNever;
  }
  const bool full = state == NeighborState::full;
  if (full != (before == NeighborState::full) && (full || !neighbor.helped_until)) {
    observe_adjacency(own, neighbor, full);
    originate_router(own.area);
    originate_network(own);
  }
}

void Ospf::observe_adjacency(OwnInterface& own, Neighbor& neighbor, bool adjacent) {
  if (std::exchange(neighbor.observed, adjacent) == adjacent) {
    return;
  }
  const CauseScope scope(context_.simulator, context_.simulator.cause());
  because(context_.log.append(ObservationKind::adjacency, interface(own).entity(),
                              {.object = context_.network.node(neighbor.node).entity,
                               .value = adjacent ? 1 : 0,
                               .text = std::string(kName) + " " + text_of(neighbor.id)}));
}

void Ospf::lose(OwnInterface& own, std::uint32_t id) {
  Neighbor* neighbor = find(own, id);
  neighbor->helped_until.reset();
  if (neighbor->observed && neighbor->state != NeighborState::full) {
    observe_adjacency(own, *neighbor, false);
    neighbor->state = NeighborState::down;
    originate_router(own.area);
    originate_network(own);
  }
  change(own, *neighbor, NeighborState::down);
  own.neighbors.erase(own.neighbors.begin() + (neighbor - own.neighbors.data()));
  say_anew(own);
  if (own.broadcast && own.state > InterfaceState::point_to_point) {
    elect(own);
  }
}

// RFC 2328 10.4.
void Ospf::consider_adjacency(OwnInterface& own, Neighbor& neighbor) {
  const bool wanted = !own.broadcast || own.state == InterfaceState::designated ||
                      own.state == InterfaceState::backup || neighbor.address == own.designated ||
                      neighbor.address == own.backup;
  if (wanted && neighbor.state == NeighborState::two_way) {
    begin_exchange(own, neighbor);
  } else if (!wanted && neighbor.state > NeighborState::two_way) {
    change(own, neighbor, NeighborState::two_way);
  }
}

// RFC 2328 9.4.
void Ospf::elect(OwnInterface& own) {
  struct Candidate {
    std::uint8_t priority;
    std::uint32_t id, address, designated, backup;
  };
  const auto list = [&] {
    std::vector<Candidate> candidates;
    if (own.priority > 0) {
      candidates.push_back({own.priority, router_, own.address, own.designated, own.backup});
    }
    for (const Neighbor& one : own.neighbors) {
      if (one.state >= NeighborState::two_way && one.hello.priority > 0) {
        candidates.push_back(
            {one.hello.priority, one.id, one.address, one.hello.designated, one.hello.backup});
      }
    }
    return candidates;
  };
  const auto best = [](const std::vector<Candidate>& candidates, auto allowed) {
    const Candidate* found = nullptr;
    for (const Candidate& one : candidates) {
      if (allowed(one) && (found == nullptr || std::pair(one.priority, one.id) >
                                                   std::pair(found->priority, found->id))) {
        found = &one;
      }
    }
    return found == nullptr ? 0 : found->address;
  };
  const std::uint32_t designated_before = own.designated;
  const std::uint32_t backup_before = own.backup;
  for (std::size_t round = 0; round < kIsDesignated; ++round) {
    const std::vector<Candidate> candidates = list();
    const auto is_dr = [](const Candidate& one) { return one.designated == one.address; };
    const auto says_backup = [&](const Candidate& one) {
      return !is_dr(one) && one.backup == one.address;
    };
    std::uint32_t backup = best(candidates, says_backup);
    if (backup == 0) {
      backup = best(candidates, [&](const Candidate& one) { return !is_dr(one); });
    }
    std::uint32_t designated = best(candidates, is_dr);
    designated = designated == 0 ? backup : designated;
    const bool was = own.designated == own.address || own.backup == own.address;
    const bool is = designated == own.address || backup == own.address;
    const bool moved = (own.designated == own.address) != (designated == own.address) ||
                       (own.backup == own.address) != (backup == own.address);
    own.designated = designated;
    own.backup = backup == designated ? 0 : backup;
    if (!moved || was == is) {
      break;  // Step 4: again, when this router has become or ceased to be one of them.
    }
  }
  own.state = own.designated == own.address ? InterfaceState::designated
              : own.backup == own.address   ? InterfaceState::backup
                                            : InterfaceState::other;
  say_anew(own);
  for (Neighbor& neighbor : own.neighbors) {
    consider_adjacency(own, neighbor);
  }
  if (own.designated != designated_before || own.backup != backup_before) {
    originate_router(own.area);
    originate_network(own);
  }
}

// --- exchange of databases (RFC 2328 10.6 to 10.9) -----------------------------------------------

void Ospf::begin_exchange(OwnInterface& own, Neighbor& neighbor) {
  change(own, neighbor, NeighborState::ex_start);
  neighbor.master = true;
  neighbor.sequence = ++sequence_;
  neighbor.sent = {
      .initial = true, .more = true, .master = true, .sequence = neighbor.sequence, .headers = {}};
  neighbor.describe_at = now() + retransmit_;
  send(own, neighbor.address, neighbor.sent);
}

void Ospf::negotiated(OwnInterface& own, Neighbor& neighbor) {
  change(own, neighbor, NeighborState::exchange);
  neighbor.ticks_from = now();
  for (const LinkStateDatabase::Entry& entry : areas_[own.area].database.entries()) {
    if (entry.over()) {
      neighbor.unacknowledged[entry.lsa->key()] = entry.lsa;
      neighbor.resend_at = std::min(neighbor.resend_at, next_resend(neighbor));
    } else {
      neighbor.summary.push_back(entry.header());
    }
  }
  std::ranges::reverse(neighbor.summary);  // Taken from the back.
}

// Sends the next part. Only the master sends it again by itself.
void Ospf::describe(OwnInterface& own, Neighbor& neighbor) {
  neighbor.sent = {.initial = false,
                   .more = false,
                   .master = neighbor.master,
                   .sequence = neighbor.sequence,
                   .headers = {}};
  while (!neighbor.summary.empty() && neighbor.sent.headers.size() < kHeadersInPacket) {
    neighbor.sent.headers.push_back(neighbor.summary.back());
    neighbor.summary.pop_back();
  }
  neighbor.sent.more = !neighbor.summary.empty();
  neighbor.describe_at = neighbor.master ? now() + retransmit_ : kNever;
  send(own, neighbor.address, neighbor.sent);
}

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description) {
  if (neighbor.state == NeighborState::init) {
    change(own, neighbor, NeighborState::two_way);
    consider_adjacency(own, neighbor);
  }
  if (neighbor.state < NeighborState::ex_start) {
    return;
  }
  if (neighbor.state == NeighborState::ex_start) {
    if (description.initial && description.more && description.master &&
        description.headers.empty() && neighbor.id > router_) {
      neighbor.master = false;
      neighbor.sequence = description.sequence;
      negotiated(own, neighbor);
      neighbor.received = description;
      describe(own, neighbor);
    } else if (!description.initial && !description.master && neighbor.id < router_ &&
               description.sequence == neighbor.sequence) {
      negotiated(own, neighbor);
      take_headers(own, neighbor, description);
    }
    return;
  }
  if (neighbor.received == description) {
    if (!neighbor.master) {
      send(own, neighbor.address, neighbor.sent);  // Our answer was lost.
    }
    return;
  }
  const std::uint32_t expected = neighbor.sequence + (neighbor.master ? 0 : 1);
  if (neighbor.state != NeighborState::exchange || description.initial ||
      description.master == neighbor.master || description.sequence != expected) {
    begin_exchange(own, neighbor);  // SeqNumberMismatch.
    return;
  }
  take_headers(own, neighbor, description);
}

void Ospf::take_headers(OwnInterface& own, Neighbor& neighbor, const OspfDescription& description) {
  neighbor.received = description;
  for (const LsaHeader& header : description.headers) {
    const auto* entry = areas_[own.area].database.find(header.key);
    if (entry == nullptr || more_recent(header, entry->header()) > 0) {
      neighbor.requests.push_back(header);
    }
  }
  if (neighbor.master) {
    ++neighbor.sequence;
    if (!description.more && !neighbor.sent.more) {
      exchange_done(own, neighbor);
    } else {
      describe(own, neighbor);
    }
    return;
  }
  neighbor.sequence = description.sequence;
  describe(own, neighbor);
  if (!description.more && !neighbor.sent.more) {
    exchange_done(own, neighbor);
  }
}

void Ospf::exchange_done(OwnInterface& own, Neighbor& neighbor) {
  neighbor.describe_at = kNever;
  if (neighbor.requests.empty()) {
    change(own, neighbor, NeighborState::full);
    return;
  }
  change(own, neighbor, NeighborState::loading);
  request(own, neighbor);
}

void Ospf::request(OwnInterface& own, Neighbor& neighbor) {
  OspfRequest asked;
  for (const LsaHeader& header : neighbor.requests) {
    if (asked.keys.size() == kHeadersInPacket) {
      break;
    }
    asked.keys.push_back(header.key);
  }
  neighbor.asked = asked.keys;
  neighbor.request_at = now() + retransmit_;
  send(own, neighbor.address, std::move(asked));
}

void Ospf::check_loading(OwnInterface& own, Neighbor& neighbor) {
  if (neighbor.state == NeighborState::loading && neighbor.requests.empty()) {
    neighbor.request_at = kNever;
    change(own, neighbor, NeighborState::full);
  }
}

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfRequest& request) {
  if (neighbor.state < NeighborState::exchange) {
    return;
  }
  std::vector<OspfUpdate::Item> items;
  for (const LsaKey& key : request.keys) {
    const auto* entry = areas_[own.area].database.find(key);
    if (entry == nullptr) {
      begin_exchange(own, neighbor);  // BadLSReq.
      return;
    }
    items.push_back({entry->lsa, entry->age});
  }
  send_update(own, neighbor.address, std::move(items));
}

}  // namespace switchfault::ospf_v2
