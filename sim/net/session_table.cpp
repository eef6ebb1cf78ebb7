#include "net/session_table.h"

#include <algorithm>

namespace switchfault {

SessionTable::Ref SessionTable::open(const Packet& before, const Packet& after, TcpClose closes,
                                     SimTime now) {
  if (free_.empty()) {
    free_.push_back(&places_.emplace_back());
  }
  Session& session = *free_.back();
  free_.pop_back();
  session = {
      .before = before, .after = after, .last = now, .serial = session.serial, .in_use = true};
  ++in_use_;
  session.idle = idle_of(session);
  await(session);
  if (closes != TcpClose::none) {
    follow(session, {.closes = closes});
  }
  return {&session, session.serial};
}

// RFC 7857 section 2: a connection is over when both have closed it or one has reset it.
void SessionTable::follow(Session& session, const Signs& signs) {
  const Duration before = session.idle;
  session.answered = session.answered || signs.reply;
  if (session.before.protocol == IpProtocol::tcp) {
    constexpr unsigned kBothSenses = 3;
    if (session.closing && signs.opens) {
      session.closing = false;
      session.answered = signs.reply;
      session.fins = 0;
    }
    if (signs.closes == TcpClose::fin) {
      session.fins = static_cast<std::uint8_t>(session.fins | (signs.reply ? 2U : 1U));
    }
    session.closing =
        session.closing || session.fins == kBothSenses || signs.closes == TcpClose::rst;
  }
  session.idle = idle_of(session);
  if (session.idle < before) {
    await(session);
  }
}

Duration SessionTable::idle_of(const Session& session) const {
  switch (session.before.protocol) {
    case IpProtocol::tcp:
      return session.answered && !session.closing ? timeouts_.tcp : timeouts_.tcp_transitory;
    case IpProtocol::udp:
      return timeouts_.udp;
    case IpProtocol::icmp:
    case IpProtocol::icmp6:
      return timeouts_.icmp;
    case IpProtocol::vrrp:
      break;
  }
  return timeouts_.other;
}

void SessionTable::await(Session& session) {
  due_.push_back({session.last + session.idle, &session, session.serial, awaited_++});
  std::push_heap(due_.begin(), due_.end(), Later());
}

void SessionTable::free(Session& session) {
  session.in_use = false;
  ++session.serial;
  --in_use_;
  free_.push_back(&session);
}

std::size_t SessionTable::count(SimTime now) {
  while (!due_.empty() && due_.front().at <= now) {
    std::pop_heap(due_.begin(), due_.end(), Later());
    const Due due = due_.back();
    due_.pop_back();
    Session& session = *due.session;
    if (session.serial != due.serial) {
      continue;  // It has gone already.
    }
    if (now - session.last < session.idle) {
      await(session);
    } else {
      free(session);
    }
  }
  return in_use_;
}

void SessionTable::clear() {
  for (Session& session : places_) {
    if (session.in_use) {
      free(session);
    }
  }
  due_.clear();
}

std::vector<const SessionTable::Session*> SessionTable::all(SimTime now) const {
  std::vector<const Session*> sessions;
  for (const Session& session : places_) {
    if (session.in_use && now - session.last < session.idle) {
      sessions.push_back(&session);
    }
  }
  return sessions;
}

}  // namespace switchfault
