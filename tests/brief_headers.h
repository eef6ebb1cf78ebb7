// What dissect_briefly() promises: the same as dissect(). Shared by tests and the fuzz target.

#ifndef SWITCHFAULT_TESTS_BRIEF_HEADERS_H_
#define SWITCHFAULT_TESTS_BRIEF_HEADERS_H_

#include "core/dissect.h"

namespace switchfault {

inline bool is_brief_of(const BriefHeaders& brief, const Headers& headers) {
  return headers.kind == FrameKind::ip && headers.vlan_count == 0 && headers.has_ports &&
         !headers.fragment && !headers.destination_mac.is_group() &&
         headers.network_offset == headers.payload_offset && headers.source.is_v4() &&
         brief.addresses ==
             (std::uint64_t{headers.source.v4_bits()} << 32U | headers.destination.v4_bits()) &&
         brief.ports == (std::uint32_t{headers.source_port} << 16U | headers.destination_port) &&
         brief.protocol == headers.protocol && brief.ttl == headers.ttl &&
         brief.tcp_flags == headers.tcp_flags;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_BRIEF_HEADERS_H_
