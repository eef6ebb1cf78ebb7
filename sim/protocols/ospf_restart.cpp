// Graceful restart (RFC 3623): a process that says before it ends that it will be back, and
// neighbours that go on as if it were there.
//
// Who restarts keeps its routes, advertises nothing of its own and installs no routes until all
// whom its former advertisement names are adjacent again, or the grace period is over, or somebody
// does not count on it any more. Who helps keeps it in its advertisement whatever its state, until
// it says that it has done, the grace period is over, or an advertisement changes that it would
// have to be told (strict checking).
// A process that has crashed can only say so when it is there again, before its first hello
// (section 5); whoever has lost it by then does not help.
// Not modelled: that it says so again when nobody confirms it, staying designated router.

#include <algorithm>
#include <utility>

#include "protocols/ospf_router.h"

namespace switchfault::ospf_v2 {

namespace {

// FRR restarts gracefully only after `graceful-restart prepare ip ospf`.
constexpr std::string_view kPrepareKey = "ospf_graceful_restart";

}  // namespace

void Ospf::configuration_changed(SwitchOs& os, std::string_view key) {
  if (running_ && graceful_ && key == kPrepareKey && os.configured(key) == "prepare") {
    prepare_restart();
  }
}

void Ospf::prepare_restart() {
  prepared_until_ = now() + grace_period_;
  send_grace(0);
}

void Ospf::send_grace(std::uint16_t age) {
  ++grace_sequence_;
  for (const auto& own : interfaces_) {
    const bool nobody = own->neighbors.empty() && !(restarting_ && unplanned_);
    if (own->state == InterfaceState::down || own->passive || nobody) {
      continue;
    }
    LsaBody body;
    const Duration left = restarting_ && age == 0 ? prepared_until_ - now() : grace_period_;
    body.grace_seconds = static_cast<std::uint32_t>(left / std::chrono::seconds{1});
    body.address = own->broadcast ? own->address : 0;
    send_update(*own, own->group(),
                {{make_content<Lsa>(LsaKey{LsaType::grace, kGraceId, router_}, grace_sequence_,
                                    std::move(body)),
                  age}});
  }
}

// The process alone is gone, and the routing process knows that it will be back.
bool Ospf::keeps_routes() const {
  return now() < prepared_until_ && function_ == ProcessFunction::ospf &&
         context_.os.host_state() == HostState::up;
}

// --- who helps -----------------------------------------------------------------------------------

void Ospf::hear_grace(OwnInterface& own, Neighbor& neighbor, const OspfUpdate::Item& item) {
  send(own, neighbor.address, OspfAcknowledgment{{item.lsa->header(item.age)}});
  if (item.age >= kLsaMaxAge) {
    end_help(own, neighbor);
  } else if (helper_ && neighbor.state == NeighborState::full) {
    neighbor.helped_until = now() + std::chrono::seconds{item.lsa->body().grace_seconds} -
                            std::chrono::seconds{item.age};
  }
  arm(own);
}

void Ospf::end_help(OwnInterface& own, Neighbor& neighbor) {
  if (!std::exchange(neighbor.helped_until, std::nullopt)) {
    return;
  }
  if (neighbor.state != NeighborState::full) {
    observe_adjacency(own, neighbor, false);
  }
  originate_router(own.area);
  originate_network(own);
}

// An advertisement has changed that a router which starts again does not know of.
void Ospf::end_help_in(std::size_t area, std::uint32_t changed) {
  for (const auto& own : interfaces_) {
    for (Neighbor& neighbor : own->neighbors) {
      if (own->area == area && neighbor.helped_until && neighbor.id != changed) {
        end_help(*own, neighbor);
      }
    }
  }
}

// --- who restarts --------------------------------------------------------------------------------

// Whether all whom the former advertisement of this router names are adjacent again.
bool Ospf::all_back(std::size_t area) const {
  const auto* former = areas_[area].database.find({LsaType::router, router_, router_});
  if (former == nullptr || former->over()) {
    return false;
  }
  return std::ranges::all_of(former->lsa->body().links, [&](const RouterLink& link) {
    if (link.type == RouterLink::Type::stub) {
      return true;
    }
    return std::ranges::any_of(interfaces_, [&](const auto& own) {
      return own->area == area && own->address == link.data &&
             std::ranges::any_of(own->neighbors, [&](const Neighbor& one) {
               return one.state == NeighborState::full &&
                      (link.type == RouterLink::Type::transit || one.id == link.id);
             });
    });
  });
}

void Ospf::check_restart() {
  if (!restarting_) {
    return;
  }
  bool back = true;
  bool given_up = false;
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    back = back && all_back(area);
    // Somebody whom the former advertisement names does not name this router any more.
    const LinkStateDatabase& database = areas_[area].database;
    const auto* former = database.find({LsaType::router, router_, router_});
    for (const RouterLink& link :
         former == nullptr ? std::vector<RouterLink>() : former->lsa->body().links) {
      const auto* theirs = link.type == RouterLink::Type::point_to_point
                               ? database.find({LsaType::router, link.id, link.id})
                               : nullptr;
      given_up = given_up ||
                 (theirs != nullptr &&
                  std::ranges::none_of(theirs->lsa->body().links, [this](const RouterLink& one) {
                    return one.type == RouterLink::Type::point_to_point && one.id == router_;
                  }));
    }
  }
  if (back || given_up) {
    end_restart();
  }
}

void Ospf::end_restart() {
  restarting_ = false;
  prepared_until_ = SimTime::min();
  grace_timer_.cancel();
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    originate_router(area);
  }
  for (const auto& own : interfaces_) {
    if (own->state != InterfaceState::down) {
      originate_network(*own);
    }
  }
  schedule_routes();
  send_grace(kLsaMaxAge);
}

void Ospf::on_grace_timer() {
  const CauseScope scope(context_.simulator, why_);
  if (restarting_) {
    end_restart();
    finish();
  } else if (!running_) {
    context_.network.learn_routes(context_.node, RouteSource::ospf, {});
  }
}

}  // namespace switchfault::ospf_v2
