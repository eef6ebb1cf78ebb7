#include "run/packet_verdict.h"

namespace switchfault {
namespace {

std::string_view reason_name(NotSent reason) {
  switch (reason) {
#define SF_NAME(name) \
  case NotSent::name: \
    return #name
    SF_NAME(unreadable);
    SF_NAME(link_control);
    SF_NAME(later_fragment);
    SF_NAME(unmapped);
    SF_NAME(same_host);
    SF_NAME(no_address);
    SF_NAME(flow_limit);
    SF_NAME(after_end);
    SF_NAME(unfinished);
#undef SF_NAME
  }
  return "unknown";
}

}  // namespace

std::string_view PacketVerdict::name() const {
  return code_ < kFirstReason ? disposition_name(static_cast<Disposition>(code_))
                              : reason_name(static_cast<NotSent>(code_ - kFirstReason));
}

}  // namespace switchfault
