// RouteRows: the forwarding table of a chip, kept small: a city of routers has millions of routes.
//
// A row is 16 bytes for IPv4 and 32 for IPv6; what does not fit, several next hops or one of the
// other family, lies aside in a list, where equal groups may share their memory. Rows stand by VRF,
// longest prefix first, then address, so that a look-up is one binary search for each prefix length
// in use. A change moves the rows behind it. Not modelled: TCAM layout, compression.

#ifndef SWITCHFAULT_OS_ROUTE_ROWS_H_
#define SWITCHFAULT_OS_ROUTE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/ip_address.h"
#include "os/next_hops.h"

namespace switchfault {

// Dense id within one node.
enum class VrfIndex : std::uint16_t { global = 0 };

struct FibEntry {
  VrfIndex vrf = VrfIndex::global;
  IpPrefix prefix;
  NextHops next_hops;  // Empty: discard.
};

class RouteRows {
 public:
  [[nodiscard]] std::size_t size() const { return v4_.rows.size() + v6_.rows.size(); }
  void clear();
  // So many more entries are to come.
  void expect(std::size_t more);
  // True: the table is another one than before. REQUIRES: no host bits in the prefix.
  bool set(const FibEntry& entry);
  bool remove(VrfIndex vrf, const IpPrefix& prefix);
  [[nodiscard]] bool contains(VrfIndex vrf, const IpPrefix& prefix) const;
  // By the longest prefix.
  [[nodiscard]] std::optional<FibEntry> find(VrfIndex vrf, const IpAddress& destination) const;
  // In order.
  [[nodiscard]] std::vector<FibEntry> entries() const;

 private:
  enum class Form : std::uint8_t { discard, connected, gateway, aside };
  template <typename Bits>
  struct Row {
    Bits address{};
    std::uint32_t hop = 0;  // IPv4 bits of the gateway, or a place in aside_.
    InterfaceIndex interface = InterfaceIndex::none;
    VrfIndex vrf = VrfIndex::global;
    std::uint8_t length = 0;
    Form form = Form::discard;
    friend bool operator==(const Row&, const Row&) = default;
  };
  // The rows of one VRF and prefix length, first and past the last.
  struct Run {
    VrfIndex vrf;
    std::uint8_t length;
    std::uint32_t first, last;
  };
  template <typename Bits>
  struct Family {
    std::vector<Row<Bits>> rows;
    mutable std::vector<Run> runs;
    mutable bool indexed = false;
  };

  template <typename Bits>
  static std::size_t place(const Family<Bits>& family, const Row<Bits>& row);
  template <typename Bits>
  static bool same_key(const Row<Bits>& a, const Row<Bits>& b) {
    return a.vrf == b.vrf && a.length == b.length && a.address == b.address;
  }
  template <typename Bits>
  static const Row<Bits>* row_at(const Family<Bits>& family, const Row<Bits>& key);
  template <typename Bits>
  static void index(const Family<Bits>& family);
  template <typename Bits>
  static const Row<Bits>* longest(const Family<Bits>& family, VrfIndex vrf, const Bits& bits);
  template <typename Bits>
  bool set_row(Family<Bits>& family, Row<Bits> row, const NextHops& hops);
  template <typename Bits>
  bool remove_row(Family<Bits>& family, const Row<Bits>& key);
  template <typename Bits>
  [[nodiscard]] FibEntry entry_of(const Row<Bits>& row) const;
  [[nodiscard]] NextHops hops_of(Form form, InterfaceIndex interface, std::uint32_t hop) const;

  Family<std::uint32_t> v4_;
  Family<IpAddress> v6_;
  std::vector<NextHops> aside_;
  std::vector<std::uint32_t> free_;  // Places in it.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_ROUTE_ROWS_H_
