#include "os/route_rows.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/check.h"

namespace switchfault {
namespace {

std::uint32_t masked(std::uint32_t bits, unsigned length) {
  return length == 0 ? 0 : bits & (~std::uint32_t{0} << (32 - length));
}

IpAddress masked(const IpAddress& address, unsigned length) {
  const auto half = [](unsigned bits) {
    return bits == 0 ? 0 : ~std::uint64_t{0} << (64 - std::min(bits, 64U));
  };
  return IpAddress::v6(address.high() & half(std::min(length, 64U)),
                       address.low() & half(length < 64 ? 0 : length - 64));
}

IpAddress address_of(std::uint32_t bits) {
  return IpAddress::v4(bits);
}
IpAddress address_of(const IpAddress& address) {
  return address;
}

// So few are looked through in order: the longest prefix stands first.
constexpr std::size_t kFewRows = 4;

}  // namespace

// --- The table -----------------------------------------------------------------------------------

RouteRows::Rest& RouteRows::Table::more() {
  if (rest == nullptr) {
    rest = std::make_unique<Rest>();
  }
  return *rest;
}

void RouteRows::Table::forget_runs() {
  if (rest != nullptr) {
    rest->v4_runs.clear();
    rest->v6_runs.clear();
  }
}

// By VRF, longest prefix first, then address.
template <typename Bits>
bool RouteRows::below(const Row<Bits>& a, const Row<Bits>& b) {
  if constexpr (std::is_same_v<Bits, std::uint32_t>) {
    const auto key = [](const Row<Bits>& row) {  // Compared as one number.
      const unsigned left = 32U - row.length;
      return std::uint64_t{static_cast<std::uint16_t>(row.vrf)} << 40U |
             std::uint64_t{left} << 32U | row.address;
    };
    return key(a) < key(b);
  } else {
    return std::tuple(a.vrf, b.length, a.address) < std::tuple(b.vrf, a.length, b.address);
  }
}

// The first row whose key is not below.
template <typename Bits>
std::size_t RouteRows::place(const Rows<Bits>& rows, const Row<Bits>& row) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), row, below<Bits>);
  return static_cast<std::size_t>(at - rows.begin());
}

template <typename Bits>
const RouteRows::Row<Bits>* RouteRows::row_at(const Rows<Bits>& rows, const Row<Bits>& key) {
  const std::size_t at = place(rows, key);
  return at < rows.size() && same_key(rows[at], key) ? &rows[at] : nullptr;
}

template <typename Bits>
void RouteRows::Table::set_hops(Row<Bits>& row, const NextHops& hops) {
  const NextHop hop = hops.empty() ? NextHop() : hops.front();
  row.interface = hop.interface;
  if (hops.empty()) {
    row.form = Form::discard;
  } else if (hops.size() == 1 && hop.gateway == IpAddress()) {
    row.form = Form::connected;
  } else if (hops.size() == 1 && hop.gateway.is_v4()) {
    row.form = Form::gateway;
    row.hop = hop.gateway.v4_bits();
  } else {
    Rest& lists = more();
    row.form = Form::aside;
    row.hop = static_cast<std::uint32_t>(lists.aside.size());
    if (lists.free.empty()) {
      lists.aside.push_back(hops);
    } else {
      row.hop = lists.free.back();
      lists.free.pop_back();
      lists.aside[row.hop] = hops;
    }
  }
}

template <typename Bits>
bool RouteRows::Table::set_row(Rows<Bits>& rows, Row<Bits> row, const NextHops& hops) {
  const std::size_t at = place(rows, row);
  const bool known = at < rows.size() && same_key(rows[at], row);
  if (known) {
    const Row<Bits>& old = rows[at];
    if (hops_of(old) == hops) {
      return false;
    }
    if (old.form == Form::aside) {
      rest->free.push_back(old.hop);
    }
  }
  set_hops(row, hops);
  if (known) {
    rows[at] = row;
  } else {
    rows.insert(rows.begin() + static_cast<std::ptrdiff_t>(at), row);
    forget_runs();
  }
  return true;
}

template <typename Bits>
bool RouteRows::Table::remove_row(Rows<Bits>& rows, const Row<Bits>& key) {
  const std::size_t at = place(rows, key);
  if (at == rows.size() || !same_key(rows[at], key)) {
    return false;
  }
  if (rows[at].form == Form::aside) {
    rest->free.push_back(rows[at].hop);
  }
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
  forget_runs();
  return true;
}

template <typename Bits>
NextHops RouteRows::Table::hops_of(const Row<Bits>& row) const {
  switch (row.form) {
    case Form::discard:
      return {};
    case Form::connected:
      return {{.interface = row.interface, .gateway = {}}};
    case Form::gateway:
      return {{.interface = row.interface, .gateway = IpAddress::v4(row.hop)}};
    case Form::aside:
      return rest->aside[row.hop];
  }
  SF_CHECK(false);
  return {};
}

template <typename Bits>
FibEntry RouteRows::Table::entry_of(const Row<Bits>& row) const {
  return {.vrf = row.vrf,
          .prefix = IpPrefix(address_of(row.address), row.length),
          .next_hops = hops_of(row)};
}

// The places of what lies aside may differ.
template <typename Bits>
bool RouteRows::Table::same(const Rows<Bits>& own, const Table& other,
                            const Rows<Bits>& others) const {
  return std::ranges::equal(own, others, [&](const Row<Bits>& a, const Row<Bits>& b) {
    return a.form == Form::aside && b.form == Form::aside
               ? same_key(a, b) && hops_of(a) == other.hops_of(b)
               : a == b;
  });
}

// --- Changing ------------------------------------------------------------------------------------

RouteRows::Table& RouteRows::own() {
  if (table_ == nullptr) {
    table_ = new Table();
  } else if (table_->use_count() > 1) {
    table_ = new Table(*table_);
  }
  return *table_;
}

void RouteRows::assign(std::span<const FibEntry> entries) {
  clear();
  if (entries.empty()) {
    return;
  }
  Table& table = own();
  // Entries in order are rows in order, but for their lengths: each length has its places.
  std::array<std::size_t, 34> next{};
  for (const FibEntry& entry : entries) {
    next[entry.prefix.is_v4() ? 33U - entry.prefix.length() : 0U]++;
  }
  const std::size_t v4_count = entries.size() - std::exchange(next[0], 0);
  std::partial_sum(next.begin(), next.end(), next.begin());
  table.v4.resize(v4_count);
  for (const FibEntry& entry : entries) {
    const IpPrefix& prefix = entry.prefix;
    if (prefix.is_v4()) {
      Row<std::uint32_t>& row = table.v4[next[32U - prefix.length()]++];
      row.address = prefix.address().v4_bits();
      row.vrf = entry.vrf;
      row.length = prefix.length();
      table.set_hops(row, entry.next_hops);
    } else {
      table.set_hops(table.more().v6.emplace_back(Row<IpAddress>{
                         .address = prefix.address(), .vrf = entry.vrf, .length = prefix.length()}),
                     entry.next_hops);
    }
  }
  if (!std::ranges::is_sorted(table.v4, below<std::uint32_t>)) {
    std::ranges::sort(table.v4, below<std::uint32_t>);
  }
  if (table.rest != nullptr) {
    std::ranges::sort(table.rest->v6, below<IpAddress>);
  }
}

bool RouteRows::set(const FibEntry& entry) {
  const IpPrefix& prefix = entry.prefix;
  SF_CHECK(prefix == prefix.network());
  Table& table = own();
  if (prefix.is_v4()) {
    return table.set_row(
        table.v4,
        {.address = prefix.address().v4_bits(), .vrf = entry.vrf, .length = prefix.length()},
        entry.next_hops);
  }
  return table.set_row(table.more().v6,
                       {.address = prefix.address(), .vrf = entry.vrf, .length = prefix.length()},
                       entry.next_hops);
}

bool RouteRows::remove(VrfIndex vrf, const IpPrefix& prefix) {
  if (!contains(vrf, prefix)) {
    return false;
  }
  Table& table = own();
  if (prefix.is_v4()) {
    return table.remove_row(
        table.v4, {.address = prefix.address().v4_bits(), .vrf = vrf, .length = prefix.length()});
  }
  return table.remove_row(table.rest->v6,
                          {.address = prefix.address(), .vrf = vrf, .length = prefix.length()});
}

void RouteRows::share(const RouteRows& other) {
  if (*this == other) {
    table_ = other.table_;
  }
}

// --- Asking --------------------------------------------------------------------------------------

std::size_t RouteRows::size() const {
  const std::size_t v6_rows = v6() == nullptr ? 0 : v6()->size();
  return table_ == nullptr ? 0 : table_->v4.size() + v6_rows;
}

bool operator==(const RouteRows& a, const RouteRows& b) {
  if (a.table_ == b.table_ || (a.size() == 0 && b.size() == 0)) {
    return true;
  }
  if (a.table_ == nullptr || b.table_ == nullptr ||
      !a.table_->same(a.table_->v4, *b.table_, b.table_->v4)) {
    return false;
  }
  const auto* left = a.v6();
  const auto* right = b.v6();
  if (left == nullptr || right == nullptr) {
    return (left == nullptr || left->empty()) && (right == nullptr || right->empty());
  }
  return a.table_->same(*left, *b.table_, *right);
}

bool RouteRows::contains(VrfIndex vrf, const IpPrefix& prefix) const {
  if (table_ == nullptr) {
    return false;
  }
  if (prefix.is_v4()) {
    return row_at(table_->v4,
                  {.address = prefix.address().v4_bits(), .vrf = vrf, .length = prefix.length()}) !=
           nullptr;
  }
  return v6() != nullptr &&
         row_at(*v6(), {.address = prefix.address(), .vrf = vrf, .length = prefix.length()}) !=
             nullptr;
}

// One run a VRF and prefix length, in the order of the rows: longest first.
template <typename Bits>
void RouteRows::index(const Rows<Bits>& rows, Runs& runs) {
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    const Row<Bits>& row = rows[i];
    if (runs.empty() || runs.back().vrf != row.vrf || runs.back().length != row.length) {
      runs.push_back({row.vrf, row.length, i, i});
    }
    runs.back().last = i + 1;
  }
}

template <typename Bits>
const RouteRows::Row<Bits>* RouteRows::Table::longest(const Rows<Bits>& rows, Runs Rest::*runs,
                                                      VrfIndex vrf, const Bits& bits) {
  if (rows.size() <= kFewRows) {
    const auto found = std::ranges::find_if(rows, [&](const Row<Bits>& row) {
      return row.vrf == vrf && row.address == masked(bits, row.length);
    });
    return found == rows.end() ? nullptr : &*found;
  }
  Runs& known = more().*runs;
  if (known.empty()) {
    index(rows, known);
  }
  for (const Run& run : known) {
    if (run.vrf != vrf) {
      continue;
    }
    const Bits network = masked(bits, run.length);
    const auto last = rows.begin() + run.last;
    const auto found =
        std::lower_bound(rows.begin() + run.first, last, network,
                         [](const Row<Bits>& row, const Bits& key) { return row.address < key; });
    if (found != last && found->address == network) {
      return &*found;
    }
  }
  return nullptr;
}

template <typename Take>
auto RouteRows::find_row(VrfIndex vrf, const IpAddress& destination, Take take) const {
  if (table_ != nullptr && destination.is_v4()) {
    return take(table_->longest(table_->v4, &Rest::v4_runs, vrf, destination.v4_bits()));
  }
  using Row6 = Row<IpAddress>;
  return take(v6() == nullptr ? static_cast<const Row6*>(nullptr)
                              : table_->longest(*v6(), &Rest::v6_runs, vrf, destination));
}

std::optional<FibEntry> RouteRows::find(VrfIndex vrf, const IpAddress& destination) const {
  return find_row(vrf, destination, [&](const auto* row) {
    return row == nullptr ? std::nullopt : std::optional(table_->entry_of(*row));
  });
}

InterfaceIndex RouteRows::find_interface(VrfIndex vrf, const IpAddress& destination) const {
  return find_row(vrf, destination, [](const auto* row) {
    return row == nullptr ? InterfaceIndex::none : row->interface;
  });
}

std::vector<FibEntry> RouteRows::entries() const {
  std::vector<FibEntry> all;
  if (table_ == nullptr) {
    return all;
  }
  all.reserve(size());
  const auto& v4 = table_->v4;
  std::size_t first_v4 = 0;
  const auto add_v4 = [&](auto belongs) {
    for (; first_v4 < v4.size() && belongs(v4[first_v4]); ++first_v4) {
      all.push_back(table_->entry_of(v4[first_v4]));
    }
  };
  if (v6() != nullptr) {
    for (const Row<IpAddress>& row : *v6()) {
      add_v4([&](const auto& one) { return one.vrf <= row.vrf; });
      all.push_back(table_->entry_of(row));
    }
  }
  add_v4([](const auto& /*all*/) { return true; });
  return all;
}

}  // namespace switchfault
