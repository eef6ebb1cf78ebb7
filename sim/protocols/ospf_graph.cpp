#include "protocols/ospf_graph.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

namespace switchfault {
namespace {

constexpr std::uint32_t kInfinity = 0xffffff;  // RFC 2328 appendix B, LSInfinity.
// While a change is flooded, routers calculate with what has reached them: without it, with the
// advertisement of the one end, of the other, of both; in each of a few areas.
constexpr std::size_t kRecent = 16;

bool before(const LinkStateDatabase::Entry& entry, const LsaKey& key) {
  return entry.lsa->key() < key;
}

const RouterLink* find_link(const LsaBody& body, RouterLink::Type type, std::uint32_t id) {
  const auto found = std::ranges::find_if(
      body.links, [&](const RouterLink& link) { return link.type == type && link.id == id; });
  return found == body.links.end() ? nullptr : &*found;
}

std::optional<OspfGraph::Index> place(const std::vector<std::uint32_t>& ids, std::uint32_t id) {
  const auto found = std::ranges::lower_bound(ids, id);
  return found != ids.end() && *found == id
             ? std::optional(static_cast<OspfGraph::Index>(found - ids.begin()))
             : std::nullopt;
}

void sort_offers(std::vector<OspfGraph::Offer>& offers) {
  std::ranges::sort(offers, {}, [](const OspfGraph::Offer& one) {
    return std::tuple(one.network, one.length, one.vertex, one.metric);
  });
}

}  // namespace

std::uint8_t length_of_mask(std::uint32_t mask) {
  return static_cast<std::uint8_t>(std::countl_one(mask));
}

std::uint32_t mask_of_length(std::uint8_t length) {
  return length == 0 ? 0 : ~std::uint32_t{0} << (32U - length);
}

const LinkStateDatabase::Entry* LinkStateDatabase::find(const LsaKey& key) const {
  const auto found = std::lower_bound(entries_.begin(), entries_.end(), key, before);
  return found != entries_.end() && found->lsa->key() == key ? &*found : nullptr;
}

void LinkStateDatabase::install(Entry entry) {
  const auto place = std::lower_bound(entries_.begin(), entries_.end(), entry.lsa->key(), before);
  if (place != entries_.end() && place->lsa->key() == entry.lsa->key()) {
    *place = std::move(entry);
  } else {
    entries_.insert(place, std::move(entry));
  }
}

void LinkStateDatabase::remove(const LsaKey& key) {
  const auto place = std::lower_bound(entries_.begin(), entries_.end(), key, before);
  if (place != entries_.end() && place->lsa->key() == key) {
    entries_.erase(place);
  }
}

OspfGraph::OspfGraph(const LinkStateDatabase& database) {
  made_from_.reserve(database.entries().size());
  for (const LinkStateDatabase::Entry& entry : database.entries()) {
    if (!entry.over()) {
      made_from_.push_back(entry.lsa);
      const LsaKey& key = entry.lsa->key();
      if (key.type != LsaType::summary) {
        (key.type == LsaType::router ? routers_ : networks_).push_back(key.id);
      }
    }
  }
  for (const LsaRef& lsa : made_from_) {
    if (lsa->key().type == LsaType::summary) {
      add_summary(*lsa);
      continue;
    }
    const auto vertex = static_cast<Index>(first_edge_.size());
    first_edge_.push_back(static_cast<std::uint32_t>(edges_.size()));
    if (lsa->key().type == LsaType::router) {
      add_edges(vertex, lsa->body());
    } else {
      add_network_edges(vertex, lsa->body());
    }
    add_offers(vertex, lsa->body());
  }
  first_edge_.push_back(static_cast<std::uint32_t>(edges_.size()));
  sort_offers(offers_);
  sort_offers(summaries_);
  for (std::size_t i = 0; i < offers_.size(); ++i) {
    const bool again = i > 0 && offers_[i].network == offers_[i - 1].network &&
                       offers_[i].length == offers_[i - 1].length;
    prefixes_ += again ? 0 : 1;
  }
}

bool OspfGraph::is_of(const LinkStateDatabase& database) const {
  auto mine = made_from_.begin();
  for (const LinkStateDatabase::Entry& entry : database.entries()) {
    if (!entry.over() && (mine == made_from_.end() || *mine++ != entry.lsa)) {
      return false;
    }
  }
  return mine == made_from_.end();
}

std::optional<OspfGraph::Index> OspfGraph::find_router(std::uint32_t id) const {
  return place(routers_, id);
}

std::optional<OspfGraph::Index> OspfGraph::find_network(std::uint32_t designated_address) const {
  const auto found = place(networks_, designated_address);
  return found ? std::optional(static_cast<Index>(routers_.size()) + *found) : std::nullopt;
}

bool OspfGraph::leads(Index from, Index to) const {
  return std::ranges::find(edges(from), to, &Edge::to) != edges(from).end();
}

bool OspfGraph::attached(std::uint32_t network, std::uint32_t router) const {
  const auto& routers = made_from_[network]->body().routers;
  return std::ranges::find(routers, router) != routers.end();
}

void OspfGraph::add_edges(Index router, const LsaBody& body) {
  for (const RouterLink& link : body.links) {
    std::optional<Index> to;
    if (link.type == RouterLink::Type::point_to_point) {
      to = find_router(link.id);
      if (to && find_link(made_from_[*to]->body(), link.type, routers_[router]) == nullptr) {
        to.reset();
      }
    } else if (link.type == RouterLink::Type::transit) {
      to = find_network(link.id);
      if (to && !attached(*to, routers_[router])) {
        to.reset();
      }
    }
    if (to) {
      edges_.push_back({.to = *to, .metric = link.metric, .gateway = 0});
    }
  }
}

void OspfGraph::add_network_edges(Index network, const LsaBody& body) {
  const std::uint32_t id = networks_[network - routers_.size()];
  for (const std::uint32_t router : body.routers) {
    const auto to = find_router(router);
    const RouterLink* back =
        to ? find_link(made_from_[*to]->body(), RouterLink::Type::transit, id) : nullptr;
    if (back != nullptr) {
      edges_.push_back({.to = *to, .metric = 0, .gateway = back->data});
    }
  }
}

void OspfGraph::add_offers(Index vertex, const LsaBody& body) {
  const auto offer = [&](std::uint32_t id, std::uint32_t mask, std::uint32_t metric) {
    offers_.push_back({id & mask, length_of_mask(mask), metric, vertex});
  };
  if (!is_router(vertex)) {
    offer(networks_[vertex - routers_.size()], body.mask, 0);
    return;
  }
  for (const RouterLink& link : body.links) {
    if (link.type == RouterLink::Type::stub) {
      offer(link.id, link.data, link.metric);
    }
  }
}

void OspfGraph::add_summary(const Lsa& summary) {
  const auto border = find_router(summary.key().router);
  const LsaBody& body = summary.body();
  if (border && body.metric < kInfinity) {
    summaries_.push_back(
        {summary.key().id & body.mask, length_of_mask(body.mask), body.metric, *border});
  }
}

const OspfGraph& OspfGraphs::of(const LinkStateDatabase& database) {
  const auto known =
      std::ranges::find_if(recent_, [&](const OspfGraph& graph) { return graph.is_of(database); });
  if (known != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, known);
  } else {
    if (recent_.size() == kRecent) {
      recent_.pop_back();
    }
    recent_.emplace_front(database);
  }
  return recent_.front();
}

}  // namespace switchfault
