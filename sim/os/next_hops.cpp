#include "os/next_hops.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {
namespace {

bool in_order(std::span<const NextHop> a, std::span<const NextHop> b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

std::span<const NextHop> all_of(const NextHops& hops) {
  return {hops.begin(), hops.size()};
}

}  // namespace

NextHops::NextHops(std::span<const NextHop> hops) {
  SF_CHECK(std::ranges::find(hops, InterfaceIndex::none, &NextHop::interface) == hops.end());
  if (hops.size() == 1) {
    only_ = hops.front();
  } else if (!hops.empty()) {
    group_ = new Group(hops);
  }
}

bool operator==(const NextHops& a, const NextHops& b) {
  return a.shares(b) || std::ranges::equal(all_of(a), all_of(b));
}

NextHops NextHopGroups::of(std::span<const NextHop> hops) {
  if (hops.size() < 2) {
    return NextHops(hops);
  }
  const auto known = groups_.find(hops);
  return known != groups_.end() ? *known : *groups_.emplace(hops).first;
}

void NextHopGroups::forget_unused() {
  std::erase_if(groups_, [](const NextHops& group) { return !group.shared(); });
}

bool NextHopGroups::Less::operator()(const NextHops& a, const NextHops& b) const {
  return in_order(all_of(a), all_of(b));
}
bool NextHopGroups::Less::operator()(const NextHops& a, std::span<const NextHop> b) const {
  return in_order(all_of(a), b);
}
bool NextHopGroups::Less::operator()(std::span<const NextHop> a, const NextHops& b) const {
  return in_order(a, all_of(b));
}

}  // namespace switchfault
