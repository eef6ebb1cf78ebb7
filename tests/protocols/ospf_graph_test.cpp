#include "protocols/ospf_graph.h"

#include <cstdint>
#include <utility>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

void add(LinkStateDatabase& database, std::uint32_t router, LsaBody body,
         std::int32_t sequence = kLsaInitialSequence) {
  const LsaKey key{LsaType::router, router, router};
  LinkStateDatabase::Entry entry;
  entry.lsa = make_content<Lsa>(key, sequence, std::move(body));
  database.install(std::move(entry));
}

LsaBody leading_to(std::uint32_t router, std::uint16_t metric) {
  LsaBody body;
  body.links = {{RouterLink::Type::point_to_point, metric, router, 1},
                {RouterLink::Type::stub, 3, 0x0a000000 + (router << 8U), 0xffffff00}};
  return body;
}

TEST(OspfGraph, ALinkLeadsWhereBothEndsAdvertiseIt) {
  LinkStateDatabase database;
  add(database, 10, leading_to(20, 7));
  add(database, 20, leading_to(10, 9));
  add(database, 30, leading_to(10, 1));
  const OspfGraph graph(database);
  const auto ten = graph.find_router(10).value();
  const auto twenty = graph.find_router(20).value();
  ASSERT_EQ(graph.edges(ten).size(), 1U);
  EXPECT_EQ(graph.edges(ten)[0].to, twenty);
  EXPECT_EQ(graph.edges(ten)[0].metric, 7U);
  EXPECT_TRUE(graph.leads(twenty, ten));
  EXPECT_TRUE(graph.edges(graph.find_router(30).value()).empty());
  EXPECT_FALSE(graph.find_router(40).has_value());
}

TEST(OspfGraph, PrefixesOfferedByTwoStandSideBySide) {
  LinkStateDatabase database;
  add(database, 1, leading_to(3, 1));
  add(database, 2, leading_to(4, 1));
  add(database, 5, leading_to(3, 1));
  const OspfGraph graph(database);
  ASSERT_EQ(graph.offers().size(), 3U);
  EXPECT_EQ(graph.offers()[0].network, 0x0a000300U);
  EXPECT_EQ(graph.offers()[1].network, 0x0a000300U);
  EXPECT_EQ(graph.offers()[2].network, 0x0a000400U);
  EXPECT_EQ(graph.offers()[2].length, 24);
}

TEST(OspfGraph, RoutersThatKnowTheSameShareOneGraph) {
  LinkStateDatabase database;
  add(database, 1, leading_to(2, 1));
  const LinkStateDatabase copy = database;
  OspfGraphs graphs;
  const OspfGraph* first = &graphs.of(database);
  EXPECT_EQ(&graphs.of(copy), first);
  add(database, 1, leading_to(2, 4), kLsaInitialSequence + 1);
  EXPECT_NE(&graphs.of(database), first);
  EXPECT_EQ(&graphs.of(copy), first) << "the database before the change is known still";
}

TEST(OspfGraph, AnAdvertisementThatIsOverIsNotInTheGraph) {
  LinkStateDatabase database;
  add(database, 1, leading_to(2, 1));
  OspfGraphs graphs;
  EXPECT_EQ(graphs.of(database).size(), 1U);
  LinkStateDatabase::Entry over = database.entries().front();
  over.age = kLsaMaxAge;
  database.install(over);
  EXPECT_EQ(graphs.of(database).size(), 0U);
}

TEST(OspfGraph, MasksAndLengthsAgree) {
  for (std::uint8_t length = 0; length <= 32; ++length) {
    EXPECT_EQ(length_of_mask(mask_of_length(length)), length);
  }
  EXPECT_EQ(mask_of_length(20), 0xfffff000U);
}

}  // namespace
}  // namespace switchfault
