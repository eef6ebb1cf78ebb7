#include "os/route_rows.h"

#include <algorithm>
#include <tuple>

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

}  // namespace

void RouteRows::clear() {
  *this = {};
}

void RouteRows::expect(std::size_t more) {
  if (more > v4_.rows.size() / 4) {  // Else growing as usual leaves no more room unused.
    v4_.rows.reserve(v4_.rows.size() + more);
  }
}

// The first row whose key is not below.
template <typename Bits>
std::size_t RouteRows::place(const Family<Bits>& family, const Row<Bits>& row) {
  const auto below = [](const Row<Bits>& a, const Row<Bits>& b) {
    return std::tuple(a.vrf, b.length, a.address) < std::tuple(b.vrf, a.length, b.address);
  };
  const auto at = std::lower_bound(family.rows.begin(), family.rows.end(), row, below);
  return static_cast<std::size_t>(at - family.rows.begin());
}

template <typename Bits>
const RouteRows::Row<Bits>* RouteRows::row_at(const Family<Bits>& family, const Row<Bits>& key) {
  const std::size_t at = place(family, key);
  return at < family.rows.size() && same_key(family.rows[at], key) ? &family.rows[at] : nullptr;
}

template <typename Bits>
bool RouteRows::set_row(Family<Bits>& family, Row<Bits> row, const NextHops& hops) {
  const std::size_t at = place(family, row);
  const bool known = at < family.rows.size() && same_key(family.rows[at], row);
  if (known) {
    const Row<Bits>& old = family.rows[at];
    if (hops_of(old.form, old.interface, old.hop) == hops) {
      return false;
    }
    if (old.form == Form::aside) {
      free_.push_back(old.hop);
    }
  }
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
    row.form = Form::aside;
    row.hop = static_cast<std::uint32_t>(aside_.size());
    if (free_.empty()) {
      aside_.push_back(hops);
    } else {
      row.hop = free_.back();
      free_.pop_back();
      aside_[row.hop] = hops;
    }
  }
  if (known) {
    family.rows[at] = row;
  } else {
    family.rows.insert(family.rows.begin() + static_cast<std::ptrdiff_t>(at), row);
    family.indexed = false;
  }
  return true;
}

template <typename Bits>
bool RouteRows::remove_row(Family<Bits>& family, const Row<Bits>& key) {
  const std::size_t at = place(family, key);
  if (at == family.rows.size() || !same_key(family.rows[at], key)) {
    return false;
  }
  if (family.rows[at].form == Form::aside) {
    free_.push_back(family.rows[at].hop);
  }
  family.rows.erase(family.rows.begin() + static_cast<std::ptrdiff_t>(at));
  family.indexed = false;
  return true;
}

bool RouteRows::set(const FibEntry& entry) {
  const IpPrefix& prefix = entry.prefix;
  SF_CHECK(prefix == prefix.network());
  if (prefix.is_v4()) {
    return set_row(
        v4_, {.address = prefix.address().v4_bits(), .vrf = entry.vrf, .length = prefix.length()},
        entry.next_hops);
  }
  return set_row(v6_, {.address = prefix.address(), .vrf = entry.vrf, .length = prefix.length()},
                 entry.next_hops);
}

bool RouteRows::remove(VrfIndex vrf, const IpPrefix& prefix) {
  if (prefix.is_v4()) {
    return remove_row(
        v4_, {.address = prefix.address().v4_bits(), .vrf = vrf, .length = prefix.length()});
  }
  return remove_row(v6_, {.address = prefix.address(), .vrf = vrf, .length = prefix.length()});
}

bool RouteRows::contains(VrfIndex vrf, const IpPrefix& prefix) const {
  if (prefix.is_v4()) {
    return row_at(v4_,
                  {.address = prefix.address().v4_bits(), .vrf = vrf, .length = prefix.length()}) !=
           nullptr;
  }
  return row_at(v6_, {.address = prefix.address(), .vrf = vrf, .length = prefix.length()}) !=
         nullptr;
}

// One run a VRF and prefix length, in the order of the rows: longest first.
template <typename Bits>
void RouteRows::index(const Family<Bits>& family) {
  family.runs.clear();
  for (std::uint32_t i = 0; i < family.rows.size(); ++i) {
    const Row<Bits>& row = family.rows[i];
    if (family.runs.empty() || family.runs.back().vrf != row.vrf ||
        family.runs.back().length != row.length) {
      family.runs.push_back({row.vrf, row.length, i, i});
    }
    family.runs.back().last = i + 1;
  }
  family.indexed = true;
}

template <typename Bits>
const RouteRows::Row<Bits>* RouteRows::longest(const Family<Bits>& family, VrfIndex vrf,
                                               const Bits& bits) {
  if (!family.indexed) {
    index(family);
  }
  for (const Run& run : family.runs) {
    if (run.vrf != vrf) {
      continue;
    }
    const Bits network = masked(bits, run.length);
    const auto last = family.rows.begin() + run.last;
    const auto found =
        std::lower_bound(family.rows.begin() + run.first, last, network,
                         [](const Row<Bits>& row, const Bits& key) { return row.address < key; });
    if (found != last && found->address == network) {
      return &*found;
    }
  }
  return nullptr;
}

std::optional<FibEntry> RouteRows::find(VrfIndex vrf, const IpAddress& destination) const {
  if (destination.is_v4()) {
    const auto* row = longest(v4_, vrf, destination.v4_bits());
    return row == nullptr ? std::nullopt : std::optional(entry_of(*row));
  }
  const auto* row = longest(v6_, vrf, destination);
  return row == nullptr ? std::nullopt : std::optional(entry_of(*row));
}

NextHops RouteRows::hops_of(Form form, InterfaceIndex interface, std::uint32_t hop) const {
  switch (form) {
    case Form::discard:
      return {};
    case Form::connected:
      return {{.interface = interface, .gateway = {}}};
    case Form::gateway:
      return {{.interface = interface, .gateway = IpAddress::v4(hop)}};
    case Form::aside:
      return aside_[hop];
  }
  SF_CHECK(false);
  return {};
}

template <typename Bits>
FibEntry RouteRows::entry_of(const Row<Bits>& row) const {
  return {.vrf = row.vrf,
          .prefix = IpPrefix(address_of(row.address), row.length),
          .next_hops = hops_of(row.form, row.interface, row.hop)};
}

std::vector<FibEntry> RouteRows::entries() const {
  std::vector<FibEntry> all;
  all.reserve(size());
  auto v4 = v4_.rows.begin();
  auto v6 = v6_.rows.begin();
  while (v4 != v4_.rows.end() || v6 != v6_.rows.end()) {
    const bool first = v6 == v6_.rows.end() || (v4 != v4_.rows.end() && v4->vrf <= v6->vrf);
    all.push_back(first ? entry_of(*v4++) : entry_of(*v6++));
  }
  return all;
}

}  // namespace switchfault
