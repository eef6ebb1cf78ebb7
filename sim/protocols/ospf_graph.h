// The link-state database of an OSPF area, and the graph of routers and networks in it.
//
// All routers of an area that has settled hold the same advertisements, so that one graph serves
// them all: it is made once for a database's content and asked for by the others (OspfGraphs). A
// link counts when both ends advertise it (RFC 2328 16.1 (2) (b)). The database is a sorted vector,
// small and quick to walk; the graph is arrays in which a router's links stand side by side.
// Not modelled: external routes, types of service.

#ifndef SWITCHFAULT_PROTOCOLS_OSPF_GRAPH_H_
#define SWITCHFAULT_PROTOCOLS_OSPF_GRAPH_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>
#include <span>
#include <vector>

#include <switchfault/units.h>

#include "protocols/ospf_packet.h"

namespace switchfault {

class LinkStateDatabase {
 public:
  struct Entry {
    LsaRef lsa;
    SimTime installed;
    std::uint16_t age = 0;  // When it was installed.
    bool flooded = false;   // Came from a neighbour.
    [[nodiscard]] bool over() const { return age >= kLsaMaxAge; }
    [[nodiscard]] LsaHeader header() const { return lsa->header(age); }
  };

  [[nodiscard]] const Entry* find(const LsaKey& key) const;
  void install(Entry entry);  // Replaces the one with its key.
  void remove(const LsaKey& key);
  void clear() { entries_.clear(); }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }  // Sorted by key.

 private:
  std::vector<Entry> entries_;
};

class OspfGraph {
 public:
  // Of a router or a network; routers come first, each by identifier.
  using Index = std::uint32_t;
  struct Edge {
    Index to;
    std::uint16_t metric;
    std::uint32_t gateway;  // From a network to a router: its address there.
  };
  // A prefix at a vertex, so much behind it.
  struct Offer {
    std::uint32_t network;
    std::uint8_t length;
    std::uint32_t metric;
    Index vertex;
  };

  explicit OspfGraph(const LinkStateDatabase& database);
  // Made from what the database holds now.
  [[nodiscard]] bool is_of(const LinkStateDatabase& database) const;

  [[nodiscard]] std::size_t size() const { return first_edge_.size() - 1; }
  [[nodiscard]] bool is_router(Index vertex) const { return vertex < routers_.size(); }
  [[nodiscard]] std::optional<Index> find_router(std::uint32_t id) const;
  [[nodiscard]] std::optional<Index> find_network(std::uint32_t designated_address) const;
  [[nodiscard]] std::span<const Edge> edges(Index from) const {
    return {edges_.data() + first_edge_[from], first_edge_[from + 1] - first_edge_[from]};
  }
  [[nodiscard]] bool leads(Index from, Index to) const;
  // Sorted by network and length: those within the area, and those that border routers tell of.
  [[nodiscard]] const std::vector<Offer>& offers() const { return offers_; }
  [[nodiscard]] const std::vector<Offer>& summaries() const { return summaries_; }
  // How many prefixes are offered within the area.
  [[nodiscard]] std::size_t prefixes() const { return prefixes_; }

 private:
  void add_edges(Index router, const LsaBody& body);
  void add_network_edges(Index network, const LsaBody& body);
  void add_offers(Index vertex, const LsaBody& body);
  void add_summary(const Lsa& summary);
  [[nodiscard]] bool attached(std::uint32_t network, std::uint32_t router) const;

  std::vector<LsaRef> made_from_;  // Those that are not over, sorted by key.
  std::vector<std::uint32_t> routers_, networks_;
  std::vector<std::uint32_t> first_edge_;  // By vertex, and one past the last.
  std::vector<Edge> edges_;
  std::vector<Offer> offers_, summaries_;
  std::size_t prefixes_ = 0;
};

// The graphs last made; asking for one again costs a comparison of pointers.
class OspfGraphs {
 public:
  // To be used before the next one is asked for.
  const OspfGraph& of(const LinkStateDatabase& database);

 private:
  std::list<OspfGraph> recent_;  // The last asked for first.
};

// "255.255.255.0" as a length and back.
std::uint8_t length_of_mask(std::uint32_t mask);
std::uint32_t mask_of_length(std::uint8_t length);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_OSPF_GRAPH_H_
