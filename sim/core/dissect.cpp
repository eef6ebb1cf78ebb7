#include "core/dissect.h"

#include <algorithm>

#include "core/byte_order.h"

namespace switchfault {
namespace {

constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kArpPacket = 28;  // Of Ethernet and IPv4 (RFC 826).
constexpr std::size_t kPppoeHeader = 6;
constexpr std::uint32_t kHighestTypeNumber = 0xffff;

// IPv6 extension headers (IANA).
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kFragment = 44;
constexpr std::uint8_t kAuthentication = 51;
constexpr std::uint8_t kDestinationOptions = 60;
constexpr std::uint8_t kMobility = 135;
constexpr std::uint8_t kHostIdentity = 139;
constexpr std::uint8_t kShim6 = 140;

// PPP protocol numbers (IANA).
constexpr std::uint16_t kPppIpv4 = 0x0021;
constexpr std::uint16_t kPppIpv6 = 0x0057;
constexpr std::uint16_t kPppMpls = 0x0281;

bool is_tag(std::uint16_t type) {
  return type == kEtherTypeVlan || type == kEtherTypeServiceVlan || type == kEtherTypeStackedVlan;
}

// Walks down the layers of one packet. Each step checks that the bytes it reads are there and
// either goes on or leaves the kind of the frame behind.
class Dissection {
 public:
  explicit Dissection(std::span<const std::byte> bytes)
      : data_(bytes.data()), size_(bytes.size()), end_(bytes.size()) {}

  [[nodiscard]] const Headers& headers() const { return headers_; }

  void unreadable(UnreadableReason reason) {
    headers_.kind = FrameKind::unreadable;
    headers_.unreadable = reason;
  }

  void ethernet() {
    if (!has(0, kEthernetHeader)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    set_destination(mac(0));
    set_source(mac(6));
    typed(u16(12), kEthernetHeader);
  }

  // Version 1: type of packet, of hardware, length and address (8), protocol.
  // Version 2: protocol, 2 reserved, interface (4), type of hardware, of packet, length, address.
  void linux_cooked(std::size_t header, std::size_t hardware, std::size_t address,
                    std::size_t protocol) {
    if (!has(0, header)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    // ARPHRD_ETHER and ARPHRD_LOOPBACK have addresses of Ethernet.
    constexpr std::uint16_t kEthernetHardware = 1;
    constexpr std::uint16_t kLoopbackHardware = 772;
    const bool has_mac = u8(address - 1) == 6 &&
                         (u16(hardware) == kEthernetHardware || u16(hardware) == kLoopbackHardware);
    if (has_mac) {
      set_source(mac(address));
    }
    constexpr std::uint16_t kLinuxLlc = 4;  // LINUX_SLL_P_802_2
    if (u16(protocol) == kLinuxLlc) {
      return typed(length_field(header), header);
    }
    if (u16(protocol) < kLeastEtherType) {
      headers_.payload_offset = headers_.network_offset = static_cast<std::uint16_t>(header);
      headers_.kind = FrameKind::other;
      return;
    }
    typed(u16(protocol), header);
  }

  void raw_ip() {
    if (size_ == 0) {
      return unreadable(UnreadableReason::ip_header_cut);
    }
    const unsigned version = u8(0) >> 4U;
    if (version != 4 && version != 6) {
      return unreadable(UnreadableReason::ip_header_bad);
    }
    typed(version == 4 ? kEtherTypeIpv4 : kEtherTypeIpv6, 0);
  }

  void null_loopback() {
    if (!has(0, 4)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    // The family has the byte order of the machine that captured; all families are small.
    std::uint32_t family = load_little<std::uint32_t>(data_);
    family = family > kHighestTypeNumber ? swapped(family) : family;
    switch (family) {
      case 2:
        return typed(kEtherTypeIpv4, 4);
      case 10:  // Linux
      case 23:  // Windows
      case 24:  // NetBSD, OpenBSD
      case 28:  // FreeBSD
      case 30:  // macOS
        return typed(kEtherTypeIpv6, 4);
      default:
        break;
    }
    if (family > kHighestTypeNumber && u16(2) >= kLeastEtherType) {
      return typed(u16(2), 4);  // Cisco HDLC in the place of the family.
    }
    headers_.payload_offset = headers_.network_offset = 4;
    headers_.kind = FrameKind::other;
  }

  void ppp() {
    if (!has(0, 2)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    constexpr std::uint16_t kHdlcFraming = 0xff03;
    constexpr std::uint16_t kCiscoUnicast = 0x0f00;
    constexpr std::uint16_t kCiscoBroadcast = 0x8f00;
    if (u16(0) == kCiscoUnicast || u16(0) == kCiscoBroadcast) {
      return has(2, 2) ? typed(u16(2), 4) : unreadable(UnreadableReason::link_header_cut);
    }
    ppp_protocol(u16(0) == kHdlcFraming ? 2 : 0);
    headers_.type_field = headers_.ether_type;
    headers_.payload_offset = headers_.network_offset;
  }

  void pppoe_frame() { typed(kEtherTypePppoe, 0); }

  // `begin`: of the frame control. With `padded`, padding makes the header a multiple of 4 long.
  void ieee80211(std::size_t begin, bool padded) {
    constexpr unsigned kDataType = 2;
    constexpr unsigned kToDs = 1, kFromDs = 2, kMoreFragments = 4, kProtected = 0x40, kOrder = 0x80;
    if (!has(begin, 2)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    const unsigned control = u8(begin);
    const unsigned flags = u8(begin + 1);
    if ((control & 3U) != 0) {
      return unreadable(UnreadableReason::link_header_bad);
    }
    const unsigned subtype = control >> 4U;
    if (((control >> 2U) & 3U) != kDataType || (subtype & 4U) != 0) {
      return unreadable(UnreadableReason::no_frame);
    }
    const bool four_addresses = (flags & (kToDs | kFromDs)) == (kToDs | kFromDs);
    const bool quality = (subtype & 8U) != 0;
    const std::size_t quality_at = begin + (four_addresses ? 30 : 24);
    std::size_t end = quality_at + (quality ? 2 : 0) + (quality && (flags & kOrder) != 0 ? 4 : 0);
    if (padded) {
      end = begin + (end - begin + 3) / 4 * 4;
    }
    if (!has(begin, end - begin)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    set_destination(mac(begin + ((flags & kToDs) != 0 ? 16 : 4)));
    set_source(mac(begin + (four_addresses ? 24 : (flags & kFromDs) != 0 ? 16 : 10)));
    if ((flags & kProtected) != 0) {
      return unreadable(UnreadableReason::encrypted);
    }
    constexpr unsigned kAggregate = 0x80;  // In the QoS control field.
    if (quality && (u8(quality_at) & kAggregate) != 0) {
      return unreadable(UnreadableReason::aggregated);
    }
    if ((flags & kMoreFragments) != 0 || (u8(begin + 22) & 0xfU) != 0) {
      return unreadable(UnreadableReason::wireless_fragment);
    }
    if (const std::uint16_t type = snap_type(end); type != 0) {
      return typed(type, end + kSnapHeader);
    }
    typed(length_field(end), end);
  }

  void radiotap() {
    if (!has(0, 8)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    const std::size_t length = load_little<std::uint16_t>(data_ + 2);
    if (u8(0) != 0 || length < 8 || length > Headers::kMaxHeaderBytes) {
      return unreadable(UnreadableReason::link_header_bad);
    }
    if (!has(0, length)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    ieee80211(length, radiotap_padded(length));
  }

 private:
  static constexpr std::size_t kSnapHeader = 8;

  [[nodiscard]] bool has(std::size_t offset, std::size_t count) const {
    return offset <= end_ && end_ - offset >= count;
  }
  [[nodiscard]] unsigned u8(std::size_t offset) const {
    return std::to_integer<unsigned>(data_[offset]);
  }
  [[nodiscard]] std::uint16_t u16(std::size_t offset) const { return load_big16(data_ + offset); }
  [[nodiscard]] std::uint32_t u32(std::size_t offset) const { return load_big32(data_ + offset); }
  [[nodiscard]] MacAddress mac(std::size_t offset) const {
    return {std::uint64_t{u16(offset)} << 32U | u32(offset + 2)};
  }
  [[nodiscard]] IpAddress ipv6_address(std::size_t offset) const {
    return IpAddress::v6(load_big64(data_ + offset), load_big64(data_ + offset + 8));
  }
  // What an Ethernet frame would have in its type field before an LLC payload.
  [[nodiscard]] std::uint16_t length_field(std::size_t payload) const {
    return static_cast<std::uint16_t>(std::min<std::size_t>(size_ - payload, kLeastEtherType - 1));
  }

  void set_source(MacAddress mac) {
    headers_.source_mac = mac;
    headers_.has_source_mac = true;
  }
  void set_destination(MacAddress mac) {
    headers_.destination_mac = mac;
    headers_.has_destination_mac = true;
  }

  // Where in a radiotap header its flags say that the frame's own header is padded.
  [[nodiscard]] bool radiotap_padded(std::size_t length) const {
    constexpr std::uint32_t kTime = 1, kFlags = 2, kMorePresent = 0x80000000;
    constexpr unsigned kDataPad = 0x20;
    const std::uint32_t present = load_little<std::uint32_t>(data_ + 4);
    if ((present & kFlags) == 0) {
      return false;
    }
    std::size_t at = 8;
    for (std::uint32_t word = present; (word & kMorePresent) != 0; at += 4) {
      if (at + 4 > length) {
        return false;
      }
      word = load_little<std::uint32_t>(data_ + at);
    }
    if ((present & kTime) != 0) {
      at = (at + 7) / 8 * 8 + 8;
    }
    return at < length && (u8(at) & kDataPad) != 0;
  }

  // The EtherType of an LLC/SNAP header that carries one, else 0.
  [[nodiscard]] std::uint16_t snap_type(std::size_t offset) const {
    constexpr std::uint32_t kSnap = 0xaaaa0300;      // And 8 bits of zero.
    constexpr std::uint16_t kBridgeTunnel = 0x00f8;  // RFC 1042 or IEEE 802.1H
    if (!has(offset, kSnapHeader) || u32(offset) != kSnap) {
      return 0;
    }
    const std::uint16_t organisation = u16(offset + 4);
    return organisation == 0 || organisation == kBridgeTunnel ? u16(offset + 6) : 0;
  }

  // Behind a type field: tags, then the payload.
  void typed(std::uint16_t type, std::size_t offset) {
    while (is_tag(type)) {
      if (headers_.vlan_count == Headers::kMaxVlanTags) {
        return unreadable(UnreadableReason::too_many_tags);
      }
      if (!has(offset, 4)) {
        return unreadable(UnreadableReason::link_header_cut);
      }
      headers_.vlans[headers_.vlan_count++] = {type, u16(offset)};
      type = u16(offset + 2);
      offset += 4;
    }
    headers_.type_field = type;
    headers_.payload_offset = static_cast<std::uint16_t>(offset);
    if (type < kLeastEtherType) {
      llc(offset);
    } else if (type == kEtherTypeMpls || type == kEtherTypeMplsUpstream) {
      mpls(offset);
    } else if (type == kEtherTypePppoe) {
      pppoe(offset);
    } else {
      network(type, offset);
    }
  }

  void llc(std::size_t offset) {
    const std::uint16_t type = snap_type(offset);
    network(type, type == 0 ? offset : offset + kSnapHeader);
  }

  void mpls(std::size_t offset) {
    bool bottom = false;
    while (!bottom) {
      if (headers_.mpls_count == Headers::kMaxMplsLabels) {
        return unreadable(UnreadableReason::too_many_tags);
      }
      if (!has(offset, 4)) {
        return unreadable(UnreadableReason::link_header_cut);
      }
      bottom = (u8(offset + 2) & 1U) != 0;
      ++headers_.mpls_count;
      offset += 4;
    }
    const unsigned version = has(offset, 1) ? u8(offset) >> 4U : 0;
    network(version == 4   ? kEtherTypeIpv4
            : version == 6 ? kEtherTypeIpv6
                           : std::uint16_t{0},
            offset);
  }

  void pppoe(std::size_t offset) {
    if (!has(offset, kPppoeHeader)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    constexpr std::uint16_t kSessionData = 0x1100;  // Version 1, type 1, code 0 (RFC 2516).
    if (u16(offset) != kSessionData) {
      return network(0, offset);
    }
    ppp_protocol(offset + kPppoeHeader);
  }

  // The protocol field of PPP, one byte when it is compressed (RFC 1661 section 2).
  void ppp_protocol(std::size_t offset) {
    if (!has(offset, 1)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    const bool compressed = (u8(offset) & 1U) != 0;
    if (!compressed && !has(offset, 2)) {
      return unreadable(UnreadableReason::link_header_cut);
    }
    const std::uint16_t protocol =
        compressed ? static_cast<std::uint16_t>(u8(offset)) : u16(offset);
    offset += compressed ? 1 : 2;
    if (protocol == kPppMpls) {
      return mpls(offset);
    }
    network(protocol == kPppIpv4   ? kEtherTypeIpv4
            : protocol == kPppIpv6 ? kEtherTypeIpv6
                                   : std::uint16_t{0},
            offset);
  }

  void network(std::uint16_t ether_type, std::size_t offset) {
    headers_.ether_type = ether_type;
    headers_.network_offset = static_cast<std::uint16_t>(offset);
    if (ether_type == kEtherTypeIpv4) {
      ipv4(offset);
    } else if (ether_type == kEtherTypeIpv6) {
      ipv6(offset);
    } else if (ether_type == kEtherTypeArp) {
      arp(offset);
    } else {
      headers_.kind = FrameKind::other;
    }
  }

  void arp(std::size_t offset) {
    if (!has(offset, 8)) {
      return unreadable(UnreadableReason::arp_cut);
    }
    // Ethernet (1) or IEEE 802 (6) addresses of 6 bytes, IPv4 of 4.
    const bool known = (u16(offset) == 1 || u16(offset) == 6) && u32(offset + 2) == 0x08000604;
    if (!known) {
      return unreadable(UnreadableReason::arp_bad);
    }
    if (!has(offset, kArpPacket)) {
      return unreadable(UnreadableReason::arp_cut);
    }
    headers_.kind = FrameKind::arp;
    headers_.arp_operation = u16(offset + 6);
    headers_.source = IpAddress::v4(u32(offset + 14));
    headers_.destination = IpAddress::v4(u32(offset + 24));
  }

  void ipv4(std::size_t offset) {
    if (!has(offset, kIpv4Header)) {
      return unreadable(UnreadableReason::ip_header_cut);
    }
    const unsigned first = u8(offset);
    const std::size_t header = std::size_t{4} * (first & 0xfU);
    const std::uint16_t length = u16(offset + 2);
    if (first >> 4U != 4 || header < kIpv4Header || (length != 0 && length < header)) {
      return unreadable(UnreadableReason::ip_header_bad);
    }
    headers_.kind = FrameKind::ip;
    headers_.ip_length = length;
    headers_.ttl = static_cast<std::uint8_t>(u8(offset + 8));
    headers_.protocol = static_cast<std::uint8_t>(u8(offset + 9));
    headers_.source = IpAddress::v4(u32(offset + 12));
    headers_.destination = IpAddress::v4(u32(offset + 16));
    const std::uint16_t parts = u16(offset + 6);
    constexpr std::uint16_t kPartMask = 0x3fff;  // More fragments, offset in units of 8 bytes.
    if ((parts & kPartMask) != 0) {
      constexpr std::uint16_t kMore = 0x2000;
      constexpr std::uint16_t kOffsetMask = 0x1fff;
      fragment((parts & kOffsetMask) * 8U, (parts & kMore) != 0, u16(offset + 4));
    }
    end_at(offset, length);
    transport(offset + header);
  }

  void ipv6(std::size_t offset) {
    if (!has(offset, kIpv6Header)) {
      return unreadable(UnreadableReason::ip_header_cut);
    }
    if (u8(offset) >> 4U != 6) {
      return unreadable(UnreadableReason::ip_header_bad);
    }
    headers_.kind = FrameKind::ip;
    const std::uint16_t payload = u16(offset + 4);
    headers_.ip_length = payload == 0 ? 0 : static_cast<std::uint32_t>(kIpv6Header + payload);
    headers_.protocol = static_cast<std::uint8_t>(u8(offset + 6));
    headers_.ttl = static_cast<std::uint8_t>(u8(offset + 7));
    headers_.source = ipv6_address(offset + 8);
    headers_.destination = ipv6_address(offset + 24);
    end_at(offset, headers_.ip_length);
    extensions(offset + kIpv6Header);
  }

  // Follows IPv6's extension headers as far as they are there; the protocol is what comes next.
  void extensions(std::size_t offset) {
    while (is_extension(headers_.protocol)) {
      const std::uint8_t kind = headers_.protocol;
      if (headers_.later_fragment || !has(offset, 8) || offset > Headers::kMaxHeaderBytes) {
        return;
      }
      std::size_t length = std::size_t{8} * (u8(offset + 1) + 1U);
      if (kind == kFragment) {
        length = 8;
        const std::uint16_t parts = u16(offset + 2);
        if ((parts & 0xfff9U) != 0) {  // An atomic fragment is none (RFC 6946).
          fragment(parts & 0xfff8U, (parts & 1U) != 0, u32(offset + 4));
        }
      } else if (kind == kAuthentication) {
        length = std::size_t{4} * (u8(offset + 1) + 2U);
      } else if (kind == kRouting) {
        headers_.source_routed = headers_.source_routed || u8(offset + 3) != 0;
      }
      headers_.protocol = static_cast<std::uint8_t>(u8(offset));
      offset += length;
    }
    transport(offset);
  }

  static bool is_extension(std::uint8_t protocol) {
    return protocol == kHopByHop || protocol == kRouting || protocol == kFragment ||
           protocol == kAuthentication || protocol == kDestinationOptions ||
           protocol == kMobility || protocol == kHostIdentity || protocol == kShim6;
  }

  void fragment(std::uint32_t offset, bool more, std::uint32_t id) {
    headers_.fragment = true;
    headers_.later_fragment = offset != 0;
    headers_.more_fragments = more;
    headers_.fragment_offset = static_cast<std::uint16_t>(offset);
    headers_.fragment_id = id;
  }

  // Behind the IP packet there may be padding, which is none of its headers.
  void end_at(std::size_t offset, std::uint32_t ip_length) {
    if (ip_length != 0) {
      end_ = std::min(end_, offset + ip_length);
    }
  }

  void transport(std::size_t offset) {
    if (headers_.later_fragment || !has(offset, 1) || offset > Headers::kMaxHeaderBytes) {
      return;
    }
    headers_.transport_offset = static_cast<std::uint16_t>(offset);
    const std::uint8_t protocol = headers_.protocol;
    const bool ports = protocol == kProtocolTcp || protocol == kProtocolUdp ||
                       protocol == kProtocolSctp || protocol == kProtocolUdpLite ||
                       protocol == kProtocolDccp;
    if (!ports || !has(offset, 4)) {
      return;
    }
    headers_.has_ports = true;
    headers_.source_port = u16(offset);
    headers_.destination_port = u16(offset + 2);
    constexpr std::size_t kTcpFlags = 13;
    if (protocol == kProtocolTcp && has(offset, kTcpFlags + 1)) {
      headers_.tcp_flags = static_cast<std::uint8_t>(u8(offset + kTcpFlags));
    }
  }

  const std::byte* data_;
  std::size_t size_;
  std::size_t end_;  // Of what headers may be read from.
  Headers headers_;
};

}  // namespace

std::string_view unreadable_text(UnreadableReason reason) {
  switch (reason) {
    case UnreadableReason::none:
      return "readable";
    case UnreadableReason::link_type:
      return "link layer is not read";
    case UnreadableReason::link_header_cut:
      return "link header cut off";
    case UnreadableReason::link_header_bad:
      return "link header impossible";
    case UnreadableReason::too_many_tags:
      return "too many VLAN tags or MPLS labels";
    case UnreadableReason::no_frame:
      return "802.11 without an Ethernet frame";
    case UnreadableReason::encrypted:
      return "802.11 encrypted";
    case UnreadableReason::aggregated:
      return "802.11 with several frames in one";
    case UnreadableReason::wireless_fragment:
      return "802.11 fragment";
    case UnreadableReason::ip_header_cut:
      return "IP header cut off";
    case UnreadableReason::ip_header_bad:
      return "IP header impossible";
    case UnreadableReason::arp_cut:
      return "ARP cut off";
    case UnreadableReason::arp_bad:
      return "ARP of other networks than Ethernet and IPv4";
  }
  return {};
}

Headers dissect(LinkLayer link_layer, std::span<const std::byte> bytes) {
  Dissection dissection(bytes);
  switch (link_layer) {
    case LinkLayer::ethernet:
      dissection.ethernet();
      break;
    case LinkLayer::linux_sll:
      dissection.linux_cooked(16, 2, 6, 14);
      break;
    case LinkLayer::linux_sll2:
      dissection.linux_cooked(20, 8, 12, 0);
      break;
    case LinkLayer::raw_ip:
      dissection.raw_ip();
      break;
    case LinkLayer::null_loopback:
      dissection.null_loopback();
      break;
    case LinkLayer::ppp:
      dissection.ppp();
      break;
    case LinkLayer::pppoe:
      dissection.pppoe_frame();
      break;
    case LinkLayer::ieee80211:
      dissection.ieee80211(0, false);
      break;
    case LinkLayer::radiotap:
      dissection.radiotap();
      break;
    case LinkLayer::unknown:
      dissection.unreadable(UnreadableReason::link_type);
      break;
  }
  return dissection.headers();
}

}  // namespace switchfault
