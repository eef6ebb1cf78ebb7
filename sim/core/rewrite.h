// Rewriting of a captured frame in place, as hosts' addresses are mapped and routers forward, with
// the checksums of IP, TCP, UDP, UDP-Lite, DCCP, ICMPv6 and OSPFv3 kept as right or as wrong as
// they were. A UDP checksum of zero (none) stays zero. Of a sliced frame the part that is there is
// changed. `headers` are those of the frame's bytes, before and after a rewrite alike (lengths and
// offsets do not change); addresses in them become stale.
// Not done: checksums inside tunnels, authentication headers, IPv4 source routes.

#ifndef SWITCHFAULT_CORE_REWRITE_H_
#define SWITCHFAULT_CORE_REWRITE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <switchfault/ip_address.h>

#include "core/byte_order.h"
#include "core/dissect.h"
#include "core/mac_address.h"

namespace switchfault {

// Ethernet header with at most two tags.
inline constexpr std::size_t kMaxEthernetHeader = 22;

// The bytes of an Ethernet header in front of a payload; returns how many of `out` are used.
// REQUIRES: at most Headers::kMaxVlanTags tags, outermost first.
std::size_t write_ethernet_header(std::span<std::byte, kMaxEthernetHeader> out,
                                  MacAddress destination, MacAddress source,
                                  std::span<const VlanTag> tags, std::uint16_t type_field);

// REQUIRES: an Ethernet frame that has both addresses.
void set_macs(std::span<std::byte> frame, MacAddress destination, MacAddress source);
// The VLAN of a tag that is there, its priority kept. REQUIRES: an Ethernet frame with
// index < headers.vlan_count.
void set_vlan(std::span<std::byte> frame, const Headers& headers, std::size_t index,
              std::uint16_t vlan);

// IP source and destination, or sender and target of ARP. REQUIRES: kind ip or arp, addresses of
// the family that is there.
void set_addresses(std::span<std::byte> frame, const Headers& headers, IpAddress source,
                   IpAddress destination);
// Ports of TCP, UDP, UDP-Lite, SCTP, DCCP; the checksum of SCTP, a CRC, becomes wrong.
// REQUIRES: kind ip with has_ports.
void set_ports(std::span<std::byte> frame, const Headers& headers, std::uint16_t source,
               std::uint16_t destination);
// IPv4 time to live, IPv6 hop limit. REQUIRES: kind ip.
void set_ttl(std::span<std::byte> frame, const Headers& headers, std::uint8_t ttl);
// ARP: hardware addresses of sender and target. REQUIRES: kind arp.
void set_arp_macs(std::span<std::byte> frame, const Headers& headers, MacAddress sender,
                  MacAddress target);

// What is new of a frame.
struct NewHeaders {
  MacAddress destination_mac, source_mac;
  std::uint16_t tag = 0;  // Control of an 802.1Q tag; 0: none.
  IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;  // Either is 0: as they were.
  std::uint8_t ttl = 0;
};
// What dissect_briefly() reads, rewritten as by all of the above in one go, for as often as it is
// to be written. Kept in whole words: narrow ones that wide loads read soon after cost more than
// making them.
class BriefRewrite {
 public:
  BriefRewrite() = default;
  // REQUIRES: a frame that dissect_briefly() reads, addresses of IPv4.
  BriefRewrite(std::span<const std::byte> frame, const NewHeaders& to);
  // `out` is frame.size() bytes long, with a tag four more. REQUIRES: the frame it was made for.
  void write(std::span<const std::byte> frame, std::byte* out) const {
    constexpr std::size_t kTagSize = 4, kMostTail = 16;
    std::byte* const first = out;
    out += tag_ != 0 ? kTagSize : 0;
    store_big(out + kWord, words_[1]);
    store_big(out + 2 * kWord, words_[2]);
    store_big(out + 3 * kWord, words_[3]);
    store_big(out + 4 * kWord, words_[4]);
    store_big(out + 5 * kWord, words_[5]);
    if (frame.size() >= kBytes + kMostTail) {  // The shortest frames are so long.
      std::memcpy(out + kBytes, frame.data() + kBytes, kMostTail);
      if (const std::size_t more = frame.size() - kBytes - kMostTail; more > 0) {
        std::memcpy(out + kBytes + kMostTail, frame.data() + kBytes + kMostTail, more);
      }
    } else {
      std::memcpy(out + kBytes, frame.data() + kBytes, frame.size() - kBytes);
    }
    if (has_tcp_checksum_) {
      store_big(out + kTcpChecksumAt, tcp_checksum_);
    }
    store_big(first, words_[0]);
    if (tag_ != 0) {
      constexpr std::uint64_t kUpper = ~std::uint64_t{0} << 32U;
      store_big(first + kWord, (words_[1] & kUpper) | std::uint64_t{kEtherTypeVlan} << 16U | tag_);
    }
  }

 private:
  static constexpr std::size_t kBytes = 48;  // Of each such frame.
  static constexpr std::size_t kWord = 8, kEthernet = 14, kTcpChecksumAt = 50;

  std::array<std::uint64_t, kBytes / kWord> words_{};
  std::uint16_t tag_ = 0;
  std::uint16_t tcp_checksum_ = 0;
  bool has_tcp_checksum_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_REWRITE_H_
