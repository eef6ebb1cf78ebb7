#include "net/kernel_groups.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/network.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// Three interfaces; zebra keeps unused groups for three minutes.
class Kernel {
 public:
  Kernel() : interfaces_(3) { set_up({true, true, true}); }

  void set_up(const std::vector<bool>& up) {
    for (std::size_t i = 0; i < up.size(); ++i) {
      interfaces_[i].up = up[i];
    }
    groups_.follow(interfaces_);
  }
  // "0 1": the interfaces that a route over these ends up with.
  std::string write(Duration at, const std::vector<std::uint16_t>& over) {
    std::vector<NextHop> hops;
    for (const std::uint16_t interface : over) {
      hops.push_back({InterfaceIndex{interface}, IpAddress::v4(interface)});
    }
    std::vector<FibEntry> routes = {
        {.prefix = IpPrefix::parse("10.0.0.0/8").value(), .next_hops = NextHops(hops)}};
    groups_.write(routes, kTimeZero + at);
    std::string text;
    for (const NextHop& hop : routes.front().next_hops) {
      text += (text.empty() ? "" : " ") + std::to_string(static_cast<int>(hop.interface));
    }
    return text;
  }
  void restart() { groups_.clear(); }

 private:
  std::vector<Interface> interfaces_;
  KernelGroups groups_{180s};
};

TEST(KernelGroups, AGroupUsedAgainHasWhatTheKernelHasLeftInIt) {
  Kernel kernel;
  EXPECT_EQ(kernel.write(0s, {0, 1}), "0 1");
  kernel.set_up({true, false, true});
  EXPECT_EQ(kernel.write(1s, {0}), "0");
  kernel.set_up({true, true, true});
  EXPECT_EQ(kernel.write(180s, {0, 1}), "0");
  EXPECT_EQ(kernel.write(181s, {0, 2}), "0 2");  // Another group.
}

TEST(KernelGroups, UnusedForThreeMinutesItIsMadeAnew) {
  Kernel kernel;
  kernel.write(0s, {0, 1});
  kernel.set_up({true, false, true});
  kernel.write(1s, {0});
  kernel.set_up({true, true, true});
  EXPECT_EQ(kernel.write(181s, {0, 1}), "0 1");
}

TEST(KernelGroups, OneThatWasDownAsAWholeIsWrittenAnew) {
  Kernel kernel;
  kernel.write(0s, {0, 1});
  kernel.set_up({false, false, true});
  kernel.write(1s, {});
  kernel.set_up({true, true, true});
  EXPECT_EQ(kernel.write(2s, {0, 1}), "0 1");
}

TEST(KernelGroups, ARouteToAGroupThatTheKernelHasDroppedIsRefused) {
  Kernel kernel;
  kernel.write(0s, {0, 1});
  kernel.set_up({true, false, true});
  kernel.set_up({true, true, true});
  kernel.set_up({false, true, true});
  EXPECT_EQ(kernel.write(1s, {0, 1}), "");
}

TEST(KernelGroups, ANewProcessKnowsOfNone) {
  Kernel kernel;
  kernel.write(0s, {0, 1});
  kernel.set_up({true, false, true});
  kernel.set_up({true, true, true});
  kernel.restart();
  EXPECT_EQ(kernel.write(1s, {0, 1}), "0 1");
}

}  // namespace
}  // namespace switchfault
