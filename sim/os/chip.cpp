#include "os/chip.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>
#include <utility>

#include "core/check.h"

namespace switchfault {
namespace {

// The finaliser of SplitMix64: every bit of the key reaches every bit of the hash.
constexpr std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15ULL;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31U);
}

constexpr std::uint64_t combine(std::uint64_t hash, std::uint64_t value) {
  return mix(hash ^ mix(value));
}

// VLAN and address as one number.
constexpr std::uint64_t mac_order(VlanId vlan, MacAddress mac) {
  return (std::uint64_t{vlan} << 48U) | mac.bits;
}

std::uint64_t order(const MacEntry& entry) {
  return mac_order(entry.vlan, entry.mac);
}

auto order(const NeighborEntry& entry) {
  return std::tuple(entry.vrf, entry.address);
}

template <typename Entries, typename Key>
auto lower(Entries& entries, const Key& key) {
  return std::lower_bound(entries.begin(), entries.end(), key,
                          [](const auto& entry, const Key& k) { return order(entry) < k; });
}

// Whether an entry of this age limit is still valid; zero: it never ages.
bool fresh(SimTime last, Duration limit, SimTime now) {
  return limit <= Duration::zero() || now - last < limit;
}

}  // namespace

std::uint64_t mac_key(VlanId vlan, MacAddress mac) {
  return combine(mix(vlan), mac.bits);
}

std::uint64_t route_key(VrfIndex vrf, const IpPrefix& prefix) {
  std::uint64_t hash = combine(mix(static_cast<std::uint64_t>(vrf)), prefix.address().high());
  hash = combine(hash, prefix.address().low());
  return combine(hash, prefix.length());
}

std::uint64_t neighbor_key(VrfIndex vrf, const IpAddress& address) {
  return combine(combine(mix(static_cast<std::uint64_t>(vrf)), address.high()), address.low());
}

Chip::Chip(std::size_t physical_ports, std::size_t lags, const ChipCapacity& capacity,
           Duration mac_ageing, Duration neighbor_timeout)
    : port_states_(physical_ports + lags, StpState::discarding),
      mac_ageing_(mac_ageing),
      neighbor_lifetime_(neighbor_timeout),
      physical_ports_(static_cast<std::uint32_t>(physical_ports)) {
  if (lags > 0) {
    more().lag_members.resize(lags);
    more().lag_buckets.resize(lags);
  }
  if (capacity != ChipCapacity()) {
    more().capacity = capacity;
  }
}

Chip::More& Chip::more() {
  if (more_ == nullptr) {
    more_ = std::make_unique<More>();
  }
  return *more_;
}

bool Chip::apply(const ChipWrite& change) {
  return std::visit([this](const auto& one) { return write(one); }, change);
}

void Chip::reset() {
  std::fill(port_states_.begin(), port_states_.end(), StpState::discarding);
  if (more_ != nullptr) {
    for (auto* const lists : {&more_->lag_members, &more_->lag_buckets}) {
      for (auto& list : *lists) {
        list.clear();
      }
    }
    more_->vlan_states.clear();
    more_->router_macs.clear();
    more_->corruptions.clear();
    more_->sessions = 0;
  }
  if (bridge_) {
    bridge_->macs.clear();
    bridge_->mac_keys.clear();
  }
  routes_.clear();
  neighbors_.clear();
  ++session_epoch_;
  ++revision_;
}

bool Chip::write(const SetPortState& write) {
  if (write.vlan != 0) {
    set_vlan_state(write);
    return true;
  }
  StpState& state = port_states_[static_cast<std::size_t>(write.port)];
  if (state == StpState::by_vlan) {
    std::erase_if(more().vlan_states,
                  [&](const VlanState& other) { return other.port == write.port; });
  }
  revision_ += state != write.state ? 1U : 0U;
  state = write.state;
  return true;
}

void Chip::set_vlan_state(const SetPortState& write) {
  StpState& state = port_states_[static_cast<std::size_t>(write.port)];
  auto& all = more().vlan_states;
  const auto order = [](const auto& one) { return std::pair(one.port, one.vlan); };
  const auto at = std::ranges::lower_bound(all, order(write), {}, order);
  const bool known = at != all.end() && order(*at) == order(write);
  revision_ += state != StpState::by_vlan || !known || at->state != write.state ? 1U : 0U;
  state = StpState::by_vlan;
  if (known) {
    at->state = write.state;
  } else {
    all.insert(at, {.port = write.port, .vlan = write.vlan, .state = write.state});
  }
}

StpState Chip::vlan_state(LogicalPort port, VlanId vlan) const {
  const auto& all = more_->vlan_states;
  const auto order = [](const VlanState& one) { return std::pair(one.port, one.vlan); };
  const auto at = std::ranges::lower_bound(all, std::pair(port, vlan), {}, order);
  return at != all.end() && order(*at) == std::pair(port, vlan) ? at->state : StpState::discarding;
}

bool Chip::write(const SetLagMembers& write) {
  const auto index = static_cast<std::size_t>(write.lag);
  SF_CHECK(index >= physical_ports_ && index < port_states_.size());
  auto& members = more().lag_members[index - physical_ports_];
  auto& buckets = more().lag_buckets[index - physical_ports_];
  revision_ += members != write.members || buckets != write.buckets ? 1U : 0U;
  members = write.members;
  buckets = write.buckets;
  return true;
}

bool Chip::write(const SetRoute& write) {
  const FibEntry& entry = write.entry;
  if (capacity().routes != 0 && routes_.size() >= capacity().routes &&
      !routes_.contains(entry.vrf, entry.prefix)) {
    return false;
  }
  revision_ += routes_.set(entry) ? 1U : 0U;
  if (has_corruption()) {
    rewritten(ChipTable::routes, route_key(entry.vrf, entry.prefix));
  }
  return true;
}

bool Chip::take_routes(std::span<const ChipWrite> writes, const RouteRows& decided) {
  const std::size_t room = capacity().routes;
  const bool fills = routes_.size() == 0 && decided.size() == writes.size() &&
                     (room == 0 || writes.size() <= room) && !has_corruption() &&
                     std::ranges::all_of(writes, [](const ChipWrite& write) {
                       return std::holds_alternative<SetRoute>(write);
                     });
  if (fills) {
    routes_ = decided;
    revision_ += writes.size();
  }
  return fills;
}

bool Chip::write(const RemoveRoute& write) {
  revision_ += routes_.remove(write.vrf, write.prefix) ? 1U : 0U;
  return true;
}

bool Chip::write(const SetNeighbor& write) {
  const NeighborEntry& entry = write.entry;
  const auto at = lower(neighbors_, order(entry));
  if (at != neighbors_.end() && order(*at) == order(entry)) {
    const bool same =
        at->mac == entry.mac && at->interface == entry.interface && alive(*at, entry.confirmed);
    const std::uint16_t kept = at->kept;
    *at = entry;
    at->kept = kept;
    revision_ += same ? 0U : 1U;
  } else {
    if (capacity().neighbors != 0 && neighbors_.size() >= capacity().neighbors) {
      std::erase_if(neighbors_,
                    [&](const NeighborEntry& old) { return !alive(old, entry.confirmed); });
      if (neighbors_.size() >= capacity().neighbors) {
        return false;
      }
    }
    neighbors_.insert(lower(neighbors_, order(entry)), entry);
    ++revision_;
  }
  rewritten(ChipTable::neighbors, neighbor_key(entry.vrf, entry.address));
  return true;
}

bool Chip::write(const RemoveNeighbor& write) {
  const auto at = lower(neighbors_, std::tuple(write.vrf, write.address));
  if (at != neighbors_.end() && at->vrf == write.vrf && at->address == write.address) {
    neighbors_.erase(at);
    ++revision_;
  }
  return true;
}

std::size_t Chip::Bridge::place(std::uint64_t key) const {
  return static_cast<std::size_t>(std::lower_bound(mac_keys.begin(), mac_keys.end(), key) -
                                  mac_keys.begin());
}

template <typename Goes>
void Chip::Bridge::erase(Goes goes) {
  if (std::erase_if(macs, goes) == 0) {
    return;
  }
  mac_keys.clear();
  for (const MacEntry& entry : macs) {
    mac_keys.push_back(order(entry));
  }
}

const std::vector<MacEntry>& Chip::macs() const {
  static const std::vector<MacEntry> kNone;
  return bridge_ ? bridge_->macs : kNone;
}

const std::vector<MacEntry>& Chip::flushed() const {
  static const std::vector<MacEntry> kNone;
  return bridge_ ? bridge_->flushed : kNone;
}

bool Chip::write(const LearnMac& write) {
  const MacEntry& entry = write.entry;
  if (!bridge_) {
    bridge_ = std::make_unique<Bridge>();
  }
  Bridge& bridge = *bridge_;
  bridge.static_macs = bridge.static_macs || entry.fixed;
  const std::size_t at = bridge.place(order(entry));
  if (at < bridge.macs.size() && bridge.mac_keys[at] == order(entry)) {
    MacEntry& known = bridge.macs[at];
    if (known.fixed && !entry.fixed) {
      if (known.moves && known.port != entry.port) {
        known.port = entry.port;  // Still static, elsewhere.
        ++revision_;
      }
      return true;
    }
    const bool same = known.port == entry.port && alive(known, entry.last_seen);
    const std::uint16_t kept = known.kept;
    known = entry;
    known.kept = kept;
    revision_ += same ? 0U : 1U;
  } else {
    if (capacity().macs != 0 && bridge.macs.size() >= capacity().macs) {
      bridge.erase([&](const MacEntry& old) { return !alive(old, entry.last_seen); });
      if (bridge.macs.size() >= capacity().macs) {
        return false;
      }
    }
    const auto place = static_cast<std::ptrdiff_t>(bridge.place(order(entry)));
    bridge.macs.insert(bridge.macs.begin() + place, entry);
    bridge.mac_keys.insert(bridge.mac_keys.begin() + place, order(entry));
    ++revision_;
  }
  rewritten(ChipTable::mac, mac_key(entry.vlan, entry.mac));
  return true;
}

template <typename Goes>
void Chip::flush_macs(Goes goes) {
  if (!bridge_) {
    return;
  }
  std::vector<MacEntry>& flushed = bridge_->flushed;
  flushed.clear();
  bridge_->erase([&](const MacEntry& entry) {
    const bool gone = goes(entry);
    if (gone) {
      flushed.push_back(entry);
    }
    return gone;
  });
  revision_ += flushed.empty() ? 0U : 1U;
}

bool Chip::write(const FlushMacs& write) {
  const bool all = write.port == LogicalPort::none;
  flush_macs([&](const MacEntry& entry) {
    return !entry.fixed && (all ? entry.port != write.but : entry.port == write.port) &&
           (write.vlan == 0 || entry.vlan == write.vlan);
  });
  return true;
}

bool Chip::write(const SweepMacs& write) {
  flush_macs(
      [&](const MacEntry& entry) { return entry.kept == 0 && entry.last_seen <= write.seen_by; });
  return true;
}

bool Chip::write(const ForgetMac& write) {
  flush_macs(
      [&](const MacEntry& entry) { return entry.vlan == write.vlan && entry.mac == write.mac; });
  return true;
}

void Chip::set_mac_ageing(Duration ageing) {
  revision_ += mac_ageing_ != ageing ? 1U : 0U;
  mac_ageing_ = ageing;
}

SimTime Chip::oldest_mac(SimTime now) const {
  SimTime oldest = now;
  for (const MacEntry& entry : macs()) {
    if (!entry.fixed && entry.kept == 0) {
      oldest = std::min(oldest, entry.last_seen);
    }
  }
  return oldest;
}

const std::vector<RouterMac>& Chip::router_macs() const {
  static const std::vector<RouterMac> kNone;
  if (const More* const more = more_.get()) {
    return more->router_macs;
  }
  return kNone;
}

bool Chip::write(const SetRouterMac& write) {
  const auto at = std::ranges::find(router_macs(), write.router_mac);
  const bool present = at != router_macs().end();
  if (present == write.present) {
    return true;
  }
  if (write.present) {
    more().router_macs.push_back(write.router_mac);
  } else {
    more().router_macs.erase(at);
  }
  ++revision_;
  return true;
}

bool Chip::alive(const MacEntry& entry, SimTime now) const {
  return entry.fixed || entry.kept > 0 || swept_ || fresh(entry.last_seen, mac_ageing_, now);
}

// When it goes if nobody confirms it; while it is used all the time.
SimTime Chip::end_of(const NeighborEntry& entry) const {
  const NeighborTimers timers = neighbor_timers();
  if (timers.lifetime <= Duration::zero()) {
    return kNever;
  }
  if (!timers.probed) {
    return entry.confirmed + timers.lifetime;
  }
  const SimTime probed =
      entry.unanswered != kNever ? entry.unanswered : entry.confirmed + timers.round();
  return probed + timers.patience();
}

bool Chip::alive(const NeighborEntry& entry, SimTime now) const {
  return entry.mac.bits != 0 && (entry.kept > 0 || now < end_of(entry));
}

const MacEntry* Chip::find_mac(VlanId vlan, MacAddress mac, SimTime now, SimTime& expires) const {
  if (!bridge_) {
    return nullptr;
  }
  const std::vector<MacEntry>& macs = bridge_->macs;
  const std::size_t place = bridge_->place(mac_order(vlan, mac));
  if (place == macs.size() || bridge_->mac_keys[place] != mac_order(vlan, mac) ||
      !alive(macs[place], now)) {
    return nullptr;
  }
  const auto at = macs.begin() + static_cast<std::ptrdiff_t>(place);
  if (!at->fixed && at->kept == 0 && !swept_ && mac_ageing_ > Duration::zero()) {
    expires = std::min(expires, at->last_seen + mac_ageing_);
  }
  return &*at;
}

const NeighborEntry* Chip::find_neighbor(VrfIndex vrf, const IpAddress& address, SimTime now,
                                         SimTime& expires) const {
  const auto at = lower(neighbors_, std::tuple(vrf, address));
  if (at == neighbors_.end() || at->vrf != vrf || at->address != address || !alive(*at, now)) {
    return nullptr;
  }
  if (at->kept == 0) {
    expires = std::min(expires, end_of(*at));
  }
  return &*at;
}

const NeighborEntry* Chip::stale_neighbor(VrfIndex vrf, const IpAddress& address,
                                          SimTime now) const {
  const auto at = lower(neighbors_, std::tuple(vrf, address));
  const bool found = at != neighbors_.end() && at->vrf == vrf && at->address == address;
  const bool stale = found && neighbor_timers().probed && at->mac.bits != 0 && !alive(*at, now) &&
                     at->unanswered == kNever;
  return stale ? &*at : nullptr;
}

const NeighborEntry* Chip::known_neighbor(VrfIndex vrf, const IpAddress& address,
                                          SimTime now) const {
  const auto at = lower(neighbors_, std::tuple(vrf, address));
  const bool found = at != neighbors_.end() && at->vrf == vrf && at->address == address;
  return found && (neighbor_timers().probed || alive(*at, now)) ? &*at : nullptr;
}

bool Chip::ActiveCorruption::hits(std::uint64_t key_hash, std::uint64_t flow_hash,
                                  const IpAddress* address) const {
  bool hit = false;
  switch (what.which) {
    case Corruption::Which::share_of_keys:
      // Compared as integers: 2^53 steps, exact for every share a file can state.
      hit = (mix(key_hash ^ what.salt) >> 11U) <
            static_cast<std::uint64_t>(std::ldexp(what.share, 53));
      break;
    case Corruption::Which::prefix:
      hit = address != nullptr && what.prefix.contains(*address);
      break;
    case Corruption::Which::hash_bucket:
      return flow_hash % what.buckets == what.bucket;
  }
  return hit && !std::binary_search(rewritten.begin(), rewritten.end(), key_hash);
}

bool Chip::corrupted(ChipTable table, std::uint64_t key_hash, std::uint64_t flow_hash,
                     const IpAddress* address) const {
  return has_corruption() &&
         std::ranges::any_of(more_->corruptions, [&](const ActiveCorruption& one) {
           return one.what.table == table && one.hits(key_hash, flow_hash, address);
         });
}

void Chip::corrupt(const Corruption& corruption) {
  SF_CHECK(corruption.buckets > 0 && corruption.bucket < corruption.buckets);
  SF_CHECK(corruption.share >= 0 && corruption.share <= 1);
  more().corruptions.push_back({corruption, {}});
  ++revision_;
}

void Chip::repair(ChipTable table) {
  if (more_ == nullptr) {
    return;
  }
  const auto repaired = std::erase_if(
      more_->corruptions, [&](const ActiveCorruption& one) { return one.what.table == table; });
  revision_ += repaired != 0 ? 1U : 0U;
}

void Chip::rewritten(ChipTable table, std::uint64_t key_hash) {
  if (!has_corruption()) {
    return;
  }
  for (ActiveCorruption& one : more_->corruptions) {
    // A whole bucket is wrong whatever entry is behind it.
    if (one.what.table == table && one.what.which != Corruption::Which::hash_bucket) {
      const auto at = std::lower_bound(one.rewritten.begin(), one.rewritten.end(), key_hash);
      if (at == one.rewritten.end() || *at != key_hash) {
        one.rewritten.insert(at, key_hash);
        ++revision_;
      }
    }
  }
}

void Chip::clear(ChipTable table) {
  switch (table) {
    case ChipTable::mac:
      if (bridge_) {
        bridge_->erase([](const MacEntry& entry) { return !entry.fixed; });
      }
      break;
    case ChipTable::routes:
      routes_.clear();
      break;
    case ChipTable::neighbors:
      neighbors_.clear();
      break;
    case ChipTable::sessions:
      set_sessions(0);
      ++session_epoch_;
      break;
  }
  repair(table);
  ++revision_;
}

MacEntry* Chip::mac_at(VlanId vlan, MacAddress mac) {
  if (!bridge_) {
    return nullptr;
  }
  const std::size_t at = bridge_->place(mac_order(vlan, mac));
  return at < bridge_->macs.size() && bridge_->mac_keys[at] == mac_order(vlan, mac)
             ? &bridge_->macs[at]
             : nullptr;
}

NeighborEntry* Chip::neighbor_at(VrfIndex vrf, const IpAddress& address) {
  const auto at = lower(neighbors_, std::tuple(vrf, address));
  return at != neighbors_.end() && at->vrf == vrf && at->address == address ? &*at : nullptr;
}

void Chip::refresh_mac(VlanId vlan, MacAddress mac, SimTime now) {
  if (MacEntry* entry = mac_at(vlan, mac)) {
    entry->last_seen = std::max(entry->last_seen, now);
  }
}

const MacEntry* Chip::see_mac(VlanId vlan, MacAddress mac, LogicalPort port, SimTime now) {
  MacEntry* entry = mac_at(vlan, mac);
  if (entry == nullptr || !alive(*entry, now)) {
    return nullptr;
  }
  if (entry->port == port) {
    entry->last_seen = std::max(entry->last_seen, now);
  }
  return entry;
}

SimTime* Chip::mac_last_seen(VlanId vlan, MacAddress mac, SimTime now) {
  MacEntry* entry = mac_at(vlan, mac);
  const bool ages = entry != nullptr && !entry->fixed && alive(*entry, now);
  return ages ? &entry->last_seen : nullptr;
}

void Chip::keep_mac(VlanId vlan, MacAddress mac) {
  if (MacEntry* entry = mac_at(vlan, mac)) {
    ++entry->kept;
  }
}

void Chip::release_mac(VlanId vlan, MacAddress mac, SimTime last_seen) {
  // An entry flushed and learned again meanwhile has forgotten who kept it.
  if (MacEntry* entry = mac_at(vlan, mac); entry != nullptr && entry->kept > 0) {
    --entry->kept;
    entry->last_seen = std::max(entry->last_seen, last_seen);
  }
}

void Chip::refresh_neighbor(VrfIndex vrf, const IpAddress& address, SimTime now) {
  if (NeighborEntry* entry = neighbor_at(vrf, address);
      entry != nullptr && !neighbor_timers().probed) {
    entry->confirmed = std::max(entry->confirmed, now);
  }
}

// How many retransmit intervals have begun from one time to the other; −1 before it.
std::int64_t Chip::rounds(SimTime from, SimTime to) const {
  return to < from ? -1 : (to - from) / neighbor_timers().retransmit;
}

bool Chip::probe_due(VrfIndex vrf, const IpAddress& address, SimTime now) const {
  const auto at = lower(neighbors_, std::tuple(vrf, address));
  if (!neighbor_timers().probed || at == neighbors_.end() || at->vrf != vrf ||
      at->address != address || at->mac.bits == 0) {
    return false;
  }
  return at->unanswered == kNever ? now >= at->confirmed + neighbor_timers().round()
                                  : rounds(at->unanswered, now) > rounds(at->unanswered, at->used);
}

// Probes that were answered have left one round after the other, for as long as it is used; which
// of them confirmed it last needs no event. One that is used again after a pause waits the delay.
bool Chip::use_neighbor(VrfIndex vrf, const IpAddress& address, SimTime now, bool answered) {
  NeighborEntry* entry = neighbor_at(vrf, address);
  if (entry == nullptr || !neighbor_timers().probed || entry->mac.bits == 0) {
    return false;
  }
  const SimTime due = entry->confirmed + neighbor_timers().round();
  const bool paused = now - entry->used > neighbor_timers().delay;
  const bool probing = entry->unanswered != kNever;
  entry->used = now;
  if (!probing && now < due) {
    return false;
  }
  if (answered && probing) {
    entry->confirmed = now;
    entry->unanswered = kNever;
    return true;
  }
  if (answered) {
    entry->confirmed +=
        (now - entry->confirmed) / neighbor_timers().round() * neighbor_timers().round();
    return false;
  }
  if (!probing) {
    entry->unanswered = paused ? now + neighbor_timers().delay : due;
    return true;
  }
  return false;
}

bool Chip::ask_for(VrfIndex vrf, const IpAddress& address, InterfaceIndex interface, SimTime now,
                   SimTime& again) {
  if (!neighbor_timers().probed) {
    return true;
  }
  NeighborEntry* entry = neighbor_at(vrf, address);
  if (entry == nullptr || entry->mac.bits != 0) {
    NeighborEntry question{.vrf = vrf,
                           .address = address,
                           .mac = {},
                           .interface = interface,
                           .confirmed = now,
                           .used = now};
    if (entry != nullptr) {
      question.kept = entry->kept;
      *entry = question;
    } else {
      neighbors_.insert(lower(neighbors_, order(question)), question);
    }
    return true;
  }
  const bool due = rounds(entry->confirmed, now) > rounds(entry->confirmed, entry->used);
  entry->used = now;
  if (!due) {
    again = std::min(again, entry->confirmed +
                                (rounds(entry->confirmed, now) + 1) * neighbor_timers().retransmit);
  }
  return due;
}

SimTime Chip::confirmed_at(const NeighborEntry& entry, SimTime now) const {
  if (!neighbor_timers().probed || entry.kept == 0 || entry.mac.bits == 0) {
    return entry.kept > 0 && entry.mac.bits != 0 ? now : entry.confirmed;
  }
  return entry.confirmed +
         (now - entry.confirmed) / neighbor_timers().round() * neighbor_timers().round();
}

NeighborState Chip::state_of(const NeighborEntry& entry, SimTime now) const {
  const NeighborTimers timers = neighbor_timers();
  if (entry.mac.bits == 0) {
    return rounds(entry.confirmed, now) < timers.probes ? NeighborState::incomplete
                                                        : NeighborState::failed;
  }
  if (!timers.probed) {
    return alive(entry, now) ? NeighborState::reachable : NeighborState::failed;
  }
  if (entry.unanswered != kNever) {
    return now < entry.unanswered ? NeighborState::delay
           : alive(entry, now)    ? NeighborState::probe
                                  : NeighborState::failed;
  }
  const SimTime confirmed = confirmed_at(entry, now);
  if (now < confirmed + timers.lifetime) {
    return NeighborState::reachable;
  }
  const bool in_use = entry.kept > 0 || entry.used + timers.delay >= confirmed + timers.lifetime;
  return in_use && now < confirmed + timers.round() ? NeighborState::delay : NeighborState::stale;
}

std::vector<NeighborEntry> Chip::drop_neighbors(InterfaceIndex interface) {
  std::vector<NeighborEntry> dropped;
  const auto goes = [&](const NeighborEntry& entry) { return entry.interface == interface; };
  std::ranges::copy_if(neighbors_, std::back_inserter(dropped), goes);
  revision_ += std::erase_if(neighbors_, goes) != 0 ? 1U : 0U;
  return dropped;
}

void Chip::keep_neighbor(VrfIndex vrf, const IpAddress& address) {
  if (NeighborEntry* entry = neighbor_at(vrf, address)) {
    ++entry->kept;
  }
}

void Chip::release_neighbor(VrfIndex vrf, const IpAddress& address, SimTime confirmed) {
  if (NeighborEntry* entry = neighbor_at(vrf, address); entry != nullptr && entry->kept > 0) {
    --entry->kept;
    if (neighbor_timers().probed) {
      if (entry->unanswered == kNever) {
        use_neighbor(vrf, address, std::max(entry->used, confirmed), true);
      }
      entry->used = std::max(entry->used, confirmed);
    } else {
      entry->confirmed = std::max(entry->confirmed, confirmed);
    }
  }
}

std::size_t Chip::entries(ChipTable table, SimTime now) const {
  const auto living = [&](const auto& entries) {
    return static_cast<std::size_t>(std::count_if(
        entries.begin(), entries.end(), [&](const auto& entry) { return alive(entry, now); }));
  };
  switch (table) {
    case ChipTable::mac:
      return living(macs());
    case ChipTable::routes:
      return routes_.size();
    case ChipTable::neighbors:
      return living(neighbors_);
    case ChipTable::sessions:
      return more_ == nullptr ? 0 : more_->sessions;
  }
  SF_CHECK(false);
  return 0;
}

std::size_t Chip::corrupted_entries(ChipTable table, SimTime now) const {
  std::size_t count = 0;
  if (!has_corruption()) {
    return count;
  }
  for (const ActiveCorruption& one : more_->corruptions) {
    if (one.what.table == table && one.what.which == Corruption::Which::hash_bucket) {
      return entries(table, now);  // Some flows of every entry fall into the bucket.
    }
  }
  constexpr std::uint64_t kNoFlow = 0;
  switch (table) {
    case ChipTable::mac:
      for (const MacEntry& entry : macs()) {
        count +=
            alive(entry, now) && corrupted(table, mac_key(entry.vlan, entry.mac), kNoFlow, nullptr)
                ? 1U
                : 0U;
      }
      return count;
    case ChipTable::routes:
      for (const FibEntry& entry : routes_.entries()) {
        const IpAddress address = entry.prefix.address();
        count += corrupted(table, route_key(entry.vrf, entry.prefix), kNoFlow, &address) ? 1U : 0U;
      }
      return count;
    case ChipTable::neighbors:
      for (const NeighborEntry& entry : neighbors_) {
        count += alive(entry, now) && corrupted(table, neighbor_key(entry.vrf, entry.address),
                                                kNoFlow, &entry.address)
                     ? 1U
                     : 0U;
      }
      return count;
    case ChipTable::sessions: {
      // Kept elsewhere, so only their expected number is known.
      double share = 0;
      for (const ActiveCorruption& one : more_->corruptions) {
        share = one.what.table == table ? std::max(share, one.what.share) : share;
      }
      return static_cast<std::size_t>(std::llround(share * static_cast<double>(more_->sessions)));
    }
  }
  return count;
}

std::uint32_t Chip::capacity(ChipTable table) const {
  switch (table) {
    case ChipTable::mac:
      return capacity().macs;
    case ChipTable::routes:
      return capacity().routes;
    case ChipTable::neighbors:
      return capacity().neighbors;
    case ChipTable::sessions:
      return capacity().sessions;
  }
  SF_CHECK(false);
  return 0;
}

}  // namespace switchfault
