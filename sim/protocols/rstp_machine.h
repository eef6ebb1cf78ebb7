// RstpMachine: one bridge of IEEE 802.1D-2004 clause 17, without wires, chip or clock of its own.
//
// Whoever drives it says which ports are usable, hands in what arrives and which hellos are due,
// and calls settle(), which runs all state machines of the clause until none can move; what is to
// be sent, programmed and flushed is then asked for. Timers are deadlines, so nothing ticks; only
// the transmit limit counts whole seconds from `ticks_from`, in closed form.
// Names follow the clause: agree, synced, fdWhile (wait), rrWhile (recent_root) …
// A bridge that is told to speak version 0 sends BPDUs of 1998 and never agrees; one that hears
// them answers in kind (17.24). Not modelled: MST and its instances.

#ifndef SWITCHFAULT_PROTOCOLS_RSTP_MACHINE_H_
#define SWITCHFAULT_PROTOCOLS_RSTP_MACHINE_H_

#include <algorithm>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <switchfault/units.h>

#include "os/chip.h"
#include "protocols/bpdu_time.h"

namespace switchfault {

enum class RstpRole : std::uint8_t { disabled, root, designated, alternate, backup };
std::string_view rstp_role_name(RstpRole role);

// 17.5: the lower one is the better one, compared member by member.
struct RstpVector {
  std::uint64_t root = 0;  // Bridge identifier: priority in the upper 16 bits, address below.
  std::uint32_t cost = 0;
  std::uint64_t bridge = 0;
  std::uint16_t port = 0;  // Port identifier: priority in the upper 4 bits, number below.
  friend auto operator<=>(const RstpVector&, const RstpVector&) = default;
};

struct RstpTimes {
  BpduTime message_age{}, max_age{}, hello{}, forward_delay{};
  friend bool operator==(const RstpTimes&, const RstpTimes&) = default;
};

struct RstpBpdu {
  enum class Kind : std::uint8_t { rapid, configuration, topology_change };
  RstpVector vector;
  RstpTimes times;
  std::uint32_t root_node = 0;  // Whose bridge the root is, for observations; not on the wire.
  RstpRole role = RstpRole::designated;
  bool topology_change = false, proposal = false, agreement = false;
  bool learning = false, forwarding = false;
  Kind kind = Kind::rapid;  // The other two are of version 0.
  bool acknowledges = false;
  friend bool operator==(const RstpBpdu&, const RstpBpdu&) = default;
};

struct RstpBridgeSettings {
  std::uint64_t id = 0;
  std::uint32_t node = 0;
  RstpTimes times;
  std::uint32_t hold_count = 6;
  Duration migrate_time{std::chrono::seconds{3}};
  // What a port without agreement waits in each of discarding and learning: the forward delay, or,
  // as 17.20.5 has it for ports that speak RSTP, the hello time (after max age from a link up).
  bool wait_hello_time = false;
  bool version_0 = false;      // ForceVersion: speaks as of 1998.
  bool whole_seconds = false;  // Timers count ticks of a second, as 17.22 has them.
};

struct RstpPortSettings {
  std::uint16_t id = 0;
  std::uint32_t cost = 0;
  bool edge = false;
  bool auto_edge = false;
  bool point_to_point = true;
  bool restricted_role = false;    // Root guard, restrictedRole of 802.1Q-2018 13.27.64.
  bool restricted_change = false;  // restrictedTcn of 802.1Q-2018 13.27.65.
  bool loop_guard = false;         // Stays blocked when information runs out that blocked it.
};

// What keeps a port from the role it would have.
enum class RstpGuard : std::uint8_t { none, root, loop };

// A timer of 17.17 as the time at which it reaches zero.
class Countdown {
 public:
  void run_until(SimTime until) { until_ = until; }
  void pin() { until_ = kNever; }  // Kept at its full value: not over, and not running out.
  void stop() { until_ = SimTime::min(); }
  [[nodiscard]] bool over(SimTime now) const { return until_ <= now; }
  // When it will run out; kNever when pinned or over.
  [[nodiscard]] SimTime due(SimTime now) const { return over(now) ? kNever : until_; }
  void extend(SimTime until) { until_ = std::max(until_, until); }

 private:
  SimTime until_ = SimTime::min();
};

class RstpMachine {
 public:
  RstpMachine() = default;
  RstpMachine(const RstpBridgeSettings& bridge, const std::vector<RstpPortSettings>& ports,
              SimTime ticks_from);
  // Goes on from what another machine knew of the ports with the same identifiers.
  void continue_from(const RstpMachine& former);

  // --- what happens to it; nothing moves before settle() ---
  void set_usable(std::size_t port, bool usable);
  // False: only the age of what is known has changed, and there is nothing to settle.
  bool receive(std::size_t port, const RstpBpdu& bpdu, SimTime now);
  void hello_due(std::size_t port, SimTime now);
  // Hellos come in without being received, until release(); the last of them came at `last`.
  void hold(std::size_t port) { ports_[port].held_fresh = true; }
  void release(std::size_t port, SimTime last);
  // So many hellos were sent without hello_due(), the last of them at `last`.
  void skip_hellos(std::size_t port, std::int64_t count, SimTime last);
  // True when more has moved than the age of what was known.
  bool settle(SimTime now);

  // --- what follows from it ---
  // What the port has to send now, if it may; it counts as sent.
  std::optional<RstpBpdu> take_message(std::size_t port, SimTime now);
  bool take_flush(std::size_t port);  // Learned addresses of the port are void.
  [[nodiscard]] SimTime next_deadline(SimTime now) const;
  // When a message of the port that the transmit limit holds back may leave; kNever: none waits.
  [[nodiscard]] SimTime send_deadline(std::size_t port, SimTime now) const;
  // The hello of the port is the same every time and asks for no answer.
  [[nodiscard]] bool steady(std::size_t port, SimTime now) const;
  // What the next hello will say.
  [[nodiscard]] RstpBpdu message(std::size_t port, SimTime now) const;
  // Receiving it would change nothing but the age of what is known.
  [[nodiscard]] bool renews(std::size_t port, const RstpBpdu& bpdu) const;
  // The information received on the port has run out and nobody has noticed yet.
  [[nodiscard]] bool information_over(std::size_t port, SimTime now) const;

  // --- state ---
  [[nodiscard]] std::size_t ports() const { return ports_.size(); }
  [[nodiscard]] RstpRole role(std::size_t port) const { return ports_[port].role; }
  [[nodiscard]] StpState state(std::size_t port) const;
  [[nodiscard]] bool edge(std::size_t port) const { return ports_[port].edge; }
  [[nodiscard]] RstpGuard guard(std::size_t port) const;
  [[nodiscard]] bool usable(std::size_t port) const { return ports_[port].usable; }
  [[nodiscard]] const RstpVector& vector(std::size_t port) const { return ports_[port].held; }
  [[nodiscard]] const RstpPortSettings& settings(std::size_t port) const {
    return ports_[port].settings;
  }
  [[nodiscard]] const RstpVector& root() const { return root_; }
  [[nodiscard]] std::uint32_t root_node() const { return root_node_; }
  [[nodiscard]] const RstpBridgeSettings& bridge() const { return bridge_; }
  // When a timer of so long, started then, is over.
  [[nodiscard]] SimTime after(SimTime from, Duration time) const;

 private:
  enum class Information : std::uint8_t { disabled, aged, mine, received };
  enum class ChangeDetection : std::uint8_t { inactive, learning, active };
  enum class Arrival : std::uint8_t { superior, repeated, inferior, not_designated, other };

  struct Port {
    RstpPortSettings settings;
    bool usable = false;  // portEnabled
    Information information = Information::disabled;
    ChangeDetection detection = ChangeDetection::inactive;
    RstpRole role = RstpRole::disabled, selected_role = RstpRole::disabled;
    RstpVector held, designated;  // portPriority, designatedPriority
    RstpTimes held_times, designated_times;
    std::uint32_t held_root_node = 0;
    RstpBpdu arrived;
    bool has_arrived = false;
    bool held_fresh = false;    // Renewed by hellos that nobody sends one by one.
    bool loop_guarded = false;  // Heard from once, and not since the information ran out.
    bool edge = false;          // operEdge
    bool agree = false, agreed = false, proposed = false, proposing = false, disputed = false;
    bool learn = false, forward = false, learning = false, forwarding = false;
    bool selected = false, update = false, reselect = true;
    bool sync = true, synced = false, re_root = true;
    bool change_arrived = false, change_to_spread = false;  // rcvdTc, tcProp
    bool flush = false;
    bool to_send = true;  // newInfo
    bool restrained = false;
    std::uint32_t sent = 0;                                            // txCount …
    std::int64_t sent_tick = 0;                                        // … as of this second
    bool sends_rapid = true;                                           // sendRSTP
    bool notified = false, acknowledge = false, acknowledged = false;  // rcvdTcn, tcAck, rcvdTcAck
    Countdown information_age, wait, recent_root, recent_backup, change, edge_delay, migration;
  };

  // Each returns whether something moved.
  bool select_roles();
  bool inform(Port& port);
  bool digest(Port& port);
  bool detect_edge(Port& port);
  bool change_role(Port& port);
  bool move_role(Port& port);
  bool move_root(Port& port);
  bool move_designated(Port& port);
  bool move_blocked(Port& port);
  bool change_state(Port& port);
  bool spread_change(Port& port);

  [[nodiscard]] bool forgotten(const Port& port, SimTime now) const;
  void assign_role(Port& port, const Port* root_port);
  void accept(Port& port);
  void renew(Port& port);
  void leave_role(Port& port);
  void start(Countdown& timer, Duration time) const;
  void release(Countdown& timer, Duration time) const;
  void migrate(Port& port, const RstpBpdu& bpdu);
  void begin_change(Port& port);
  void spread_to_others(const Port& port);
  [[nodiscard]] Arrival classify(const Port& port, const RstpBpdu& bpdu) const;
  [[nodiscard]] bool all_synced() const;
  [[nodiscard]] bool re_rooted(const Port& port) const;
  [[nodiscard]] Duration step_delay(const Port& port) const;
  [[nodiscard]] std::uint32_t sent_recently(const Port& port, SimTime now) const;
  [[nodiscard]] std::int64_t tick(SimTime time) const;
  [[nodiscard]] SimTime next_tick(SimTime now) const;
  [[nodiscard]] static bool waits_to_send(const Port& port);

  RstpBridgeSettings bridge_;
  std::vector<Port> ports_;
  RstpVector root_;
  RstpTimes root_times_;
  std::uint32_t root_node_ = 0;
  SimTime ticks_from_;
  SimTime now_;
  bool stirred_ = true;  // Something was done to it since settle().
};

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_RSTP_MACHINE_H_
