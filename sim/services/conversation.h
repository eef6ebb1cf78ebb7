// Conversation: the flows from one place to one service, walked both ways.
//
// Flow k uses source port 40000 + k and begins with endpoint k modulo their number; clients go on
// to the next endpoint when one does not answer (any_of), or need several (quorum, all_of). Where
// both ends have IPv6 it is tried first, IPv4 after it (RFC 8305 in spirit, without its timers).

#ifndef SWITCHFAULT_SERVICES_CONVERSATION_H_
#define SWITCHFAULT_SERVICES_CONVERSATION_H_

#include <string>
#include <vector>

#include <switchfault/scenario.h>

#include "net/network.h"

namespace switchfault {

// What a conversation needs to know of the service: where its servers are and whether they serve.
struct Endpoint {
  NodeIndex host = NodeIndex::none;
  std::vector<IpAddress> addresses;  // IPv6 first.
  bool serving = true;
};

struct ConversationTarget {
  ServiceConfig::Quorum quorum = ServiceConfig::Quorum::any_of;
  std::uint32_t quorum_count = 0;
  IpProtocol protocol = IpProtocol::tcp;
  std::uint16_t port = 0;
  std::vector<IpAddress> virtual_addresses;  // Of the service; empty: the endpoints' own.
  std::vector<Endpoint> endpoints;
};

// Why the first flow that fails does so.
struct Obstacle {
  Disposition disposition = Disposition::delivered;
  bool server_not_serving = false;
  Entity place;
  ObservationId cause = ObservationId::none;
};

struct ConversationResult {
  double share = 0;  // Mean over the flows.
  Obstacle obstacle;
  std::vector<SessionHop> sessions;  // Of all delivered flows, in flow order.
};

// Walks all flows now; adds what it read.
ConversationResult converse(const Network& network, NodeIndex from,
                            const std::vector<IpAddress>& sources, std::uint32_t flows,
                            const ConversationTarget& target, ReadSet& reads);

}  // namespace switchfault

#endif  // SWITCHFAULT_SERVICES_CONVERSATION_H_
