#include "os/table_programmer.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace switchfault {
namespace {

constexpr std::array<std::string_view, 4> kTables = {"mac", "routes", "neighbors", "sessions"};

std::uint64_t number(auto value) {
  return static_cast<std::uint64_t>(value);
}

}  // namespace

PendingWrites::Key PendingWrites::key_of(const ChipWrite& write) {
  struct Namer {
    Key operator()(const SetPortState& w) const { return {0, number(w.port), {}, w.vlan}; }
    Key operator()(const SetLagMembers& w) const { return {1, number(w.lag), {}, 0}; }
    Key operator()(const SetRoute& w) const { return route(w.entry.vrf, w.entry.prefix); }
    Key operator()(const RemoveRoute& w) const { return route(w.vrf, w.prefix); }
    Key operator()(const SetNeighbor& w) const {
      return {3, number(w.entry.vrf), w.entry.address, 0};
    }
    Key operator()(const RemoveNeighbor& w) const { return {3, number(w.vrf), w.address, 0}; }
    Key operator()(const LearnMac& w) const { return {4, w.entry.vlan, {}, w.entry.mac.bits}; }
    Key operator()(const FlushMacs& w) const {
      return {5, number(w.port), {}, number(w.but) | number(w.vlan) << 16U};
    }
    Key operator()(const ForgetMac& w) const { return {4, w.vlan, {}, w.mac.bits}; }
    Key operator()(const SweepMacs& /*w*/) const { return {7, 0, {}, 0}; }
    Key operator()(const SetRouterMac& w) const {
      return {6, number(w.router_mac.interface), w.router_mac.answers_for, w.router_mac.mac.bits};
    }
    static Key route(VrfIndex vrf, const IpPrefix& prefix) {
      return {2, number(vrf), prefix.address(), prefix.length()};
    }
  };
  return std::visit(Namer{}, write);
}

void PendingWrites::add(const ChipWrite& write) {
  const Key key = key_of(write);
  const auto [at, added] = order_.try_emplace(key, next_);
  if (!added) {
    writes_.erase(at->second);
    at->second = next_;
  }
  writes_.emplace(next_, write);
  ++next_;
}

std::vector<ChipWrite> PendingWrites::take() {
  std::vector<ChipWrite> writes;
  writes.reserve(writes_.size());
  for (const auto& [age, write] : writes_) {
    writes.push_back(write);
  }
  clear();
  return writes;
}

void PendingWrites::clear() {
  writes_.clear();
  order_.clear();
}

std::optional<ChipTable> table_of(const ChipWrite& write) {
  if (std::holds_alternative<LearnMac>(write)) {
    return ChipTable::mac;
  }
  if (std::holds_alternative<SetRoute>(write)) {
    return ChipTable::routes;
  }
  if (std::holds_alternative<SetNeighbor>(write)) {
    return ChipTable::neighbors;
  }
  return std::nullopt;
}

std::string_view table_name(ChipTable table) {
  return kTables[static_cast<std::size_t>(table)];
}

std::optional<ChipTable> table_named(std::string_view name) {
  const auto at = std::find(kTables.begin(), kTables.end(), name);
  return at == kTables.end() ? std::nullopt
                             : std::optional(static_cast<ChipTable>(at - kTables.begin()));
}

}  // namespace switchfault
