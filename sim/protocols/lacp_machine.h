// The state machines of LACP (IEEE 802.1AX-2014 6.4) for one aggregate and its links, without time
// or network of their own.
//
// Receive machine: port_disabled, expired, defaulted, current; mux machine of coupled control:
// detached, waiting, attached, collecting_distributing; selection of the links that may join. The
// caller tells of carrier and frames, lets time pass, then settles, and sends what is asked for.
//
// One partner (system and key) is aggregated: that of the links which carry traffic already, else
// of the link with the best priority by the better of the two systems. Links beyond the limit are
// standby, by the same priority. The same for Open vSwitch's lib/lacp.c, where it differs:
// docs/agreement.md.
// Not modelled: independent control, marker protocol, conversation-sensitive collection.

#ifndef SWITCHFAULT_PROTOCOLS_LACP_MACHINE_H_
#define SWITCHFAULT_PROTOCOLS_LACP_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include <switchfault/units.h>

#include "protocols/lacpdu.h"

namespace switchfault {

struct LacpSettings {
  MacAddress system;
  std::uint16_t system_priority = 0;
  std::uint16_t key = 0;
  bool active = true;
  bool fast = false;  // Asks the partner for a frame each second.
  Duration wait{};    // Before links join: others may come that belong to them.
  std::uint32_t min_links = 1;
  std::uint32_t max_links = 0xffff;
  bool one_alone = false;  // While no partner is heard on any link, one carries traffic.
  bool open_vswitch = false;
};

struct LacpPortSettings {
  std::uint16_t number = 0, priority = 0;
};

enum class LacpReceive : std::uint8_t { port_disabled, expired, defaulted, current };
enum class LacpSelected : std::uint8_t { unselected, standby, selected };
enum class LacpMux : std::uint8_t { detached, waiting, attached, collecting_distributing };
std::string_view lacp_word(LacpReceive state);
std::string_view lacp_word(LacpSelected state);
std::string_view lacp_word(LacpMux state);

class LacpMachine {
 public:
  struct Port {
    LacpPortSettings settings;
    bool enabled = false;  // It has carrier.
    LacpReceive receive = LacpReceive::port_disabled;
    LacpSelected selected = LacpSelected::unselected;
    LacpMux mux = LacpMux::detached;
    LacpInfo partner;             // Operational.
    Lacpdu heard;                 // The last frame; no system: none.
    LacpInfo told;                // What the partner knows of this end.
    bool send = false;            // "Need to transmit".
    bool held = false;            // Its partner is heard without frames that come in.
    SimTime timeout = kNever;     // current_while
    SimTime wait_until = kNever;  // wait_while
    SimTime unsynced_since{};     // Churn detection counts from here.
  };

  LacpMachine() = default;
  LacpMachine(const LacpSettings& settings, const std::vector<LacpPortSettings>& ports,
              SimTime now);

  [[nodiscard]] std::size_t size() const { return ports_.size(); }
  [[nodiscard]] const Port& port(std::size_t port) const { return ports_[port]; }
  [[nodiscard]] const LacpSettings& settings() const { return settings_; }

  // --- what happens ---
  void set_enabled(std::size_t port, bool enabled, SimTime now);
  void receive(std::size_t port, const Lacpdu& pdu, SimTime now);
  // The partner's frames that change nothing do not come in until told otherwise; the last one of
  // them was at `last`.
  void hold(std::size_t port) { ports_[port].held = true; }
  void release(std::size_t port, SimTime last);
  // Its partner was not heard for too long.
  [[nodiscard]] bool silent(std::size_t port, SimTime now) const;
  // REQUIRES: it is.
  void expire(std::size_t port, SimTime now);
  // Selection and mux machines until nothing moves.
  void settle(SimTime now);

  // --- what follows ---
  // When settle() or expire() has something to do again.
  [[nodiscard]] SimTime deadline() const;
  // Whether receiving this would change nothing but a deadline.
  [[nodiscard]] bool renews(std::size_t port, const Lacpdu& pdu) const;
  [[nodiscard]] bool wants_to_send(std::size_t port) const;
  [[nodiscard]] Lacpdu compose(std::size_t port) const;
  void sent(std::size_t port);
  // Between two frames that say nothing new; empty: there are none.
  [[nodiscard]] std::optional<Duration> period(std::size_t port) const;
  // Links that carry traffic: none when they are fewer than the least.
  [[nodiscard]] bool carries(std::size_t port) const;
  // A partner was found, or one link works alone.
  [[nodiscard]] bool negotiated() const { return negotiated_; }
  // 6.4.17, of this end: not in sync for a minute though it has carrier.
  [[nodiscard]] bool churns(std::size_t port, SimTime now) const;

 private:
  // By which links are ordered: system and port, as the better of the two systems has them.
  using Rank = std::tuple<std::uint16_t, MacAddress, std::uint16_t, std::uint16_t>;

  [[nodiscard]] LacpInfo actor(const Port& port) const;
  [[nodiscard]] Rank rank(const Port& port) const;
  [[nodiscard]] bool may_join(const Port& port) const;
  [[nodiscard]] bool loops_back(const Port& port) const;
  [[nodiscard]] std::optional<std::size_t> leading() const;
  void select();
  void select_alone();
  void move_all(SimTime now);
  bool move_mux(Port& port, SimTime now);
  void set_mux(Port& port, LacpMux mux, SimTime now);
  [[nodiscard]] bool ready(SimTime now) const;
  [[nodiscard]] bool speaks(const Port& port) const;
  // --- as in Open vSwitch ---
  void attach_as_open_vswitch();
  [[nodiscard]] const Port* working() const;

  LacpSettings settings_;
  std::vector<Port> ports_;
  bool negotiated_ = false;
  bool update_ = false;  // Open vSwitch: links are to be chosen again.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_LACP_MACHINE_H_
