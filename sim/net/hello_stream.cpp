#include "net/hello_stream.h"

#include <algorithm>
#include <span>

#include "net/protocol.h"

namespace switchfault {

HelloStream::HelloStream(const Context& context, Sender& sender, std::size_t key,
                         const Schedule& schedule)
    : StandingFlow(context.simulator, context.network, schedule, context.skip_quiet_time),
      context_(context),
      sender_(sender),
      key_(key) {}

HelloStream::~HelloStream() = default;

StandingFlow::Outcome HelloStream::execute(std::int64_t /*n*/, ReadSet& reads, ReadSet& /*kept*/) {
  sender_.hello_due(key_);
  read_way(reads);
  Sender::Next next = sender_.next_hello(key_);
  frame_ = next.frame;
  if (!next.same_again || !frame_) {
    way_ = {};
    return {.quiet = next.same_again};
  }
  way_ = context_.network.way(context_.node, context_.port, context_.protocol);
  std::erase_if(way_.listeners,
                [&](const Protocol* listener) { return !listener->hears(way_.port, *frame_); });
  return {.quiet = std::ranges::all_of(way_.listeners, [&](const Protocol* listener) {
            return listener->renews(way_.port, way_.interface, *frame_);
          })};
}

// Everything that decides whether and how a frame reaches the neighbour; where frames are lost by
// draw a flow does not sleep in any case.
void HelloStream::read_way(ReadSet& reads) const {
  const Node& node = context_.network.node(context_.node);
  const auto own = static_cast<std::size_t>(context_.port);
  const auto itself = static_cast<PortIndex>(own);
  const bool of_a_link = own < node.ports.size();
  reads.protocols = true;
  reads.ports.push_back({context_.node, of_a_link ? node.ports[own].logical : context_.port});
  for (const PortIndex member :
       of_a_link ? std::span(&itself, 1) : node.logical_ports[own].members()) {
    const LinkIndex link = node.ports[static_cast<std::size_t>(member)].link;
    if (link == LinkIndex::none) {
      continue;
    }
    reads.links.push_back(link);
    if (const auto other = context_.network.neighbor({context_.node, member})) {
      const Node& peer = context_.network.node(other->node);
      reads.ports.push_back(
          {other->node, peer.ports[static_cast<std::size_t>(other->port)].logical});
    }
  }
}

void HelloStream::fell_asleep(std::int64_t n) {
  slept_after_ = n;
  for (Protocol* listener : way_.listeners) {
    listener->held(way_.port, way_.interface, true, {});
  }
}

void HelloStream::woke(std::int64_t n) {
  if (n > slept_after_ && frame_) {
    sender_.hellos_skipped(key_, n - slept_after_, time_of(n));
  }
  if (!way_.open) {
    return;
  }
  std::int64_t arrived = n;
  while (arrived > slept_after_ && context_.network.send_as_of(time_of(arrived), way_, *frame_)) {
    --arrived;
  }
  const SimTime last =
      arrived > slept_after_ ? context_.network.arrival(time_of(arrived), way_) : SimTime::min();
  for (Protocol* listener : way_.listeners) {
    listener->held(way_.port, way_.interface, false, last);
  }
}

}  // namespace switchfault
