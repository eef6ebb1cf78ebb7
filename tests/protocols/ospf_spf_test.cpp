#include "protocols/ospf_spf.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace switchfault {
namespace {

// Router n has the identifier n + 1 and the network 10.0.n.0/24.
struct Edge {
  std::uint32_t from, to;
  std::uint16_t forth, back;
};

std::uint32_t loopback(std::uint32_t router) {
  return 0x0a000000 + (router << 8U);
}

LinkStateDatabase database(std::uint32_t routers, const std::vector<Edge>& edges) {
  LinkStateDatabase result;
  for (std::uint32_t router = 0; router < routers; ++router) {
    LsaBody body;
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
      if (edges[i].from == router) {
        body.links.push_back(
            {RouterLink::Type::point_to_point, edges[i].forth, edges[i].to + 1, 2 * i});
      }
      if (edges[i].to == router) {
        body.links.push_back(
            {RouterLink::Type::point_to_point, edges[i].back, edges[i].from + 1, 2 * i + 1});
      }
    }
    body.links.push_back({RouterLink::Type::stub, 0, loopback(router), 0xffffff00});
    result.install({.lsa = make_content<Lsa>(LsaKey{LsaType::router, router + 1, router + 1},
                                             kLsaInitialSequence, body),
                    .installed = {},
                    .age = 0,
                    .flooded = false});
  }
  return result;
}

// Of router 0: interface i leads over edge i.
std::vector<OspfRootLink> root_links(const LinkStateDatabase& from) {
  std::vector<OspfRootLink> links;
  for (const RouterLink& link : from.find({LsaType::router, 1, 1})->lsa->body().links) {
    if (link.type == RouterLink::Type::point_to_point) {
      links.push_back({.link = link,
                       .interface = static_cast<InterfaceIndex>(link.data / 2),
                       .gateway = link.data});
    }
  }
  return links;
}

std::vector<OspfRoute> routes_of_router_1(const LinkStateDatabase& database,
                                          const std::vector<OspfRootLink>& links) {
  NextHopGroups groups;
  return ospf_routes(OspfGraph(database), {.id = 1, .links = links}, groups);
}

constexpr std::uint64_t kFar = 1'000'000'000;

// The second implementation: Bellman and Ford, no queue, no bits.
std::vector<std::uint64_t> distances(std::uint32_t routers, const std::vector<Edge>& edges,
                                     std::uint32_t to) {
  std::vector<std::uint64_t> distance(routers, kFar);
  distance[to] = 0;
  for (std::uint32_t round = 0; round < routers; ++round) {
    for (const Edge& edge : edges) {
      distance[edge.from] = std::min(distance[edge.from], edge.forth + distance[edge.to]);
      distance[edge.to] = std::min(distance[edge.to], edge.back + distance[edge.from]);
    }
  }
  return distance;
}

RC_GTEST_PROP(OspfSpf, RoutesAreThoseOfAPlainSecondImplementation, ()) {
  const auto routers = *rc::gen::inRange<std::uint32_t>(2, 12);
  const auto edges = *rc::gen::container<std::vector<Edge>>(rc::gen::construct<Edge>(
      rc::gen::inRange<std::uint32_t>(0, routers), rc::gen::inRange<std::uint32_t>(0, routers),
      rc::gen::inRange<std::uint16_t>(1, 5), rc::gen::inRange<std::uint16_t>(1, 5)));
  std::vector<Edge> links;
  std::ranges::copy_if(edges, std::back_inserter(links),
                       [](const Edge& edge) { return edge.from != edge.to; });
  const LinkStateDatabase all = database(routers, links);
  const std::vector<OspfRoute> routes = routes_of_router_1(all, root_links(all));
  for (std::uint32_t to = 1; to < routers; ++to) {
    const std::vector<std::uint64_t> distance = distances(routers, links, to);
    std::set<std::uint32_t> steps;  // The edges that begin a shortest way.
    for (std::uint32_t i = 0; i < links.size(); ++i) {
      const Edge& edge = links[i];
      if (edge.from == 0 && edge.forth + distance[edge.to] == distance[0]) {
        steps.insert(i);
      }
      if (edge.to == 0 && edge.back + distance[edge.from] == distance[0]) {
        steps.insert(i);
      }
    }
    const IpPrefix prefix(IpAddress::v4(loopback(to)), 24);
    const auto route = std::ranges::find(routes, prefix, &OspfRoute::prefix);
    RC_ASSERT((route != routes.end()) == (distance[0] < kFar));
    if (route != routes.end()) {
      RC_ASSERT(route->cost == distance[0]);
      std::set<std::uint32_t> found;
      for (const NextHop& hop : route->next_hops) {
        found.insert(static_cast<std::uint32_t>(hop.interface));
      }
      RC_ASSERT(found == steps);
    }
  }
}

TEST(OspfSpf, ALinkThatOnlyOneEndAdvertisesIsNotUsed) {
  LinkStateDatabase two = database(2, {{0, 1, 1, 1}});
  const std::vector<OspfRootLink> links = root_links(two);
  EXPECT_EQ(routes_of_router_1(two, links).size(), 2U);
  LsaBody body;
  body.links.push_back({RouterLink::Type::stub, 0, loopback(1), 0xffffff00});
  two.install(
      {.lsa = make_content<Lsa>(LsaKey{LsaType::router, 2, 2}, kLsaInitialSequence + 1, body),
       .installed = {},
       .age = 0,
       .flooded = true});
  EXPECT_EQ(routes_of_router_1(two, links).size(), 1U);
}

// Routers 1 and 2 on the network of designated router 2, whose address is 10.9.0.2.
TEST(OspfSpf, ASharedNetworkLeadsToTheAddressOfEachRouter) {
  LinkStateDatabase lan;
  const auto add = [&](const LsaKey& key, LsaBody body) {
    lan.install({.lsa = make_content<Lsa>(key, kLsaInitialSequence, std::move(body)),
                 .installed = {},
                 .age = 0,
                 .flooded = true});
  };
  const RouterLink own{RouterLink::Type::transit, 10, 0x0a090002, 0x0a090001};
  LsaBody first;
  first.links = {own};
  LsaBody second;
  second.links = {{RouterLink::Type::transit, 10, 0x0a090002, 0x0a090002},
                  {RouterLink::Type::stub, 1, 0x0a050000, 0xffff0000}};
  LsaBody network;
  network.mask = 0xffffff00;
  network.routers = {1, 2};
  add({LsaType::router, 1, 1}, first);
  add({LsaType::router, 2, 2}, second);
  add({LsaType::network, 0x0a090002, 2}, network);
  const std::vector<OspfRootLink> links = {
      {.link = own, .interface = InterfaceIndex{3}, .gateway = 0}};
  const std::vector<OspfRoute> routes = routes_of_router_1(lan, links);
  ASSERT_EQ(routes.size(), 2U);
  EXPECT_EQ(routes[0].prefix.text(), "10.5.0.0/16");
  EXPECT_EQ(routes[0].cost, 11U);
  EXPECT_EQ(routes[0].next_hops, (NextHops{{InterfaceIndex{3}, IpAddress::v4(0x0a090002)}}));
  EXPECT_EQ(routes[1].prefix.text(), "10.9.0.0/24");
  EXPECT_TRUE(routes[1].next_hops.empty());
}

// Three ways of one cost to router 4, of which two may be used.
TEST(OspfSpf, NoMoreWaysAreUsedThanAreAllowed) {
  const LinkStateDatabase all = database(
      5, {{0, 1, 1, 1}, {0, 2, 1, 1}, {0, 3, 1, 1}, {1, 4, 1, 1}, {2, 4, 1, 1}, {3, 4, 1, 1}});
  const std::vector<OspfRootLink> links = root_links(all);
  NextHopGroups groups;
  const auto ways = [&](std::size_t most) {
    const std::vector<OspfRoute> routes =
        ospf_routes(OspfGraph(all), {.id = 1, .links = links, .most_paths = most}, groups);
    return routes.back().next_hops.size();
  };
  EXPECT_EQ(ways(64), 3U);
  EXPECT_EQ(ways(2), 2U);
}

// A network within the area that a border router tells of as well.
TEST(OspfSpf, AWayWithinTheAreaWinsOverOneBetweenAreas) {
  LinkStateDatabase all = database(2, {{0, 1, 5, 5}});
  LsaBody told;
  told.mask = 0xffffff00;
  told.metric = 1;
  for (const std::uint32_t network : {loopback(1), 0x0a050000U}) {
    all.install(
        {.lsa = make_content<Lsa>(LsaKey{LsaType::summary, network, 2}, kLsaInitialSequence, told),
         .installed = {},
         .age = 0,
         .flooded = true});
  }
  const std::vector<OspfRoute> routes = routes_of_router_1(all, root_links(all));
  ASSERT_EQ(routes.size(), 3U);
  EXPECT_EQ(routes[1].prefix.text(), "10.0.1.0/24");
  EXPECT_EQ(routes[1].cost, 5U);
  EXPECT_FALSE(routes[1].inter_area);
  EXPECT_EQ(routes[2].prefix.text(), "10.5.0.0/24");
  EXPECT_EQ(routes[2].cost, 6U);
  EXPECT_TRUE(routes[2].inter_area);
}

}  // namespace
}  // namespace switchfault
