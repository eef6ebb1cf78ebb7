// RouteRows: the forwarding table of a chip, kept small: a city of routers has millions of routes.
//
// A row is 16 bytes for IPv4 and 32 for IPv6; what does not fit, several next hops or one of the
// other family, lies aside in a list, where equal groups may share their memory. Rows stand by VRF,
// longest prefix first, then address, so that a look-up is one binary search for each prefix length
// in use. A change moves the rows behind it. A copy shares memory until one of the two changes:
// what a node has decided and what its chip holds are nearly always the same table. Not modelled:
// TCAM layout, compression.

#ifndef SWITCHFAULT_OS_ROUTE_ROWS_H_
#define SWITCHFAULT_OS_ROUTE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <boost/container/small_vector.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <switchfault/ip_address.h>

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
  [[nodiscard]] std::size_t size() const;
  void clear() { table_.reset(); }
  // Instead of all before. REQUIRES: one a prefix.
  void assign(std::span<const FibEntry> entries);
  // True: the table is another one than before. REQUIRES: no host bits in the prefix.
  bool set(const FibEntry& entry);
  bool remove(VrfIndex vrf, const IpPrefix& prefix);
  [[nodiscard]] bool contains(VrfIndex vrf, const IpPrefix& prefix) const;
  // By the longest prefix.
  [[nodiscard]] std::optional<FibEntry> find(VrfIndex vrf, const IpAddress& destination) const;
  // The interface of the first next hop of what find() gives; none: nothing, or a discard.
  [[nodiscard]] InterfaceIndex find_interface(VrfIndex vrf, const IpAddress& destination) const;
  // In order.
  [[nodiscard]] std::vector<FibEntry> entries() const;
  // Equal tables are one in memory from now on.
  void share(const RouteRows& other);
  friend bool operator==(const RouteRows& a, const RouteRows& b);

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
  using Rows = boost::container::small_vector<Row<Bits>, 2>;  // As most hosts have.
  using Runs = std::vector<Run>;  // Empty: not known since the last change.
  // What few tables have.
  struct Rest {
    Rows<IpAddress> v6;
    Runs v4_runs, v6_runs;
    std::vector<NextHops> aside;
    std::vector<std::uint32_t> free;  // Places in it.
  };
  struct Table final : boost::intrusive_ref_counter<Table, boost::thread_unsafe_counter> {
    Rows<std::uint32_t> v4;
    std::unique_ptr<Rest> rest;  // Null: there is none of it.

    Table() = default;
    Table(const Table& other)
        : intrusive_ref_counter(other),
          v4(other.v4),
          rest(other.rest ? std::make_unique<Rest>(*other.rest) : nullptr) {}
    Table& operator=(const Table&) = delete;
    ~Table() = default;
    Rest& more();
    void forget_runs();
    template <typename Bits>
    void set_hops(Row<Bits>& row, const NextHops& hops);
    template <typename Bits>
    bool set_row(Rows<Bits>& rows, Row<Bits> row, const NextHops& hops);
    template <typename Bits>
    bool remove_row(Rows<Bits>& rows, const Row<Bits>& key);
    template <typename Bits>
    [[nodiscard]] FibEntry entry_of(const Row<Bits>& row) const;
    template <typename Bits>
    [[nodiscard]] NextHops hops_of(const Row<Bits>& row) const;
    template <typename Bits>
    [[nodiscard]] bool same(const Rows<Bits>& own, const Table& other,
                            const Rows<Bits>& others) const;
    template <typename Bits>
    [[nodiscard]] const Row<Bits>* longest(const Rows<Bits>& rows, Runs Rest::*runs, VrfIndex vrf,
                                           const Bits& bits);
  };

  template <typename Bits>
  static bool below(const Row<Bits>& a, const Row<Bits>& b);
  template <typename Bits>
  static std::size_t place(const Rows<Bits>& rows, const Row<Bits>& row);
  template <typename Bits>
  static bool same_key(const Row<Bits>& a, const Row<Bits>& b) {
    return a.vrf == b.vrf && a.length == b.length && a.address == b.address;
  }
  template <typename Bits>
  static const Row<Bits>* row_at(const Rows<Bits>& rows, const Row<Bits>& key);
  template <typename Bits>
  static void index(const Rows<Bits>& rows, Runs& runs);
  [[nodiscard]] const Rows<IpAddress>* v6() const {
    return table_ != nullptr && table_->rest != nullptr ? &table_->rest->v6 : nullptr;
  }
  // The row that a packet goes by is handed to `take`; null: none.
  template <typename Take>
  auto find_row(VrfIndex vrf, const IpAddress& destination, Take take) const;
  // To be changed: nobody else's.
  Table& own();

  boost::intrusive_ptr<Table> table_;  // Null: empty.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_ROUTE_ROWS_H_
