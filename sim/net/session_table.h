// SessionTable: the sessions that packets have opened at a stateful node, or at the pair that
// shares them.
//
// A session ends when none of its packets has come for its idle time. Nothing happens then: a
// packet finds it dead, and count() takes out those whose time is up, each looked at about once an
// idle time. A packet that changes nothing of its session costs one store.
//
//   opened ──answered──▶ established ──both FIN, or RST──▶ closing ──SYN──▶ opened
//   tcp_transitory       tcp                               tcp_transitory
//
// Not modelled: sequence numbers and windows, entries evicted early when the table fills.

#ifndef SWITCHFAULT_NET_SESSION_TABLE_H_
#define SWITCHFAULT_NET_SESSION_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include <switchfault/topology.h>

#include "net/packet_plane.h"

namespace switchfault {

class SessionTable {
 public:
  struct Session {
    Packet before, after;      // Translation; equal at a firewall.
    SimTime last;              // Of its last packet.
    Duration idle{};           // It ends so long after it.
    std::uint32_t serial = 0;  // Of those that have had this place.
    bool in_use = false;
    bool answered = false;
    bool closing = false;
    std::uint8_t fins = 0;  // By sense.
  };
  // A session as somebody remembers it, who may ask whether it is still there.
  struct Ref {
    Session* session = nullptr;
    std::uint32_t serial = 0;

    [[nodiscard]] bool alive(SimTime now) const {
      return session != nullptr && session->serial == serial && now - session->last < session->idle;
    }
  };
  // What a packet says about its session.
  struct Signs {
    bool opens = false;  // As OfferedPacket::opens.
    TcpClose closes = TcpClose::none;
    bool reply = false;  // Towards the one who has opened it.
  };

  explicit SessionTable(const SessionTimeouts& timeouts) : timeouts_(timeouts) {}

  Ref open(const Packet& before, const Packet& after, TcpClose closes, SimTime now);
  // REQUIRES: it is alive.
  void renew(const Ref& ref, const Signs& signs, SimTime now) {
    Session& session = *ref.session;
    session.last = now;
    if (signs.closes != TcpClose::none || session.closing || !session.answered) {
      follow(session, signs);
    }
  }
  // How many are alive. Times never go back.
  std::size_t count(SimTime now);
  // None ends before; kNever: there is none.
  [[nodiscard]] SimTime earliest_end() const { return due_.empty() ? kNever : due_.front().at; }
  void clear();
  // Those alive, in order of their places.
  [[nodiscard]] std::vector<const Session*> all(SimTime now) const;

 private:
  // A session may end then; never later than it does.
  struct Due {
    SimTime at;
    Session* session;
    std::uint32_t serial;
    std::uint64_t number;  // Of those that are equal the first one first.
  };
  struct Later {
    bool operator()(const Due& a, const Due& b) const {
      return a.at != b.at ? a.at > b.at : a.number > b.number;
    }
  };

  void follow(Session& session, const Signs& signs);
  [[nodiscard]] Duration idle_of(const Session& session) const;
  void await(Session& session);
  void free(Session& session);

  SessionTimeouts timeouts_;
  std::deque<Session> places_;
  std::vector<Session*> free_;
  std::vector<Due> due_;  // A heap, the earliest first.
  std::uint64_t awaited_ = 0;
  std::size_t in_use_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_SESSION_TABLE_H_
