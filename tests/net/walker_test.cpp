// Walks against a second, slow implementation, and the account of copies.
//
// The slow one knows no tables and no forwarding function: it asks of a small random world which
// hosts a packet can reach by plain graph search over what the plan says and which faults hold.

#include "net/walker.h"

#include <numeric>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "net/random_worlds.h"
#include "net/walk_lab.h"

namespace switchfault {
namespace {

// --- Layer 2 -------------------------------------------------------------------------------------

// A host is reached exactly if plain graph search finds a way, by pure walks with and without what
// earlier walks have remembered, and by real exchanges.
RC_GTEST_PROP(WalkerTest, AgreesWithGraphSearchOverBridges, ()) {
  const BridgedWorld world = BridgedWorld::arbitrary();
  WalkLab lab(world.plan(), {});
  const bool learned_before = likely(50);
  const auto every_pair = [&](auto visit) {
    for (std::size_t from = 0; from < world.hosts.size(); ++from) {
      for (std::size_t to = 0; to < world.hosts.size(); ++to) {
        if (from != to) {
          visit(from, to);
        }
      }
    }
  };
  every_pair([&](std::size_t from, std::size_t to) {
    lab.ping(name('h', from), name('h', to));  // Leaves hints.
    if (learned_before) {
      lab.send(name('h', from), name('h', to));
    }
  });
  world.spoil(lab);
  // What was learned before the faults may lead astray for as long as it is believed.
  lab.run_for(1h);
  every_pair([&](std::size_t from, std::size_t to) {
    RC_ASSERT((lab.ping(name('h', from), name('h', to)) == "delivered at " + name('h', to)) ==
              world.reaches(from, to));
  });
  every_pair([&](std::size_t from, std::size_t to) {
    RC_ASSERT((lab.send(name('h', from), name('h', to)) == "delivered at " + name('h', to)) ==
              world.reaches(from, to));
  });
}

// --- Layer 3 -------------------------------------------------------------------------------------

// Over static routes a packet goes where the routes say, and the share that arrives is the product
// of what the directions let through.
RC_GTEST_PROP(WalkerTest, AgreesWithGraphSearchOverRouters, ()) {
  const RoutedWorld world = RoutedWorld::arbitrary();
  WalkLab lab(world.plan(), {});
  world.spoil(lab);
  for (std::size_t from = 0; from < world.routers; ++from) {
    for (std::size_t to = 0; to < world.routers; ++to) {
      if (from == to) {
        continue;
      }
      lab.walk(name('h', from), name('h', to));
      RC_ASSERT(lab.last.share == world.share(from, to));
      RC_ASSERT(lab.last.delivered() == (world.share(from, to) > 0));
      lab.ping(name('h', from), name('h', to));
      RC_ASSERT(lab.last.share == world.share(from, to) * world.share(to, from));
    }
  }
}

// --- The account of copies -----------------------------------------------------------------------

// Sent and copied frames have all ended, each in one disposition, or were left because another copy
// had arrived.
RC_GTEST_PROP(WalkerTest, EveryCopyEndsInOneDisposition, ()) {
  const BridgedWorld world = BridgedWorld::arbitrary();
  NetPlan plan = world.plan();
  if (likely(50)) {  // A second way: floods meet themselves.
    plan.add("link s0:loop " + name('s', world.bridges - 1) + ":back");
  }
  WalkLab lab(plan, {});
  world.spoil(lab);
  for (std::size_t from = 0; from < world.hosts.size(); ++from) {
    const std::size_t to = (from + 1) % world.hosts.size();
    lab.ping(name('h', from), name('h', to));
    lab.send(name('h', from), name('h', to));
    const WalkCounters& counters = lab.network().walk_counters();
    const std::uint64_t ended =
        std::accumulate(counters.ended.begin(), counters.ended.end(), std::uint64_t{0});
    RC_ASSERT(counters.sent + counters.copied == ended + counters.left);
  }
}

}  // namespace
}  // namespace switchfault
