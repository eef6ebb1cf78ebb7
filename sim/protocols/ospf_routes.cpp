// When routes are calculated, and from what.

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

#include "protocols/ospf_router.h"

namespace switchfault::ospf_v2 {
namespace {

// Puts those of one more area, both sorted by prefix: within an area wins over between areas, then
// the cheaper, then the area that came first.
void add_best(std::vector<OspfRoute> more, std::vector<OspfRoute>& routes) {
  if (routes.empty()) {
    routes = std::move(more);
    return;
  }
  const auto own = static_cast<std::ptrdiff_t>(routes.size());
  std::ranges::move(more, std::back_inserter(routes));
  std::inplace_merge(routes.begin(), routes.begin() + own, routes.end(),
                     [](const OspfRoute& a, const OspfRoute& b) {
                       return std::tie(a.prefix, a.inter_area, a.cost) <
                              std::tie(b.prefix, b.inter_area, b.cost);
                     });
  const auto again =
      std::unique(routes.begin(), routes.end(),
                  [](const OspfRoute& a, const OspfRoute& b) { return a.prefix == b.prefix; });
  routes.erase(again, routes.end());
}

}  // namespace

// --- routes --------------------------------------------------------------------------------------

// The first change is answered after `delay`; further ones within the hold time wait for its end,
// and it grows while they come.
void Ospf::schedule_routes() {
  if (route_timer_.armed()) {
    return;
  }
  const Duration hold = std::min(hold_max_, hold_ * hold_factor_);
  const CauseScope scope(context_.simulator, why_);
  if (bird_) {
    // What it advertises in a tick it calculates with in the same one.
    route_timer_.arm(in_tick_ ? now() + kAtOnce : tick_from(now() + kAtOnce));
    return;
  }
  if (calculated_ != SimTime::min() && now() - calculated_ < hold) {
    hold_factor_ += hold < hold_max_ ? 1 : 0;
    route_timer_.arm(std::max(calculated_ + hold, now() + std::max(delay_, kAtOnce)) +
                     wait_for_cpu(now()));
  } else {
    hold_factor_ = 1;
    // Without a delay it happens in the same turn of the process.
    route_timer_.arm(now() + std::max(delay_, kAtOnce) +
                     (delay_ > Duration::zero() ? wait_for_cpu(now()) : Duration::zero()));
  }
}

std::vector<OspfRootLink> Ospf::root_links(std::size_t area) const {
  std::vector<OspfRootLink> links;
  const auto* own = areas_[area].database.find({LsaType::router, router_, router_});
  if (own == nullptr || own->over()) {
    return links;
  }
  for (const RouterLink& link : own->lsa->body().links) {
    if (link.type == RouterLink::Type::stub) {
      continue;
    }
    for (const auto& one : interfaces_) {
      if (one->address != link.data || one->area != area) {
        continue;
      }
      if (link.type == RouterLink::Type::transit) {
        links.push_back({.link = link, .interface = one->index, .gateway = 0});
        continue;
      }
      for (const Neighbor& neighbor : one->neighbors) {
        if (neighbor.id == link.id && neighbor.adjacent()) {
          links.push_back({.link = link, .interface = one->index, .gateway = neighbor.address});
        }
      }
    }
  }
  return links;
}

std::vector<OspfRoute> Ospf::routes_within(std::size_t area, bool use_summaries) {
  const std::vector<OspfRootLink> links = root_links(area);
  return ospf_routes(
      graphs_->of(areas_[area].database),
      {.id = router_, .links = links, .use_summaries = use_summaries, .most_paths = most_paths_},
      groups_);
}

void Ospf::calculate() {
  if (restarting_) {
    return;  // When everybody is back.
  }
  calculated_ = now();
  const CauseScope scope(context_.simulator, why_);
  std::vector<OspfRoute> routes;
  for (std::size_t area = 0; area < areas_.size(); ++area) {
    add_best(routes_within(area, !is_border() || areas_[area].id == 0), routes);
  }
  if (routes == routes_) {
    originate_summaries();
    finish();
    return;
  }
  routes_ = std::move(routes);
  groups_.forget_unused();
  std::vector<FibEntry> learned;
  learned.reserve(routes_.size());
  for (const OspfRoute& route : routes_) {
    if (!route.next_hops.empty()) {
      learned.push_back(
          {.vrf = VrfIndex::global, .prefix = route.prefix, .next_hops = route.next_hops});
    }
  }
  context_.network.learn_routes(context_.node, RouteSource::ospf, std::move(learned));
  originate_summaries();
  finish();
}

}  // namespace switchfault::ospf_v2
