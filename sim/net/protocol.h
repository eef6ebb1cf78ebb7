// Protocol: one control protocol on one node, run by the process that owns its function.
//
// A protocol is started, crashed, hung and restarted with its process; it hears frames and port
// changes only while that process runs and decides; its decisions reach the chip through
// SwitchOs::program. Each kind is one file (or small folder) under protocols/ and one row in its
// catalogue; nothing outside asks which kind it is.
//
// Quiet time: a periodic frame that can change nothing is not sent. The sender's stream sleeps and
// the receiver is told that it is held: its liveness deadline is then computed from the stream when
// the stream wakes. With skipping switched off no stream sleeps; the observations are the same.

#ifndef SWITCHFAULT_NET_PROTOCOL_H_
#define SWITCHFAULT_NET_PROTOCOL_H_

#include <any>
#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <switchfault/catalog.h>

#include "core/envelope.h"
#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"
#include "net/frame_content.h"
#include "net/walk.h"
#include "os/arguments.h"
#include "os/switch_os.h"

namespace switchfault {

class Network;
struct FrameSender;

// A frame between protocol instances: its content as a trivially copyable struct, or what does not
// fit one by reference. The wire format is made from it where a frame is captured.
struct ControlFrame {
  static constexpr std::size_t kCapacity = 64;
  std::uint16_t protocol = 0;  // ProtocolId of sender and receiver.
  std::uint16_t size = 0;
  VlanId vlan = 0;  // Whose it is, where each VLAN has an instance that names itself; and …
  VlanId tag = 0;   // … the tag that it has on the link.
  alignas(8) std::array<std::byte, kCapacity> content{};
  ContentRef<FrameContent> more{};

  template <typename T>
  static ControlFrame of(std::uint16_t protocol, const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= kCapacity);
    ControlFrame frame{.protocol = protocol, .size = sizeof(T)};
    std::memcpy(frame.content.data(), &value, sizeof(T));
    return frame;
  }
  static ControlFrame carrying(std::uint16_t protocol, const FrameContent* more) {
    ControlFrame frame{.protocol = protocol};
    frame.more = ContentRef<FrameContent>(more);
    return frame;
  }
  template <typename T>
  void set(const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= kCapacity);
    std::memcpy(content.data(), &value, sizeof(T));
  }
  template <typename T>
  [[nodiscard]] T as() const {
    T value;
    std::memcpy(&value, content.data(), sizeof(T));
    return value;
  }
};

struct ProtocolContext {
  Simulator& simulator;
  ObservationLog& log;
  const Random& random;
  Network& network;
  SwitchOs& os;
  NodeIndex node;
  std::uint16_t id;        // Of the kind: its row in the catalogue; frames carry it.
  std::uint16_t instance;  // Which of several on the node, e.g. virtual routers.
  VlanId vlan;             // Whose instance this is; 0: of all VLANs.
  bool skip_quiet_time;
  // Of all instances of the kind in this network: what one has calculated and others would
  // calculate in the same way. Nothing that can be observed may depend on it.
  std::any& shared;

  // Tells timers and streams of this instance from those of others at the same target.
  [[nodiscard]] Entity source(std::uint32_t which = 0) const {
    return {EntityKind::none, (std::uint32_t{id} << 18U) | (std::uint32_t{instance} << 6U) | which};
  }
};

// Of two reasons for what a protocol does the later one: with the other alone it would not do it
// now. A hello that comes in has no reason but the clock, so that the reason of what follows must
// be asked for and does not depend on whether hellos are skipped.
inline ObservationId later_reason(ObservationId a, ObservationId b) {
  if (a == ObservationId::none || b == ObservationId::none) {
    return a == ObservationId::none ? b : a;
  }
  return a < b ? b : a;
}

// Rows of `show`: a table of texts.
struct ProtocolTable {
  std::string name;  // As `switchfault show` calls it: spanning-tree, vrrp …
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
  std::string instance{};  // Of several on a node, what tells this one apart: VLAN0020.
  std::vector<std::pair<std::string, std::string>> facts{};  // About all of it: name and value.
};

class Protocol {
 public:
  virtual ~Protocol() = default;
  [[nodiscard]] virtual ProcessFunction process() const = 0;

  // Its process has (re)started with empty state; ports may already have carrier.
  virtual void start() = 0;
  // Its process is gone (crash, kill, reload) or silent (hang). State is lost on start(), not here;
  // timers must stop. What is in the chip stays.
  virtual void stop() = 0;
  // Its process was silent (hang) and goes on where it was.
  virtual void resume() { start(); }
  // A logical port gained or lost carrier or was shut; or an interface went up or down.
  virtual void port_changed(LogicalPort port) = 0;
  virtual void interface_changed(InterfaceIndex interface) = 0;
  // A frame of this kind arrived. True: nothing changed but deadlines.
  virtual bool receive(LogicalPort port, InterfaceIndex interface, const ControlFrame& frame) = 0;
  // Whether a frame of this kind is for this one of several instances. One that it is not for must
  // leave receive(), queue() and renews() as if it had not come.
  [[nodiscard]] virtual bool hears(LogicalPort /*port*/, const ControlFrame& /*frame*/) const {
    return true;
  }
  // A frame of this kind arrived while its process hangs: it waits in the socket.
  virtual void queue(LogicalPort /*port*/, InterfaceIndex /*interface*/,
                     const ControlFrame& /*frame*/) {}
  // Whether receiving such a frame now would change nothing but deadlines.
  [[nodiscard]] virtual bool renews(LogicalPort /*port*/, InterfaceIndex /*interface*/,
                                    const ControlFrame& /*frame*/) const {
    return false;
  }
  // The sender's stream sleeps (held) or wakes; `last` is when its last frame arrived.
  virtual void held(LogicalPort port, InterfaceIndex interface, bool held, SimTime last) = 0;
  // Another protocol of the node has found that nobody is at the other end of an interface.
  virtual void neighbor_lost(InterfaceIndex /*interface*/) {}
  [[nodiscard]] virtual ProtocolTable table() const = 0;
};

struct ProtocolKind {
  KindInfo info;
  std::string show;  // Table name of `switchfault show`: spanning-tree, vrrp …
  // Port arguments are found in NodeConfig::ports under the kind's name.
  std::unique_ptr<Protocol> (*make)(const ProtocolContext&, const ArgumentReader&) = nullptr;
  bool reserved = false;  // Its frames go to an address that bridges do not forward.
  // Its frames belong to one link: of an aggregate they are sent by a member, named as a logical
  // port, and handed over with the member by which they came.
  bool per_link = false;
  // The Ethernet frame for captures, with the tag that it names; empty: it could not be sent. Null:
  // it has no bytes.
  FrameBytes (*bytes)(const ControlFrame& frame, const FrameSender& sender) = nullptr;
  // A second Ethernet frame that leaves with it and shares its fate; empty: none. May be null.
  FrameBytes (*second_bytes)(const ControlFrame& frame, const FrameSender& sender) = nullptr;
  // Whether with these arguments each bridged VLAN of the node has an instance. Null: never.
  bool (*per_vlan)(const ArgumentReader& arguments) = nullptr;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_PROTOCOL_H_
