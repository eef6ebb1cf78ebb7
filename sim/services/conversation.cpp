#include "services/conversation.h"

#include <algorithm>

namespace switchfault {
namespace {

// Below the ephemeral range of IANA (49152) and above that of most servers; any fixed value does.
constexpr std::uint16_t kFirstSourcePort = 40000;

class FlowWalk {
 public:
  FlowWalk(const Network& network, NodeIndex from, const std::vector<IpAddress>& sources,
           const ConversationTarget& target, ReadSet& reads, ConversationResult& result)
      : network_(network),
        from_(from),
        sources_(sources),
        target_(target),
        reads_(reads),
        result_(result) {}

  double share_of(std::uint32_t flow) {
    source_port_ = static_cast<std::uint16_t>(kFirstSourcePort + flow);
    if (!target_.virtual_addresses.empty()) {
      return reach(target_.virtual_addresses, nullptr);
    }
    return reach_endpoints(flow);
  }

 private:
  double reach_endpoints(std::uint32_t flow) {
    const std::size_t count = target_.endpoints.size();
    const std::size_t needed = needed_endpoints();
    std::size_t reached = 0;
    double share = 1;
    for (std::size_t i = 0; i < count && reached < needed; ++i) {
      const Endpoint& endpoint = target_.endpoints[(flow + i) % count];
      const double one = reach(endpoint.addresses, &endpoint);
      if (one > 0) {
        ++reached;
        share *= one;
      }
    }
    return reached >= needed ? share : 0;
  }

  [[nodiscard]] std::size_t needed_endpoints() const {
    switch (target_.quorum) {
      case ServiceConfig::Quorum::any_of:
        return 1;
      case ServiceConfig::Quorum::all_of:
        return target_.endpoints.size();
      case ServiceConfig::Quorum::quorum:
        return target_.quorum_count;
    }
    return 1;
  }

  // The best of the address families; 0 when none works.
  double reach(const std::vector<IpAddress>& destinations, const Endpoint* endpoint) {
    for (const IpAddress& destination : destinations) {
      const auto source = std::find_if(
          sources_.begin(), sources_.end(),
          [&](const IpAddress& address) { return address.is_v4() == destination.is_v4(); });
      if (source == sources_.end()) {
        continue;
      }
      const double share = reach(*source, destination, endpoint);
      if (share > 0) {
        return share;
      }
    }
    return 0;
  }

  double reach(const IpAddress& source, const IpAddress& destination, const Endpoint* endpoint) {
    const WalkResult walk = network_.converse(from_,
                                              {.source = source,
                                               .destination = destination,
                                               .protocol = target_.protocol,
                                               .source_port = source_port_,
                                               .destination_port = target_.port},
                                              reads_);
    if (!walk.delivered()) {
      blame({.disposition = walk.disposition, .place = walk.place, .cause = walk.cause});
      return 0;
    }
    if (endpoint == nullptr) {
      const auto found = std::find_if(
          target_.endpoints.begin(), target_.endpoints.end(),
          [&](const Endpoint& candidate) { return candidate.host == walk.delivered_to; });
      endpoint = found == target_.endpoints.end() ? nullptr : &*found;
    }
    if (endpoint == nullptr || !endpoint->serving) {
      blame({.server_not_serving = true, .place = network_.node(walk.delivered_to).entity});
      return 0;
    }
    if (walk.share < 1) {
      blame({.disposition = walk.rest, .place = walk.place, .cause = walk.cause});
    }
    result_.sessions.insert(result_.sessions.end(), walk.sessions.begin(), walk.sessions.end());
    return walk.share;
  }

  void blame(const Obstacle& obstacle) {
    Obstacle& first = result_.obstacle;
    if (first.disposition == Disposition::delivered && !first.server_not_serving) {
      first = obstacle;
    }
  }

  const Network& network_;
  NodeIndex from_;
  const std::vector<IpAddress>& sources_;
  const ConversationTarget& target_;
  ReadSet& reads_;
  ConversationResult& result_;
  std::uint16_t source_port_ = 0;
};

}  // namespace

ConversationResult converse(const Network& network, NodeIndex from,
                            const std::vector<IpAddress>& sources, std::uint32_t flows,
                            const ConversationTarget& target, ReadSet& reads) {
  ConversationResult result;
  FlowWalk walk(network, from, sources, target, reads, result);
  double sum = 0;
  for (std::uint32_t flow = 0; flow < flows; ++flow) {
    sum += walk.share_of(flow);
  }
  result.share = flows == 0 ? 0 : sum / flows;
  if (result.share >= 1) {
    result.obstacle = {};  // Another endpoint or family answered: nothing is in the way.
  }
  return result;
}

}  // namespace switchfault
