// StpMachine: one bridge of IEEE 802.1D-1998 clause 8 as the Linux kernel runs it (net/bridge/
// br_stp.c), without wires, chip or clock of its own.
//
// Only the root speaks by itself; the others pass on what their root port hears. A worse BPDU is
// not believed before the better one is older than max age, a port waits the forward delay twice
// whatever it hears, and a change of the topology is told to the root, which tells everybody.
// Whoever drives it hands in ports, BPDUs and time; what is to be sent stands in an outbox.
// Names follow the kernel. Where it does other than the standard says, the line says so.
// Not modelled: storm control, the time a frame waits in the kernel.

#ifndef SWITCHFAULT_PROTOCOLS_STP_MACHINE_H_
#define SWITCHFAULT_PROTOCOLS_STP_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <switchfault/units.h>

#include "os/kernel_timers.h"
#include "protocols/bpdu_time.h"

namespace switchfault {

enum class StpPortState : std::uint8_t { disabled, blocking, listening, learning, forwarding };

// 8.5.1.1: compared member by member, the lower one is better.
struct StpVector {
  std::uint64_t root = 0;  // Bridge identifier: priority in the upper 16 bits, address below.
  std::uint32_t cost = 0;
  std::uint64_t bridge = 0;
  std::uint16_t port = 0;  // Priority in the upper bits, number in the lower ten, as in Linux.
  friend auto operator<=>(const StpVector&, const StpVector&) = default;
};

struct StpBpdu {
  enum class Kind : std::uint8_t { configuration, topology_change };
  Kind kind = Kind::configuration;
  bool change = false, acknowledges = false;
  StpVector vector;
  std::uint32_t root_node = 0;  // Whose bridge the root is, for observations; not on the wire.
  BpduTime age{}, max_age{}, hello{}, forward_delay{};
};

struct StpBridgeSettings {
  std::uint64_t id = 0;
  std::uint32_t node = 0;
  Duration max_age{}, hello{}, forward_delay{};
  Duration age_step{};     // By which a BPDU ages at each bridge.
  Duration kernel_tick{};  // Of KernelTimers.
  std::int64_t cpu = 0;    // On which its timers run.
  // Not zero: all timers are counted when the process wakes up, which it does so long after it was
  // last woken by a carrier, and then again and again.
  Duration wake{};
};

struct StpPortSettings {
  std::uint16_t id = 0;
  std::uint32_t cost = 0;
  bool guard_root = false;   // Never becomes the root port.
  bool guard_bpdus = false;  // Goes down for good when a BPDU comes in.
};

class StpMachine {
 public:
  struct Sent {
    std::size_t port;
    StpBpdu bpdu;
  };

  StpMachine() = default;
  StpMachine(const StpBridgeSettings& bridge, const std::vector<StpPortSettings>& ports);

  // Begins to speak; all ports are disabled until they are usable.
  void start(SimTime now, Duration first_hello);
  // Protocol off: nothing is sent or believed any more, ports stay as they are, and one that
  // becomes usable forwards at once.
  void switch_off();
  void switch_on(SimTime now);
  void set_usable(std::size_t index, bool usable, SimTime now);
  void receive(std::size_t index, const StpBpdu& bpdu, SimTime now);
  void run_timers(SimTime now);  // Those that are due.
  [[nodiscard]] SimTime next_deadline() const;
  std::vector<Sent> take_outbox();
  // Since last asked: the topology has changed, or a port has begun or ceased to learn.
  bool take_flush() { return std::exchange(flush_, false); }

  [[nodiscard]] std::size_t ports() const { return ports_.size(); }
  [[nodiscard]] StpPortState state(std::size_t port) const { return ports_[port].state; }
  [[nodiscard]] bool is_root() const { return bridge_.id == root_; }
  [[nodiscard]] std::uint64_t root() const { return root_; }
  [[nodiscard]] std::uint32_t root_node() const;
  [[nodiscard]] std::uint32_t root_cost() const { return root_cost_; }
  [[nodiscard]] std::optional<std::size_t> root_port() const { return root_port_; }
  [[nodiscard]] bool designated(std::size_t port) const;
  [[nodiscard]] const StpVector& vector(std::size_t port) const { return ports_[port].held; }
  // The root says that the topology changes: addresses age by `forward_delay` meanwhile.
  [[nodiscard]] bool topology_change() const { return change_; }
  [[nodiscard]] Duration forward_delay() const { return forward_delay_; }
  [[nodiscard]] bool on() const { return on_; }
  [[nodiscard]] bool shut_by_guard(std::size_t port) const { return ports_[port].shut; }
  // What the port has heard has grown too old and nobody has noticed yet.
  [[nodiscard]] bool information_over(std::size_t port, SimTime now) const {
    return ports_[port].message_age <= now;
  }

 private:
  struct Port {
    StpPortSettings settings;
    StpPortState state = StpPortState::disabled;
    StpVector held;               // designated_root, _cost, _bridge, _port
    std::uint32_t held_node = 0;  // Of the root.
    SimTime held_since;           // designated_age: when the root said so.
    bool acknowledge = false;     // topology_change_ack
    bool configuration_pending = false;
    bool shut = false;
    SimTime message_age = kNever, forward = kNever, hold = kNever;
  };

  [[nodiscard]] SimTime fires(SimTime now, Duration delay) const;
  [[nodiscard]] SimTime fires_on_second(SimTime now, Duration delay) const;
  void set_state(Port& port, StpPortState state);
  void become_designated(Port& port);
  [[nodiscard]] bool should_become_root_port(const Port& port, const Port* best) const;
  [[nodiscard]] bool should_become_designated(const Port& port) const;
  [[nodiscard]] bool supersedes(const Port& port, const StpVector& vector) const;
  void update_configuration(SimTime now);
  void select_states(SimTime now);
  void make_forwarding(Port& port, SimTime now);
  void make_blocking(Port& port, SimTime now);
  void become_root(SimTime now);
  void detect_change(SimTime now);
  void set_change(bool change) { change_ = change; }
  void receive_configuration(Port& port, const StpBpdu& bpdu, SimTime now);
  void receive_change(Port& port, SimTime now);
  void record(Port& port, const StpBpdu& bpdu, SimTime now);
  void generate(SimTime now);
  void transmit(Port& port, SimTime now);
  void transmit_change();
  void message_age_over(Port& port, SimTime now);
  void forward_over(Port& port, SimTime now);

  StpBridgeSettings bridge_;
  std::vector<Port> ports_;
  std::vector<Sent> outbox_;
  std::uint64_t root_ = 0;
  std::uint32_t root_cost_ = 0;
  std::optional<std::size_t> root_port_;
  Duration max_age_{}, hello_{}, forward_delay_{};  // Of the root.
  bool on_ = false;
  bool change_ = false, change_detected_ = false, flush_ = false;
  SimTime woken_ = kTimeZero;  // Any of the times of bridge_.wake.
  SimTime hello_due_ = kNever, notify_due_ = kNever, change_due_ = kNever;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_STP_MACHINE_H_
