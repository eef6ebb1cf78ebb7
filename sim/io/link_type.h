// Link types as numbered in capture files (the LINKTYPE registry of tcpdump.org), and what has been
// handed over of a capture so far.

#ifndef SWITCHFAULT_IO_LINK_TYPE_H_
#define SWITCHFAULT_IO_LINK_TYPE_H_

#include <cstdint>
#include <string>
#include <vector>

#include <switchfault/capture.h>

namespace switchfault {

LinkLayer link_layer_of(std::uint32_t link_type);
std::string link_type_name(std::uint32_t link_type);

// What every PacketSource keeps count of.
struct CaptureTally {
  std::uint64_t packets = 0;
  CaptureEnd end;
  std::vector<UnreadableLinkType> unreadable;  // In order of first appearance.

  void count_unreadable(std::uint32_t link_type);
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_LINK_TYPE_H_
