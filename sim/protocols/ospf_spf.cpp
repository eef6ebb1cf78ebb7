#include "protocols/ospf_spf.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <queue>
#include <tuple>
#include <utility>

namespace switchfault {
namespace {

constexpr std::uint32_t kUnreached = std::numeric_limits<std::uint32_t>::max();
constexpr std::size_t kBits = 64;
using Index = OspfGraph::Index;
using Offer = OspfGraph::Offer;

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
  [[nodiscard]] std::span<const std::uint64_t> of(Index row) const {
    return {bits_.data() + row * words_, words_};
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

class Calculation {
 public:
  Calculation(const OspfGraph& graph, const OspfRoot& root, NextHopGroups& groups)
      : graph_(graph), root_(root), groups_(groups), self_(graph.find_router(root.id)) {
    vertices_.resize(graph.size());
    hops_ = FirstHops(graph.size(), count_hops());
  }

  std::vector<OspfRoute> routes() {
    if (!self_) {
      return {};
    }
    find_ways();
    look_back();
    std::vector<OspfRoute> intra = cheapest(graph_.offers(), false);
    if (!root_.use_summaries || graph_.summaries().empty()) {
      return intra;
    }
    std::vector<OspfRoute> inter = cheapest(graph_.summaries(), true);
    const auto by_prefix = [](const OspfRoute& a, const OspfRoute& b) {
      return a.prefix < b.prefix;
    };
    // Of two for one prefix the one within the area stays.
    std::vector<OspfRoute> all;
    all.reserve(intra.size() + inter.size());
    std::set_union(std::move_iterator(intra.begin()), std::move_iterator(intra.end()),
                   std::move_iterator(inter.begin()), std::move_iterator(inter.end()),
                   std::back_inserter(all), by_prefix);
    return all;
  }

 private:
  [[nodiscard]] std::size_t count_hops() const {
    std::size_t count = root_.links.size();
    for (const OspfRootLink& root : root_.links) {
      if (root.link.type == RouterLink::Type::transit) {
        const auto network = graph_.find_network(root.link.id);
        count += network ? graph_.edges(*network).size() : 0U;
      }
    }
    return count;
  }

  void find_ways() {
    vertices_[*self_] = {.distance = 0, .done = true};
    expand_root();
    while (!queue_.empty()) {
      const Index vertex = vertex_of(queue_.top());
      queue_.pop();
      if (!vertices_[vertex].done) {
        vertices_[vertex].done = true;
        expand(vertex);
      }
    }
  }

  // True when this is as short as the best way so far; what the longer ones gave is forgotten.
  bool reach(Index index, std::uint32_t distance) {
    Vertex& vertex = vertices_[index];
    if (distance > vertex.distance || vertex.done) {
      return false;
    }
    if (distance < vertex.distance) {
      vertex.distance = distance;
      vertex.direct = InterfaceIndex::none;
      hops_.clear(index);
      queue_.push(place_of(distance, index));
    }
    return true;
  }
  std::size_t new_hop(InterfaceIndex interface, std::uint32_t gateway) {
    next_hops_.push_back({.interface = interface, .gateway = IpAddress::v4(gateway)});
    return next_hops_.size() - 1;
  }

  void expand_root() {
    for (const OspfRootLink& root : root_.links) {
      if (root.link.type == RouterLink::Type::point_to_point) {
        const auto router = graph_.find_router(root.link.id);
        if (router && graph_.leads(*router, *self_) && reach(*router, root.link.metric)) {
          hops_.set(*router, new_hop(root.interface, root.gateway));
        }
      } else if (root.link.type == RouterLink::Type::transit) {
        const auto network = graph_.find_network(root.link.id);
        if (network && graph_.leads(*network, *self_) && reach(*network, root.link.metric)) {
          vertices_[*network].direct = root.interface;
        }
      }
    }
  }

  void expand(Index from) {
    const Vertex& vertex = vertices_[from];
    for (const OspfGraph::Edge& edge : graph_.edges(from)) {
      if (!reach(edge.to, vertex.distance + edge.metric)) {
        continue;
      }
      hops_.add(edge.to, from);
      if (vertex.direct != InterfaceIndex::none) {
        hops_.set(edge.to, new_hop(vertex.direct, edge.gateway));
      }
    }
  }

  // What is known of a vertex once all ways are.
  struct Reached {
    std::uint32_t distance = kUnreached;
    bool attached = false;           // The root itself, or a network it stands in.
    const NextHops* hops = nullptr;  // Into of_set_; equal ones have one address.
  };
  void look_back() {
    reached_.resize(graph_.size());
    for (Index vertex = 0; vertex < graph_.size(); ++vertex) {
      const Vertex& found = vertices_[vertex];
      if (found.distance != kUnreached) {
        reached_[vertex] = {found.distance,
                            vertex == *self_ || found.direct != InterfaceIndex::none,
                            &hops_of(hops_.of(vertex))};
      }
    }
  }

  // The cheapest of the offers for each prefix; what comes from several is put together.
  std::vector<OspfRoute> cheapest(const std::vector<Offer>& offers, bool inter_area) {
    std::vector<OspfRoute> routes;
    routes.reserve(std::min(offers.size(), graph_.prefixes()));
    for (auto first = offers.begin(); first != offers.end();) {
      auto past = first;
      std::uint32_t cost = kUnreached;
      bool attached = false;
      bool several = false;
      const NextHops* hops = nullptr;
      for (;
           past != offers.end() && past->network == first->network && past->length == first->length;
           ++past) {
        const Reached& at = reached_[past->vertex];
        const std::uint32_t offered = cost_of(*past, inter_area);
        if (offered > cost || offered == kUnreached) {
          continue;
        }
        const bool cheaper = offered < cost;
        attached = at.attached || (attached && !cheaper);
        several = !cheaper && (several || hops != at.hops);
        hops = at.hops;
        cost = offered;
      }
      const std::span<const Offer> same(first, past);
      first = past;
      if (cost == kUnreached) {
        continue;
      }
      if (several && !attached) {
        hops = &hops_to_several(same, cost, inter_area);
      }
      if (attached || !hops->empty()) {
        routes.push_back(
            {.prefix = IpPrefix(IpAddress::v4(same.front().network), same.front().length),
             .cost = cost,
             .inter_area = inter_area,
             .next_hops = attached ? NextHops() : *hops});
      }
    }
    return routes;
  }

  // What a border router tells of is no way for itself.
  [[nodiscard]] std::uint32_t cost_of(const Offer& offer, bool inter_area) const {
    const std::uint32_t distance = reached_[offer.vertex].distance;
    return distance == kUnreached || (inter_area && offer.vertex == *self_)
               ? kUnreached
               : distance + offer.metric;
  }

  const NextHops& hops_to_several(std::span<const Offer> offers, std::uint32_t cost,
                                  bool inter_area) {
    std::vector<std::uint64_t> set(hops_.of(0).size());
    for (const Offer& one : offers) {
      if (cost_of(one, inter_area) == cost) {
        std::ranges::transform(set, hops_.of(one.vertex), set.begin(), std::bit_or<>());
      }
    }
    return hops_of(set);
  }
  // Neighbours in the graph often have the same.
  const NextHops& hops_of(std::span<const std::uint64_t> set) {
    if (last_ != of_set_.end() && std::ranges::equal(set, last_->first)) {
      return last_->second;
    }
    bool added = false;
    std::tie(last_, added) = of_set_.try_emplace({set.begin(), set.end()});
    if (added) {
      std::vector<NextHop> hops;
      for (std::size_t word = 0; word < set.size(); ++word) {
        for (std::uint64_t bits = set[word]; bits != 0; bits &= bits - 1) {
          hops.push_back(
              next_hops_[word * kBits + static_cast<std::size_t>(std::countr_zero(bits))]);
        }
      }
      std::ranges::sort(hops);
      hops.erase(std::unique(hops.begin(), hops.end()), hops.end());
      hops.resize(std::min(hops.size(), root_.most_paths));
      last_->second = groups_.of(hops);
    }
    return last_->second;
  }

  // Networks before routers of the same distance: all ways to a router are known when its turn
  // comes.
  using Place = std::uint64_t;
  static constexpr unsigned kDistanceShift = 32, kRouterShift = 31;
  [[nodiscard]] Place place_of(std::uint32_t distance, Index vertex) const {
    return Place{distance} << kDistanceShift |
           Place{graph_.is_router(vertex) ? 1U : 0U} << kRouterShift | vertex;
  }
  static Index vertex_of(Place place) {
    return static_cast<Index>(place & ((Place{1} << kRouterShift) - 1));
  }

  const OspfGraph& graph_;
  const OspfRoot& root_;
  NextHopGroups& groups_;
  std::optional<Index> self_;
  struct Vertex {
    std::uint32_t distance = kUnreached;
    InterfaceIndex direct = InterfaceIndex::none;  // Of a network: the root's interface in it.
    bool done = false;
  };
  std::vector<Vertex> vertices_;
  FirstHops hops_{0, 0};
  std::vector<NextHop> next_hops_;
  std::vector<Reached> reached_;
  std::map<std::vector<std::uint64_t>, NextHops> of_set_;
  std::map<std::vector<std::uint64_t>, NextHops>::iterator last_ = of_set_.end();
  std::priority_queue<Place, std::vector<Place>, std::greater<>> queue_;
};

}  // namespace

std::vector<OspfRoute> ospf_routes(const OspfGraph& graph, const OspfRoot& root,
                                   NextHopGroups& groups) {
  return Calculation(graph, root, groups).routes();
}

}  // namespace switchfault
