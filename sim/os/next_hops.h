// NextHops: where a route leads to, one next hop or an equal-cost group.
//
// One next hop, the usual case, needs no memory of its own. A group never changes once it is made
// and is shared by all who copy it: the tables of a fabric's router name a few groups tens of
// thousands of times. The count of holders is not safe between threads; a run has one.

#ifndef SWITCHFAULT_OS_NEXT_HOPS_H_
#define SWITCHFAULT_OS_NEXT_HOPS_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <switchfault/ip_address.h>

namespace switchfault {

// Dense id within one node.
enum class InterfaceIndex : std::uint16_t { none = 0xffff };

struct NextHop {
  InterfaceIndex interface = InterfaceIndex::none;
  IpAddress gateway;  // Unspecified: the destination itself is on the link.
  friend auto operator<=>(const NextHop&, const NextHop&) = default;
};

class NextHops {
 public:
  using value_type = NextHop;
  NextHops() = default;
  // REQUIRES: each has an interface.
  NextHops(std::initializer_list<NextHop> hops)
      : NextHops(std::span<const NextHop>(hops.begin(), hops.size())) {}
  explicit NextHops(std::span<const NextHop> hops);

  [[nodiscard]] std::size_t size() const {
    if (group_) {
      return group_->hops.size();
    }
    return only_.interface == InterfaceIndex::none ? 0 : 1;
  }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] const NextHop* begin() const { return group_ ? group_->hops.data() : &only_; }
  [[nodiscard]] const NextHop* end() const { return begin() + size(); }
  [[nodiscard]] const NextHop& front() const { return *begin(); }
  [[nodiscard]] const NextHop& operator[](std::size_t i) const { return begin()[i]; }
  // The same group in memory: equal without looking. Never of less than two.
  [[nodiscard]] bool shares(const NextHops& other) const {
    return group_ != nullptr && group_ == other.group_;
  }
  // Somebody else holds the group.
  [[nodiscard]] bool shared() const { return group_ != nullptr && group_->use_count() > 1; }
  friend bool operator==(const NextHops& a, const NextHops& b);

 private:
  struct Group final : boost::intrusive_ref_counter<Group, boost::thread_unsafe_counter> {
    explicit Group(std::span<const NextHop> all) : hops(all.begin(), all.end()) {}
    std::vector<NextHop> hops;
  };

  NextHop only_;  // Without interface: none, or a group.
  boost::intrusive_ptr<const Group> group_;
};

// The groups that one maker of routes uses: equal ones are one.
class NextHopGroups {
 public:
  NextHops of(std::span<const NextHop> hops);
  // Those that no route holds any more.
  void forget_unused();
  [[nodiscard]] std::size_t size() const { return groups_.size(); }

 private:
  struct Less {
    using is_transparent = void;
    bool operator()(const NextHops& a, const NextHops& b) const;
    bool operator()(const NextHops& a, std::span<const NextHop> b) const;
    bool operator()(std::span<const NextHop> a, const NextHops& b) const;
  };
  std::set<NextHops, Less> groups_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_NEXT_HOPS_H_
