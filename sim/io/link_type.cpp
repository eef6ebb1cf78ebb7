#include "io/link_type.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <pcap/pcap.h>

namespace switchfault {
namespace {

struct Row {
  std::uint32_t link_type;
  LinkLayer link_layer;
};

constexpr std::array<Row, 16> kRows = {{
    {0, LinkLayer::null_loopback},
    {1, LinkLayer::ethernet},
    {9, LinkLayer::ppp},
    {12, LinkLayer::raw_ip},  // A DLT number that old programs wrote.
    {14, LinkLayer::raw_ip},  // The same on OpenBSD.
    {50, LinkLayer::ppp},     // In HDLC-like framing.
    {51, LinkLayer::pppoe},
    {101, LinkLayer::raw_ip},
    {104, LinkLayer::ppp},  // Cisco HDLC.
    {105, LinkLayer::ieee80211},
    {108, LinkLayer::null_loopback},  // OpenBSD: the family in network byte order.
    {113, LinkLayer::linux_sll},
    {127, LinkLayer::radiotap},
    {228, LinkLayer::raw_ip},  // IPv4 only.
    {229, LinkLayer::raw_ip},  // IPv6 only.
    {276, LinkLayer::linux_sll2},
}};

}  // namespace

LinkLayer link_layer_of(std::uint32_t link_type) {
  const auto row = std::find_if(kRows.begin(), kRows.end(),
                                [&](const Row& other) { return other.link_type == link_type; });
  return row == kRows.end() ? LinkLayer::unknown : row->link_layer;
}

std::string link_type_name(std::uint32_t link_type) {
  const char* const name = pcap_datalink_val_to_name(static_cast<int>(link_type));
  return name != nullptr ? std::string(name) : fmt::format("link type {}", link_type);
}

void CaptureTally::count_unreadable(std::uint32_t link_type) {
  const auto row =
      std::find_if(unreadable.begin(), unreadable.end(),
                   [&](const UnreadableLinkType& other) { return other.link_type == link_type; });
  if (row != unreadable.end()) {
    ++row->packets;
    return;
  }
  unreadable.push_back({.link_type = link_type, .name = link_type_name(link_type), .packets = 1});
}

}  // namespace switchfault
