#include "protocols/link_history.h"

#include "net/protocol.h"

namespace switchfault {

ObservationId last_change_on(const Network& network, PortRef port) {
  const Port& own = network.node(port.node).ports[static_cast<std::size_t>(port.port)];
  const auto other = network.neighbor(port);
  if (!other) {
    return ObservationId::none;
  }
  const Port& far = network.node(other->node).ports[static_cast<std::size_t>(other->port)];
  return later_reason(later_reason(own.last_change, network.link(own.link).last_change),
                      far.last_change);
}

ObservationId last_change_on(const Network& network, NodeIndex node, LogicalPort port) {
  ObservationId last = ObservationId::none;
  for (const PortIndex member :
       network.node(node).logical_ports[static_cast<std::size_t>(port)].members()) {
    last = later_reason(last, last_change_on(network, {node, member}));
  }
  return last;
}

}  // namespace switchfault
