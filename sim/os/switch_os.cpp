#include "os/switch_os.h"

#include <algorithm>
#include <charconv>

#include "core/check.h"
#include "os/kernel_timers.h"
#include "os/switch_os_impl.h"

namespace switchfault {
namespace {

constexpr Duration kLeastBetweenSweeps = std::chrono::milliseconds{10};  // br_fdb_cleanup()
constexpr double kHighShare = 0.9;  // Memory and CPU in use from which monitoring calls it high.

Chip make_chip(const NodeConfig& config, std::size_t physical_ports) {
  const ChipCapacity capacity{config.mac_capacity, config.route_capacity, config.neighbor_capacity,
                              config.stateful ? config.stateful->session_capacity : 0};
  return {physical_ports, config.lags.size(), capacity,
          config.mac_ageing.value_or(kDefaultMacAgeing),
          config.neighbors.reachable.value_or(
              config.neighbor_timeout.value_or(kDefaultNeighborTimeout))};
}

// The share lost by at least one of two independent losses; exact when one of them is none.
double lost_by_either(double a, double b) {
  return a + b - a * b;
}

// Whether the owner's presence among the owners changed.
bool sets(std::vector<std::uint64_t>& owners, std::uint64_t owner, bool present) {
  const auto at = std::lower_bound(owners.begin(), owners.end(), owner);
  const bool known = at != owners.end() && *at == owner;
  if (known == present) {
    return false;
  }
  if (present) {
    owners.insert(at, owner);
  } else {
    owners.erase(at);
  }
  return true;
}

}  // namespace

SwitchOs::SwitchOs(const Context& context, const NodeConfig& config, Entity node,
                   std::uint64_t stable_id, std::uint32_t process_base, std::size_t physical_ports)
    : context_(context),
      config_(config),
      node_(node),
      stable_id_(stable_id),
      physical_ports_(physical_ports),
      firmware_{config.os, Version::parse(config.version).value_or(Version()),
                Version::parse(config.standby_version)},
      processes_(make_processes(config, process_base)),
      chip_(make_chip(config, physical_ports)),
      impl_(std::make_unique<Impl>(*this)) {
  startup_.blank = !config.startup_config_saved;
  if (config.mac_sweep) {
    chip_.set_mac_sweep();
  }
}

SwitchOs::~SwitchOs() = default;

SwitchOs::Impl::Impl(SwitchOs& instance)
    : os(instance),
      boot_timer(instance.context_.simulator, Phase::os, instance.node_,
                 Entity(EntityKind::none, 1), [this] { continue_boot(); }),
      mac_ageing(instance.config_.mac_ageing.value_or(kDefaultMacAgeing)),
      ports_enabled(instance.physical_ports_, true) {}

ObservationId SwitchOs::Impl::note(ObservationKind kind, std::int64_t value,
                                   std::string_view text) {
  return os.context_.log.append(kind, os.node_, {.object = {}, .value = value, .text = text});
}

// --- identity and state -----------------------------------------------------------------------

void SwitchOs::set_port_names(std::span<const std::string_view> names) {
  SF_CHECK(names.size() == physical_ports_ && boots_ == 0);
  impl_->port_names = names;
  for (std::size_t i = 0; i < physical_ports_; ++i) {
    impl_->ports_enabled[i] = running_.port_enabled(config_, impl_->port_names[i]);
  }
}

bool SwitchOs::has_feature(std::string_view feature) const {
  return running_.has_feature(config_, feature);
}

std::optional<PortIndex> SwitchOs::find_port(std::string_view name) const {
  for (std::size_t i = 0; i < physical_ports_; ++i) {
    if (port_name(static_cast<PortIndex>(i)) == name) {
      return static_cast<PortIndex>(i);
    }
  }
  return std::nullopt;
}

std::string SwitchOs::port_name(PortIndex port) const {
  const auto index = static_cast<std::size_t>(port);
  SF_CHECK(index < physical_ports_);
  return impl_->port_names.empty() ? std::to_string(index) : std::string(impl_->port_names[index]);
}

std::uint32_t SwitchOs::box_of(PortIndex port) const {
  const auto index = static_cast<std::size_t>(port);
  SF_CHECK(index < physical_ports_);
  if (config_.boxes <= 1 || impl_->port_names.empty()) {
    return 1;
  }
  const std::string_view name = impl_->port_names[index];
  std::uint32_t box = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), box);
  const bool stated = error == std::errc() && end != name.data() + name.size() && *end == '/';
  return stated && box >= 1 && box <= config_.boxes ? box : 1;
}

bool SwitchOs::running(ProcessFunction function) const {
  return host_ == HostState::up &&
         std::any_of(processes_.begin(), processes_.end(), [&](const Process& process) {
           return process.function == function && process.state == ProcessState::running;
         });
}

ProcessIndex SwitchOs::find_process(std::string_view name_or_function) const {
  const auto find = [&](auto matches) {
    const auto at = std::find_if(processes_.begin(), processes_.end(), matches);
    return at == processes_.end() ? ProcessIndex::none
                                  : static_cast<ProcessIndex>(at - processes_.begin());
  };
  const ProcessIndex named =
      find([&](const Process& process) { return process.name == name_or_function; });
  return named != ProcessIndex::none ? named : find([&](const Process& process) {
    return function_name(process.function) == name_or_function;
  });
}

Bytes SwitchOs::memory_used() const {
  return switchfault::memory_used(processes_, context_.simulator.now());
}

double SwitchOs::cpu_load() const {
  return impl_->cpu.total();
}

double SwitchOs::cpu_demand() const {
  return impl_->cpu.demand();
}

Duration SwitchOs::uptime() const {
  const bool counts = host_ == HostState::up || host_ == HostState::hung;
  return counts ? std::max(context_.simulator.now() - booted_at_, Duration::zero())
                : Duration::zero();
}

Duration SwitchOs::power_on_time() const {
  if (host_ == HostState::off) {
    return impl_->power_on_before;
  }
  return std::max(context_.simulator.now() - powered_at_, Duration::zero());
}

std::size_t SwitchOs::pending_writes() const {
  return impl_->pending.size();
}

// --- chip -------------------------------------------------------------------------------------

void SwitchOs::program(const ChipWrite& write) {
  if (const auto* learn = std::get_if<LearnMac>(&write); learn != nullptr && !learn->entry.fixed) {
    const MacEntry& entry = learn->entry;
    SimTime expires = kNever;
    const MacEntry* known =
        chip_.find_mac(entry.vlan, entry.mac, context_.simulator.now(), expires);
    if (known != nullptr && known->port == entry.port) {
      chip_.refresh_mac(entry.vlan, entry.mac, entry.last_seen);  // The chip does that by itself.
      return;
    }
    if (!running(ProcessFunction::mac_learning)) {
      return;
    }
  }
  if (running(ProcessFunction::table_programmer)) {
    impl_->apply(write);
    return;
  }
  impl_->pending.add(write);
  if (!impl_->stale && serves(Plane::data)) {
    impl_->stale = true;
    impl_->note(ObservationKind::table_stale, 1);
  }
}

void SwitchOs::program_routes(std::span<const ChipWrite> writes, const RouteRows& decided) {
  if (writes.size() == 1 || !running(ProcessFunction::table_programmer)) {
    for (const ChipWrite& write : writes) {
      program(write);
    }
    return;
  }
  const std::uint64_t before = chip_.revision();
  const bool taken = chip_.take_routes(writes, decided);
  const ChipWrite* last = taken ? &writes.back() : nullptr;
  for (const ChipWrite& write : taken ? std::span<const ChipWrite>() : writes) {
    const std::uint64_t revision = chip_.revision();
    if (!chip_.apply(write)) {
      impl_->refused(write);
    }
    last = chip_.revision() != revision ? &write : last;
  }
  impl_->tell_chip_if(before, last);
  impl_->check_room();
}

void SwitchOs::Impl::apply(const ChipWrite& write) {
  const std::uint64_t before = os.chip_.revision();
  if (!os.chip_.apply(write)) {
    refused(write);
    return;
  }
  tell_chip_if(before, &write);
  check_room();
}

void SwitchOs::Impl::refused(const ChipWrite& write) {
  const ChipTable table = *table_of(write);
  const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(table));
  if ((full_tables & bit) == 0) {
    full_tables |= bit;
    note(ObservationKind::table_full, 1, table_name(table));
  }
}

void SwitchOs::Impl::check_room() {
  for (const ChipTable table : {ChipTable::mac, ChipTable::routes, ChipTable::neighbors}) {
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(table));
    if ((full_tables & bit) != 0 && os.chip_.entries(table, now()) < os.chip_.capacity(table)) {
      full_tables &= static_cast<std::uint8_t>(~bit);
      note(ObservationKind::table_full, 0, table_name(table));
    }
  }
}

void SwitchOs::Impl::tell_chip_if(std::uint64_t revision_before, const ChipWrite* write) {
  if (os.chip_.revision() != revision_before) {
    tell([this, write](OsListener& listener) { listener.chip_changed(os, write); });
  }
}

void SwitchOs::Impl::resynchronise() {
  const std::uint64_t before = os.chip_.revision();
  for (ChipWrite& write : pending.take()) {
    // An entry is as fresh as its writing, however often it was learned while it waited.
    if (auto* const learned = std::get_if<LearnMac>(&write)) {
      learned->entry.last_seen = now();
    } else if (auto* const resolved = std::get_if<SetNeighbor>(&write)) {
      resolved->entry.confirmed = now();
    }
    apply(write);
  }
  for (const ChipTable table :
       {ChipTable::mac, ChipTable::routes, ChipTable::neighbors, ChipTable::sessions}) {
    os.chip_.repair(table);
  }
  if (stale) {
    stale = false;
    note(ObservationKind::table_stale, 0);
  }
  tell_chip_if(before);
}

void SwitchOs::set_sessions(std::size_t sessions) {
  if (chip_.entries(ChipTable::sessions, context_.simulator.now()) != sessions) {
    chip_.set_sessions(sessions);
    impl_->tell([this](OsListener& listener) { listener.sessions_changed(*this); });
  }
}

void SwitchOs::corrupt(const Corruption& corruption) {
  chip_.corrupt(corruption);
  const std::size_t hit = chip_.corrupted_entries(corruption.table, context_.simulator.now());
  impl_->note(ObservationKind::table_corrupted, static_cast<std::int64_t>(hit),
              table_name(corruption.table));
  impl_->tell([this](OsListener& listener) { listener.chip_changed(*this, nullptr); });
}

Duration SwitchOs::Impl::hold() const {
  return mac_hold.value_or(mac_ageing);
}

void SwitchOs::set_mac_ageing(Duration ageing) {
  impl_->mac_ageing = ageing;
  set_mac_hold(impl_->mac_hold);
}

void SwitchOs::set_mac_hold(std::optional<Duration> hold) {
  impl_->mac_hold = hold;
  if (!config_.mac_sweep) {
    const std::uint64_t before = chip_.revision();
    chip_.set_mac_ageing(impl_->hold());
    impl_->tell_chip_if(before);
  }
}

// br_fdb_cleanup(): what is old goes, and the next visit is due when the oldest of the rest will
// be.
void SwitchOs::sweep_macs() {
  if (!config_.mac_sweep || host_ != HostState::up) {
    return;
  }
  const SimTime now = context_.simulator.now();
  const Duration hold = impl_->hold();
  program(SweepMacs{.seen_by = now - hold});
  if (!impl_->sweep_timer) {
    impl_->sweep_timer.emplace(context_.simulator, Phase::os, node_, Entity(EntityKind::none, 4),
                               [this] { sweep_macs(); });
  }
  const Duration wait = chip_.oldest_mac(now) + hold - now;
  impl_->sweep_timer->arm(
      KernelTimers(config_.kernel_tick).fires(now, std::max(wait, kLeastBetweenSweeps)));
}

void SwitchOs::clear_table(ChipTable table) {
  if (!running(ProcessFunction::table_programmer)) {
    return;
  }
  const std::uint64_t before = chip_.revision();
  if (table == ChipTable::routes) {
    chip_.repair(table);
  } else {
    chip_.clear(table);
  }
  impl_->check_room();
  impl_->tell_chip_if(before);
}

void SwitchOs::repair_table(ChipTable table) {
  const std::uint64_t before = chip_.revision();
  chip_.repair(table);
  impl_->tell_chip_if(before);
}

// --- ports and management -----------------------------------------------------------------------

const PortFault& SwitchOs::port_fault(PortIndex port) const {
  static constexpr PortFault kNone{};
  const auto index = static_cast<std::size_t>(port);
  SF_CHECK(index < physical_ports_);
  return impl_->port_faults.empty() ? kNone : impl_->port_faults[index];
}

bool SwitchOs::port_enabled(PortIndex port) const {
  const auto index = static_cast<std::size_t>(port);
  SF_CHECK(index < physical_ports_);
  return impl_->ports_enabled[index];
}

PortFault SwitchOs::Impl::combined(PortIndex port) const {
  PortFault sum;
  for (const OwnedPortFault& one : owned_faults) {
    if (one.port == port) {
      sum.transmit_loss = lost_by_either(sum.transmit_loss, one.fault.transmit_loss);
      sum.receive_loss = lost_by_either(sum.receive_loss, one.fault.receive_loss);
      sum.stuck = sum.stuck || one.fault.stuck;
    }
  }
  return sum;
}

void SwitchOs::set_port_fault(std::uint64_t owner, PortIndex port, const PortFault& fault) {
  SF_CHECK(static_cast<std::size_t>(port) < physical_ports_);
  auto& owned = impl_->owned_faults;
  const auto at = std::lower_bound(
      owned.begin(), owned.end(), std::pair(port, owner),
      [](const auto& one, const auto& key) { return std::pair(one.port, one.owner) < key; });
  const bool known = at != owned.end() && at->port == port && at->owner == owner;
  if (fault == PortFault{}) {
    if (known) {
      owned.erase(at);
    }
  } else if (known) {
    at->fault = fault;
  } else {
    owned.insert(at, {owner, port, fault});
  }
  const PortFault sum = impl_->combined(port);
  if (sum == port_fault(port)) {
    return;
  }
  impl_->port_faults.resize(physical_ports_);
  impl_->port_faults[static_cast<std::size_t>(port)] = sum;
  impl_->tell([&](OsListener& listener) { listener.port_fault_changed(*this, port); });
}

void SwitchOs::set_port_enabled(PortIndex port, bool enabled) {
  configure(port_key(port_name(port)), on_off(enabled));
}

void SwitchOs::Impl::refresh_ports() {
  for (std::size_t i = 0; i < os.physical_ports_; ++i) {
    const auto port = static_cast<PortIndex>(i);
    const bool enabled = os.running_.port_enabled(os.config_, os.port_name(port));
    if (enabled != ports_enabled[i]) {
      ports_enabled[i] = enabled;
      tell([&](OsListener& listener) { listener.port_admin_changed(os, port); });
    }
  }
}

void SwitchOs::set_management_blocked(std::uint64_t owner, bool blocked) {
  if (sets(impl_->management_blockers, owner, blocked)) {
    impl_->update_management();
  }
}

void SwitchOs::set_cpu_load(std::uint64_t owner, double share) {
  const double before = impl_->cpu.demand();
  impl_->cpu.set(owner, share);
  const double after = impl_->cpu.demand();
  if ((after >= kHighShare) != impl_->cpu_high) {
    impl_->cpu_high = !impl_->cpu_high;
    impl_->note(ObservationKind::cpu_state, static_cast<std::int64_t>(impl_->cpu.total() * 100));
  }
  if (after < before || after > before) {
    impl_->tell([this](OsListener& listener) { listener.cpu_changed(*this); });
  }
}

void SwitchOs::set_update_damage(std::uint64_t owner, const std::optional<DamagedUpdates>& damage) {
  if (damage) {
    impl_->damaged_updates.insert_or_assign(owner, *damage);
  } else {
    impl_->damaged_updates.erase(owner);
  }
  impl_->tell([this](OsListener& listener) { listener.update_damage_changed(*this); });
}

std::optional<UpdateDamage> SwitchOs::update_damage(const IpPrefix& route) const {
  for (const auto& [owner, damaged] : impl_->damaged_updates) {
    const bool within = !damaged.prefix || (damaged.prefix->contains(route.address()) &&
                                            damaged.prefix->length() <= route.length());
    if (within) {
      return damaged.damage;
    }
  }
  return std::nullopt;
}

// --- configuration and firmware -----------------------------------------------------------------

void SwitchOs::configure(std::string_view key, std::string_view value) {
  if (running_.value(key) == value) {
    return;
  }
  if (value.empty()) {
    running_.values.erase(std::string(key));
    impl_->note(ObservationKind::configuration, 0, std::string(key) + " removed");
  } else {
    running_.values.insert_or_assign(std::string(key), std::string(value));
    impl_->note(ObservationKind::configuration, 0, std::string(key) + " = " + std::string(value));
  }
  impl_->refresh_ports();
  impl_->tell([&](OsListener& listener) { listener.configuration_changed(*this, key); });
}

std::string_view SwitchOs::configured(std::string_view key) const {
  return running_.value(key);
}

void SwitchOs::save_configuration() {
  startup_ = running_;
  startup_.written_by = firmware_.active.text();
  impl_->startup_lost.reset();
  impl_->why_startup_lost = ObservationId::none;
  impl_->note(ObservationKind::configuration, 0, "saved");
}

void SwitchOs::lose_startup_configuration(StartupLoss outcome) {
  impl_->startup_lost = outcome;
  impl_->why_startup_lost = context_.simulator.cause();
}

void SwitchOs::restore_configuration() {
  startup_ = {};
  impl_->startup_lost.reset();
  impl_->why_startup_lost = ObservationId::none;
  impl_->note(ObservationKind::configuration, 0, "restored");
}

void SwitchOs::Impl::load_configuration() {
  if (startup_lost) {
    os.startup_ = {};
    os.startup_.blank = true;
  }
  const bool same =
      os.running_.values == os.startup_.values && os.running_.blank == os.startup_.blank;
  if (same) {
    return;
  }
  const bool lost = os.startup_.blank && !os.running_.blank;
  os.running_ = os.startup_;
  if (lost) {
    // What this boot does from here on is what a blank node does.
    if (why_startup_lost != ObservationId::none) {  // Else it was never saved: the boot shows it.
      os.context_.simulator.set_cause(why_startup_lost);
    }
    note(ObservationKind::configuration, 0, "lost");
  }
  CauseScope scope(os.context_.simulator, os.context_.simulator.cause());
  refresh_ports();
  tell([this](OsListener& listener) { listener.configuration_changed(os, {}); });
}

void SwitchOs::set_standby_version(const Version& version) {
  firmware_.standby = version;
}

void SwitchOs::activate_standby() {
  SF_CHECK(firmware_.standby.has_value());
  impl_->activates_standby = true;
}

}  // namespace switchfault
