#include "net/multicast_stream.h"

#include <utility>

#include "net/protocol.h"

namespace switchfault {

MulticastStream::MulticastStream(const Context& context, Sender& sender, const Schedule& schedule)
    : StandingFlow(context.simulator, context.network, schedule, context.skip_quiet_time),
      context_(context),
      sender_(sender) {}

MulticastStream::~MulticastStream() = default;

void MulticastStream::send(const Sender::Message& message) {
  ReadSet reads, kept;
  send(message, reads, kept);
}

// True when it has changed nothing.
bool MulticastStream::send(const Sender::Message& message, ReadSet& reads, ReadSet& kept) {
  const CauseScope scope(context_.simulator, message.why);
  const WalkResult result = context_.network.multicast(context_.node, message.interface,
                                                       message.source, message.frame, reads, kept);
  reached_nodes_ = reads.nodes;
  reached_links_ = reads.links;
  return !result.learned && !result.looped;
}

ObservationId MulticastStream::last_change() const {
  ObservationId last = context_.network.node(context_.node).last_change;
  for (const NodeIndex node : reached_nodes_) {
    last = later_reason(last, context_.network.node(node).last_change);
  }
  for (const LinkIndex link : reached_links_) {
    last = later_reason(last, context_.network.link(link).last_change);
  }
  return last;
}

StandingFlow::Outcome MulticastStream::execute(std::int64_t /*n*/, ReadSet& reads, ReadSet& kept) {
  reads.protocols = true;
  return {.quiet = send(sender_.message(), reads, kept)};
}

void MulticastStream::fell_asleep(std::int64_t n) {
  held_ = sender_.who_heard(reached_nodes_, time_of(n));
  for (const Listener& listener : held_) {
    listener.protocol->held(LogicalPort::none, listener.interface, true, {});
  }
}

void MulticastStream::woke(std::int64_t n) {
  for (const Listener& listener : std::exchange(held_, {})) {
    listener.protocol->held(LogicalPort::none, listener.interface, false, time_of(n));
  }
}

}  // namespace switchfault
