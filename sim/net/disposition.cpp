#include "net/disposition.h"

namespace switchfault {

std::string_view disposition_name(Disposition disposition) {
  switch (disposition) {
#define SF_NAME(name)     \
  case Disposition::name: \
    return #name
    SF_NAME(delivered);
    SF_NAME(no_carrier);
    SF_NAME(port_discarding);
    SF_NAME(vlan_not_allowed);
    SF_NAME(no_destination_port);
    SF_NAME(data_plane_down);
    SF_NAME(no_route);
    SF_NAME(discard_route);
    SF_NAME(neighbor_unresolved);
    SF_NAME(ttl_exceeded);
    SF_NAME(table_corrupted);
    SF_NAME(filtered);
    SF_NAME(no_session);
    SF_NAME(session_table_full);
    SF_NAME(no_pool_member);
    SF_NAME(gray_loss);
    SF_NAME(overload);
    SF_NAME(host_down);
    SF_NAME(not_for_host);
    SF_NAME(loop_limit);
    SF_NAME(queue_full);
#undef SF_NAME
  }
  return "unknown";
}

}  // namespace switchfault
