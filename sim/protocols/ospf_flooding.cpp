// Flooding of advertisements, and those of this router itself.

#include <algorithm>
#include <utility>
#include <vector>

#include "core/check.h"
#include "protocols/ospf_router.h"

namespace switchfault::ospf_v2 {

namespace {

constexpr std::size_t kUpdateLength = 1400;  // Of advertisements in one packet, if it can be.
constexpr Duration kAckDelay =
    std::chrono::seconds{1};  // RFC 2328 13.5 leaves it open; FRR's value.

}  // namespace

// --- flooding (RFC 2328 section 13) --------------------------------------------------------------

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfUpdate& update) {
  const std::uint32_t id = neighbor.id;
  for (const OspfUpdate::Item& item : update.items) {
    Neighbor* sender = find(own, id);
    if (sender == nullptr || sender->state < NeighborState::exchange) {
      return;
    }
    hear_one(own, *sender, item);
  }
  Neighbor* sender = find(own, id);
  if (sender == nullptr) {
    return;
  }
  check_loading(own, *sender);
  const auto open = [&](const LsaKey& key) {
    return std::ranges::find(sender->requests, key, &LsaHeader::key) != sender->requests.end();
  };
  if (sender->state == NeighborState::loading && std::ranges::none_of(sender->asked, open)) {
    request(own, *sender);  // The next ones.
  }
}

void Ospf::hear_one(OwnInterface& own, Neighbor& neighbor, const OspfUpdate::Item& item) {
  Area& area = areas_[own.area];
  const LsaHeader header = item.lsa->header(item.age);
  if (header.key.type == LsaType::grace) {
    hear_grace(own, neighbor, item);
    return;
  }
  const auto* entry = area.database.find(header.key);
  const bool over = header.age >= kLsaMaxAge;
  if (entry == nullptr && over) {
    const bool exchanging = std::ranges::any_of(interfaces_, [&](const auto& one) {
      return std::ranges::any_of(one->neighbors, [](const Neighbor& other) {
        return other.state == NeighborState::exchange || other.state == NeighborState::loading;
      });
    });
    if (!exchanging) {
      send(own, neighbor.address, OspfAcknowledgment{{header}});
      return;
    }
  }
  const auto order =
      entry == nullptr ? std::strong_ordering::greater : more_recent(header, entry->header());
  if (order > 0) {
    // The first own instance after a start does not count as just installed.
    const bool mine = header.key.router == router_;
    const bool fresh = entry != nullptr && now() - entry->installed < least_arrival_ &&
                       (bird_ || !mine || entry->lsa->sequence() != kLsaInitialSequence);
    if (fresh && (entry->flooded || mine || bird_)) {
      return;
    }
    if (bird_ && mine && entry != nullptr && !entry->over()) {
      // What it says already goes out with a higher number; a changed one waits from now on.
      OwnLsa& own_lsa = area.own[header.key];
      const LsaBody wanted = std::exchange(own_lsa.body, entry->lsa->body());
      const bool waits = own_lsa.waits;
      make(own.area, header.key, own_lsa, item.lsa->sequence());
      own_lsa.body = wanted;
      own_lsa.waits = waits;
      if (waits) {
        originate_at(own_lsa.made + least_interval_);
      }
      return;
    }
    const bool back = flood(own.area, item, &own, &neighbor);
    install(own.area, item, true);
    if (!back) {
      acknowledge(own, header);
    }
    if (header.key.router == router_ && !restarting_) {
      hear_of_own(own.area, item);
    }
    return;
  }
  const auto requested = std::ranges::find(neighbor.requests, header.key, &LsaHeader::key);
  if (requested != neighbor.requests.end()) {
    if (order == 0) {
      neighbor.requests.erase(requested);  // Another neighbour was quicker.
    } else {
      begin_exchange(own, neighbor);  // BadLSReq.
    }
    return;
  }
  if (order == 0) {
    const auto waiting = neighbor.unacknowledged.find(header.key);
    if (waiting != neighbor.unacknowledged.end() &&
        waiting->second->sequence() == item.lsa->sequence()) {
      neighbor.unacknowledged.erase(waiting);  // It has it: as good as an acknowledgment.
      drop_acknowledged(own.area, header.key);
    } else {
      send(own, neighbor.address, OspfAcknowledgment{{header}});
    }
    return;
  }
  SF_CHECK(entry != nullptr);                                      // Or what came would be newer.
  send_update(own, neighbor.address, {{entry->lsa, entry->age}});  // Ours is newer.
}

// Steps 1 to 5 of 13.3 on every interface of the area; true: it leaves by the one it came in by.
bool Ospf::flood(std::size_t area, const OspfUpdate::Item& item, const OwnInterface* from,
                 const Neighbor* sender) {
  bool back = false;
  for (const auto& one : interfaces_) {
    OwnInterface& own = *one;
    if (own.area != area || own.state == InterfaceState::down) {
      continue;
    }
    bool added = false;
    for (Neighbor& neighbor : own.neighbors) {
      if (neighbor.state < NeighborState::exchange || !still_requested(neighbor, item) ||
          &neighbor == sender) {
        continue;
      }
      neighbor.unacknowledged[item.lsa->key()] = item.lsa;
      neighbor.resend_at = std::min(neighbor.resend_at, next_resend(neighbor));
      added = true;
    }
    if (!added) {
      continue;
    }
    if (&own == from) {
      const bool by_chief =
          sender != nullptr && (sender->address == own.designated || sender->address == own.backup);
      if (by_chief || own.state == InterfaceState::backup) {
        continue;
      }
      back = true;
    }
    own.pending.push_back(item);
  }
  return back;
}

// Whether a neighbour that is not yet full needs it: he does not when what was asked of him is as
// recent.
bool Ospf::still_requested(Neighbor& neighbor, const OspfUpdate::Item& item) {
  if (neighbor.state >= NeighborState::full) {
    return true;
  }
  const auto asked = std::ranges::find(neighbor.requests, item.lsa->key(), &LsaHeader::key);
  if (asked == neighbor.requests.end()) {
    return true;
  }
  const auto order = more_recent(item.lsa->header(item.age), *asked);
  if (order < 0) {
    return false;
  }
  neighbor.requests.erase(asked);
  return order > 0;
}

void Ospf::install(std::size_t area, const OspfUpdate::Item& item, bool flooded) {
  const LsaKey key = item.lsa->key();
  const auto* before = areas_[area].database.find(key);
  const bool same = before != nullptr && before->lsa->body() == item.lsa->body() &&
                    before->over() == (item.age >= kLsaMaxAge);
  areas_[area].database.install(
      {.lsa = item.lsa, .installed = now(), .age = item.age, .flooded = flooded});
  for (const auto& own : interfaces_) {
    if (own->area != area) {
      continue;
    }
    for (Neighbor& neighbor : own->neighbors) {
      const auto waiting = neighbor.unacknowledged.find(key);
      if (waiting != neighbor.unacknowledged.end() && !(waiting->second == item.lsa)) {
        neighbor.unacknowledged.erase(waiting);
      }
    }
  }
  if (!same) {
    schedule_routes();
    end_help_in(area, key.router);
  }
  drop_acknowledged(area, key);
}

// FRR looks at all of them at fixed times, counted from the beginning of the exchange.
SimTime Ospf::next_resend(const Neighbor& neighbor) const {
  if (!frr_) {
    return now() + retransmit_;
  }
  const auto passed = (now() - neighbor.ticks_from) / retransmit_;
  const SimTime due = neighbor.ticks_from + (passed + 1) * retransmit_;
  return due + wait_for_cpu(due);
}

void Ospf::acknowledge(OwnInterface& own, const LsaHeader& header) {
  own.acknowledgments.push_back(header);
  own.acknowledge_at = std::min(own.acknowledge_at, now() + kAckDelay);
}

void Ospf::hear(OwnInterface& own, Neighbor& neighbor, const OspfAcknowledgment& acknowledgment) {
  for (const LsaHeader& header : acknowledgment.headers) {
    const auto waiting = neighbor.unacknowledged.find(header.key);
    if (waiting != neighbor.unacknowledged.end() &&
        waiting->second->sequence() == header.sequence) {
      neighbor.unacknowledged.erase(waiting);
      drop_acknowledged(own.area, header.key);
    }
  }
  if (neighbor.unacknowledged.empty()) {
    neighbor.resend_at = kNever;
  }
}

// An advertisement that is over goes when everybody has confirmed that it is (section 14).
void Ospf::drop_acknowledged(std::size_t area, const LsaKey& key) {
  const auto* entry = areas_[area].database.find(key);
  if (entry == nullptr || !entry->over()) {
    return;
  }
  const bool needed = std::ranges::any_of(interfaces_, [&](const auto& own) {
    return own->area == area && std::ranges::any_of(own->neighbors, [&](const Neighbor& one) {
             return one.state == NeighborState::exchange || one.state == NeighborState::loading ||
                    one.unacknowledged.contains(key);
           });
  });
  if (!needed) {
    areas_[area].database.remove(key);
  }
}

void Ospf::send_update(OwnInterface& own, std::uint32_t to, std::vector<OspfUpdate::Item> items) {
  OspfUpdate update;
  std::size_t length = 0;
  for (OspfUpdate::Item& item : items) {
    length += item.lsa->length();
    if (length > kUpdateLength && !update.items.empty()) {
      send(own, to, std::exchange(update, {}));
      length = item.lsa->length();
    }
    update.items.push_back(std::move(item));
  }
  if (!update.items.empty()) {
    send(own, to, std::move(update));
  }
}

void Ospf::finish() {
  check_restart();
  for (const auto& own : interfaces_) {
    for (Neighbor& neighbor : own->neighbors) {
      check_loading(*own, neighbor);  // Another one may have sent what was asked of it.
    }
  }
  for (const auto& own : interfaces_) {
    if (!own->pending.empty()) {
      send_update(*own, own->group(), std::exchange(own->pending, {}));
    }
    arm(*own);
  }
}

// --- own advertisements (RFC 2328 12.4) ----------------------------------------------------------

bool Ospf::is_border() const {
  return areas_.size() > 1;
}

void Ospf::originate_router(std::size_t area) {
  LsaBody body{.border = is_border(), .links = {}, .routers = {}, .mask = 0, .metric = 0};
  for (const auto& one : interfaces_) {
    const OwnInterface& own = *one;
    if (own.area != area || own.state == InterfaceState::down) {
      continue;
    }
    const std::uint16_t cost = max_metric_ ? kMaxMetric : own.cost;
    const RouterLink stub{.type = RouterLink::Type::stub,
                          .metric = own.cost,
                          .id = own.address & mask_of_length(own.length),
                          .data = mask_of_length(own.length)};
    if (own.broadcast && !own.passive) {
      const bool attached = std::ranges::any_of(own.neighbors, [&](const Neighbor& neighbor) {
        return neighbor.adjacent() &&
               (own.state == InterfaceState::designated || neighbor.address == own.designated);
      });
      body.links.push_back(attached && own.state != InterfaceState::waiting
                               ? RouterLink{.type = RouterLink::Type::transit,
                                            .metric = cost,
                                            .id = own.designated,
                                            .data = own.address}
                               : stub);
      continue;
    }
    for (const Neighbor& neighbor : own.neighbors) {
      if (neighbor.adjacent()) {
        body.links.push_back({.type = RouterLink::Type::point_to_point,
                              .metric = cost,
                              .id = neighbor.id,
                              .data = own.address});
      }
    }
    body.links.push_back(stub);
  }
  originate(area, {LsaType::router, router_, router_}, std::move(body));
}

void Ospf::originate_network(OwnInterface& own) {
  if (!own.broadcast) {
    return;
  }
  const LsaKey key{LsaType::network, own.address, router_};
  LsaBody body{.border = false,
               .links = {},
               .routers = {router_},
               .mask = mask_of_length(own.length),
               .metric = 0};
  for (const Neighbor& neighbor : own.neighbors) {
    if (neighbor.adjacent()) {
      body.routers.push_back(neighbor.id);
    }
  }
  if (own.state == InterfaceState::designated && body.routers.size() > 1) {
    originate(own.area, key, std::move(body));
  } else {
    withdraw(own.area, key);
  }
}

// 12.4.3: into each area the networks of the others; those that came by summaries only from the
// backbone.
void Ospf::originate_summaries() {
  if (!is_border()) {
    return;
  }
  std::map<std::pair<std::size_t, LsaKey>, bool> wanted;
  for (std::size_t from = 0; from < areas_.size(); ++from) {
    const bool backbone = areas_[from].id == 0;
    for (const OspfRoute& route : routes_within(from, backbone)) {
      const auto best = std::ranges::lower_bound(routes_, route.prefix, {}, &OspfRoute::prefix);
      if (best == routes_.end() || best->prefix != route.prefix || best->cost != route.cost ||
          best->inter_area != route.inter_area) {
        continue;  // Another area has the better way.
      }
      for (std::size_t to = 0; to < areas_.size(); ++to) {
        if (to == from || (route.inter_area && areas_[to].id == 0)) {
          continue;
        }
        const LsaKey key{LsaType::summary, route.prefix.address().v4_bits(), router_};
        if (!wanted.emplace(std::pair(to, key), true).second) {
          continue;
        }
        originate(to, key,
                  {.border = false,
                   .links = {},
                   .routers = {},
                   .mask = mask_of_length(route.prefix.length()),
                   .metric = route.cost});
      }
    }
  }
  for (const auto& [place, present] : std::exchange(summaries_, wanted)) {
    if (!wanted.contains(place)) {
      withdraw(place.first, place.second);
    }
  }
}

void Ospf::originate(std::size_t area, const LsaKey& key, LsaBody body) {
  OwnLsa& own = areas_[area].own[key];
  const auto* entry = areas_[area].database.find(key);
  own.body = std::move(body);
  if (restarting_) {
    return;  // Neighbours go on with the former one.
  }
  if (entry != nullptr && !entry->over() && entry->lsa->body() == own.body) {
    own.waits = false;
    return;
  }
  const SimTime due = own.made == SimTime::min() ? now() : own.made + least_interval_;
  if (now() < due || (bird_ && !in_tick_)) {
    own.waits = true;
    originate_at(due);
    return;
  }
  make(area, key, own);
}

void Ospf::originate_at(SimTime due) {
  if (bird_) {
    due = tick_from(std::max(due, now() + kAtOnce));
  }
  if (due < origin_timer_.deadline()) {
    origin_timer_.arm(due);
  }
}

// With a sequence number beyond that one and that of the instance in the database.
void Ospf::make(std::size_t area, const LsaKey& key, OwnLsa& own, std::int32_t beyond) {
  const auto* entry = areas_[area].database.find(key);
  const std::int32_t sequence =
      1 + (entry == nullptr ? beyond : std::max(beyond, entry->lsa->sequence()));
  own.made = now();
  own.waits = false;
  const OspfUpdate::Item item{make_content<Lsa>(key, sequence, own.body), 0};
  flood(area, item, nullptr, nullptr);
  install(area, item, false);
}

void Ospf::withdraw(std::size_t area, const LsaKey& key) {
  areas_[area].own.erase(key);
  const auto* entry = areas_[area].database.find(key);
  if (entry == nullptr || entry->over()) {
    return;
  }
  const OspfUpdate::Item item{entry->lsa, kLsaMaxAge};
  flood(area, item, nullptr, nullptr);
  install(area, item, false);
}

// 13.4: somebody still has one from before this process was started.
void Ospf::hear_of_own(std::size_t area, const OspfUpdate::Item& item) {
  const LsaKey key = item.lsa->key();
  const auto own = areas_[area].own.find(key);
  if (own == areas_[area].own.end()) {
    withdraw(area, key);
  } else {
    make(area, key, own->second, item.lsa->sequence());
  }
}

void Ospf::on_own_timer() {
  const CauseScope scope(context_.simulator, why_);
  SimTime next = kNever;
  in_tick_ = true;
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    for (auto& [key, own] : areas_[area].own) {
      if (!own.waits) {
        continue;
      }
      if (own.made + least_interval_ <= now()) {
        make(area, key, own);
      } else {
        next = std::min(next, own.made + least_interval_);
      }
    }
  }
  in_tick_ = false;
  if (bird_ && next != kNever) {
    next = tick_from(std::max(next, now() + kAtOnce));
  }
  origin_timer_.arm(next);
  finish();
}

}  // namespace switchfault::ospf_v2
