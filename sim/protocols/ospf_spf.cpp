#include "protocols/ospf_spf.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

namespace switchfault {
namespace {

constexpr std::uint32_t kUnreached = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kInfinity = 0xffffff;  // RFC 2328 appendix B, LSInfinity.
constexpr std::size_t kBits = 64;
using Index = std::uint32_t;

// The first steps out of the root, one bit each, for every router and network.
class FirstHops {
 public:
  FirstHops(std::size_t rows, std::size_t hops)
      : words_((hops + kBits - 1) / kBits), bits_(rows * words_) {}
  void set(Index row, std::size_t hop) {
    bits_[row * words_ + hop / kBits] |= std::uint64_t{1} << (hop % kBits);
  }
  void clear(Index row) {
    std::fill_n(bits_.begin() + static_cast<std::ptrdiff_t>(row * words_), words_, 0);
  }
  void add(Index row, Index other) {
    for (std::size_t i = 0; i < words_; ++i) {
      bits_[row * words_ + i] |= bits_[other * words_ + i];
    }
  }
  // Adds what the row has to a set of one row.
  void add_to(std::vector<std::uint64_t>& set, Index row) const {
    for (std::size_t i = 0; i < words_; ++i) {
      set[i] |= bits_[row * words_ + i];
    }
  }
  [[nodiscard]] std::size_t words() const { return words_; }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

bool same_hop_order(const NextHop& a, const NextHop& b) {
  return std::tuple(a.interface, a.gateway) < std::tuple(b.interface, b.gateway);
}

class Calculation {
 public:
  Calculation(const LinkStateDatabase& database, std::uint32_t self,
              std::span<const OspfRootLink> links)
      : links_(links) {
    for (const LinkStateDatabase::Entry& entry : database.entries()) {
      if (entry.over()) {
        continue;
      }
      if (entry.lsa->key().type == LsaType::summary) {
        summaries_.push_back(entry.lsa.get());
        continue;
      }
      routers_ += entry.lsa->key().type == LsaType::router ? 1U : 0U;
      vertices_.push_back(entry.lsa.get());
    }
    root_ = find_router(self);
    distance_.assign(vertices_.size(), kUnreached);
    direct_.assign(vertices_.size(), InterfaceIndex::none);
    hops_ = FirstHops(vertices_.size(), count_hops());
  }

  void run() {
    if (!root_) {
      return;
    }
    distance_[*root_] = 0;
    done_.assign(vertices_.size(), false);
    expand_root();
    done_[*root_] = true;
    while (!queue_.empty()) {
      const auto [distance, is_router, vertex] = queue_.top();
      queue_.pop();
      if (done_[vertex]) {
        continue;
      }
      done_[vertex] = true;
      if (is_router) {
        expand_router(vertex);
      } else {
        expand_network(vertex);
      }
    }
  }

  std::vector<OspfRoute> routes(bool use_summaries) {
    if (!root_) {
      return {};
    }
    collect_intra();
    std::vector<OspfRoute> routes = merged(false);
    if (use_summaries && !summaries_.empty()) {
      const auto intra = static_cast<std::ptrdiff_t>(routes.size());
      collect_inter();
      for (OspfRoute& route : merged(true)) {
        if (!std::binary_search(
                routes.begin(), routes.begin() + intra, route,
                [](const OspfRoute& a, const OspfRoute& b) { return a.prefix < b.prefix; })) {
          routes.push_back(std::move(route));
        }
      }
      std::inplace_merge(
          routes.begin(), routes.begin() + intra, routes.end(),
          [](const OspfRoute& a, const OspfRoute& b) { return a.prefix < b.prefix; });
    }
    return routes;
  }

 private:
  struct Offer {  // A prefix at a vertex.
    std::uint32_t network;
    std::uint8_t length;
    std::uint32_t cost;
    Index vertex;
  };

  [[nodiscard]] std::optional<Index> find_router(std::uint32_t id) const {
    const auto end = vertices_.begin() + static_cast<std::ptrdiff_t>(routers_);
    const auto found = std::lower_bound(
        vertices_.begin(), end, id,
        [](const Lsa* lsa, std::uint32_t wanted) { return lsa->key().id < wanted; });
    return found != end && (*found)->key().id == id
               ? std::optional(static_cast<Index>(found - vertices_.begin()))
               : std::nullopt;
  }
  [[nodiscard]] std::optional<Index> find_network(std::uint32_t id) const {
    const auto found = std::lower_bound(
        vertices_.begin() + static_cast<std::ptrdiff_t>(routers_), vertices_.end(), id,
        [](const Lsa* lsa, std::uint32_t wanted) { return lsa->key().id < wanted; });
    return found != vertices_.end() && (*found)->key().id == id
               ? std::optional(static_cast<Index>(found - vertices_.begin()))
               : std::nullopt;
  }
  [[nodiscard]] std::uint32_t id_of(Index vertex) const { return vertices_[vertex]->key().id; }

  [[nodiscard]] std::size_t count_hops() const {
    std::size_t count = links_.size();
    for (const OspfRootLink& root : links_) {
      if (root.link.type == RouterLink::Type::transit) {
        const auto network = find_network(root.link.id);
        count += network ? vertices_[*network]->body().routers.size() : 0U;
      }
    }
    return count;
  }

  // The link by which a router says that it leads back.
  [[nodiscard]] const RouterLink* link_back(Index router, RouterLink::Type type,
                                            std::uint32_t id) const {
    for (const RouterLink& link : vertices_[router]->body().links) {
      if (link.type == type && link.id == id) {
        return &link;
      }
    }
    return nullptr;
  }

  // True when this is as short as the best way so far; what the longer ones gave is forgotten.
  bool reach(Index vertex, std::uint32_t distance) {
    if (distance > distance_[vertex] || done_[vertex]) {
      return false;
    }
    if (distance < distance_[vertex]) {
      distance_[vertex] = distance;
      hops_.clear(vertex);
      direct_[vertex] = InterfaceIndex::none;
      queue_.emplace(distance, vertex < routers_, vertex);
    }
    return true;
  }
  std::size_t new_hop(InterfaceIndex interface, std::uint32_t gateway) {
    next_hops_.push_back({.interface = interface, .gateway = IpAddress::v4(gateway)});
    return next_hops_.size() - 1;
  }

  void expand_root() {
    done_[*root_] = true;
    for (const OspfRootLink& root : links_) {
      if (root.link.type == RouterLink::Type::point_to_point) {
        const auto router = find_router(root.link.id);
        if (router &&
            link_back(*router, RouterLink::Type::point_to_point, id_of(*root_)) != nullptr &&
            reach(*router, root.link.metric)) {
          hops_.set(*router, new_hop(root.interface, root.gateway));
        }
      } else if (root.link.type == RouterLink::Type::transit) {
        const auto network = find_network(root.link.id);
        if (network && attaches(*network, *root_) && reach(*network, root.link.metric)) {
          direct_[*network] = root.interface;
        }
      }
    }
  }

  [[nodiscard]] bool attaches(Index network, Index router) const {
    const auto& routers = vertices_[network]->body().routers;
    return std::ranges::find(routers, id_of(router)) != routers.end();
  }

  void expand_router(Index from) {
    for (const RouterLink& link : vertices_[from]->body().links) {
      std::optional<Index> to;
      if (link.type == RouterLink::Type::point_to_point) {
        to = find_router(link.id);
        if (to && link_back(*to, RouterLink::Type::point_to_point, id_of(from)) == nullptr) {
          to.reset();
        }
      } else if (link.type == RouterLink::Type::transit) {
        to = find_network(link.id);
        if (to && !attaches(*to, from)) {
          to.reset();
        }
      }
      if (to && reach(*to, distance_[from] + link.metric)) {
        hops_.add(*to, from);
      }
    }
  }

  void expand_network(Index from) {
    for (const std::uint32_t id : vertices_[from]->body().routers) {
      const auto to = find_router(id);
      if (!to) {
        continue;
      }
      const RouterLink* back = link_back(*to, RouterLink::Type::transit, id_of(from));
      if (back == nullptr || !reach(*to, distance_[from])) {
        continue;
      }
      hops_.add(*to, from);
      if (direct_[from] != InterfaceIndex::none) {
        hops_.set(*to, new_hop(direct_[from], back->data));
      }
    }
  }

  void offer(std::uint32_t id, std::uint32_t mask, std::uint32_t cost, Index vertex) {
    offers_.push_back({id & mask, length_of_mask(mask), cost, vertex});
  }

  void collect_intra() {
    for (Index vertex = 0; vertex < vertices_.size(); ++vertex) {
      if (distance_[vertex] == kUnreached) {
        continue;
      }
      const LsaBody& body = vertices_[vertex]->body();
      if (vertex >= routers_) {
        offer(id_of(vertex), body.mask, distance_[vertex], vertex);
        continue;
      }
      for (const RouterLink& link : body.links) {
        if (link.type == RouterLink::Type::stub) {
          offer(link.id, link.data, distance_[vertex] + link.metric, vertex);
        }
      }
    }
  }

  void collect_inter() {
    for (const Lsa* summary : summaries_) {
      const auto border = find_router(summary->key().router);
      if (!border || border == root_ || distance_[*border] == kUnreached ||
          summary->body().metric >= kInfinity) {
        continue;
      }
      offer(summary->key().id, summary->body().mask, distance_[*border] + summary->body().metric,
            *border);
    }
  }

  // The cheapest of the offers for each prefix; what comes from several is put together.
  std::vector<OspfRoute> merged(bool inter_area) {
    std::ranges::sort(offers_, {}, [](const Offer& one) {
      return std::tuple(one.network, one.length, one.cost, one.vertex);
    });
    std::vector<OspfRoute> routes;
    routes.reserve(offers_.size());
    std::vector<std::uint64_t> set(hops_.words());
    for (std::size_t i = 0; i < offers_.size();) {
      const Offer best = offers_[i];
      std::ranges::fill(set, 0);
      bool attached = false;
      std::size_t next = i;
      for (; next < offers_.size() && offers_[next].network == best.network &&
             offers_[next].length == best.length;
           ++next) {
        if (offers_[next].cost == best.cost) {
          const Index vertex = offers_[next].vertex;
          attached = attached || vertex == *root_ || direct_[vertex] != InterfaceIndex::none;
          hops_.add_to(set, vertex);
        }
      }
      i = next;
      OspfRoute route{.prefix = IpPrefix(IpAddress::v4(best.network), best.length),
                      .cost = best.cost,
                      .inter_area = inter_area,
                      .next_hops = {}};
      if (!attached) {
        route.next_hops = hops_of(set);
      }
      if (attached || !route.next_hops.empty()) {
        routes.push_back(std::move(route));
      }
    }
    offers_.clear();
    return routes;
  }

  [[nodiscard]] std::vector<NextHop> hops_of(const std::vector<std::uint64_t>& set) const {
    std::vector<NextHop> found;
    std::size_t count = 0;
    for (const std::uint64_t bits : set) {
      count += static_cast<std::size_t>(std::popcount(bits));
    }
    found.reserve(count);
    for (std::size_t word = 0; word < set.size(); ++word) {
      for (std::uint64_t bits = set[word]; bits != 0; bits &= bits - 1) {
        found.push_back(
            next_hops_[word * kBits + static_cast<std::size_t>(std::countr_zero(bits))]);
      }
    }
    std::ranges::sort(found, same_hop_order);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  std::span<const OspfRootLink> links_;
  std::vector<const Lsa*> vertices_;  // Routers, then networks, each by identifier.
  std::vector<const Lsa*> summaries_;
  std::size_t routers_ = 0;
  std::optional<Index> root_;
  std::vector<std::uint32_t> distance_;
  std::vector<InterfaceIndex> direct_;  // Of a network: the root's interface in it.
  std::vector<bool> done_;
  FirstHops hops_{0, 0};
  std::vector<NextHop> next_hops_;
  std::vector<Offer> offers_;
  // Networks before routers of the same distance: all ways to a router are known when its turn
  // comes.
  using Place = std::tuple<std::uint32_t, bool, Index>;
  std::priority_queue<Place, std::vector<Place>, std::greater<>> queue_;
};

bool before(const LinkStateDatabase::Entry& entry, const LsaKey& key) {
  return entry.lsa->key() < key;
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

std::vector<OspfRoute> ospf_routes(const LinkStateDatabase& database, std::uint32_t self,
                                   std::span<const OspfRootLink> links, bool use_summaries) {
  Calculation calculation(database, self, links);
  calculation.run();
  return calculation.routes(use_summaries);
}

}  // namespace switchfault
