#include "core/dissect.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "brief_headers.h"
#include "packet_bytes.h"

namespace switchfault {
namespace {

static_assert(std::is_trivially_copyable_v<Headers>);

const char* const kMacs = "02000000000b 02000000000a";
// 10.0.0.1:1234 -> 10.0.0.2:80, TTL 63, SYN ACK, 44 bytes.
const char* const kTcp4 =
    "4500002c 1c464000 3f060000 0a000001 0a000002"
    "04d20050 00000001 00000000 60122000 00000000 020405b4";
// 2001:db8::1:53 -> 2001:db8::2:40000, hop limit 64, UDP with 4 bytes of data.
const char* const kUdp6 =
    "60000000 000c1140 20010db8000000000000000000000001 20010db8000000000000000000000002"
    "00359c40 000c0000 01020304";

Headers ethernet(const std::string& type_and_rest) {
  return dissect(LinkLayer::ethernet, bytes_of(kMacs + type_and_rest));
}
Headers of(LinkLayer link_layer, const std::string& text) {
  return dissect(link_layer, bytes_of(text));
}
IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}

void expect_tcp4(const Headers& headers) {
  EXPECT_EQ(headers.kind, FrameKind::ip);
  EXPECT_EQ(headers.ether_type, kEtherTypeIpv4);
  EXPECT_EQ(headers.source, ip("10.0.0.1"));
  EXPECT_EQ(headers.destination, ip("10.0.0.2"));
  EXPECT_EQ(headers.protocol, kProtocolTcp);
  EXPECT_EQ(headers.ttl, 63);
  EXPECT_TRUE(headers.has_ports);
  EXPECT_EQ(headers.source_port, 1234);
  EXPECT_EQ(headers.destination_port, 80);
  EXPECT_EQ(headers.tcp_flags, 0x12);
  EXPECT_EQ(headers.ip_length, 44U);
  EXPECT_EQ(headers.transport_offset, headers.network_offset + 20);
}

void expect_udp6(const Headers& headers) {
  EXPECT_EQ(headers.kind, FrameKind::ip);
  EXPECT_EQ(headers.ether_type, kEtherTypeIpv6);
  EXPECT_EQ(headers.source, ip("2001:db8::1"));
  EXPECT_EQ(headers.destination, ip("2001:db8::2"));
  EXPECT_EQ(headers.protocol, kProtocolUdp);
  EXPECT_EQ(headers.source_port, 53);
  EXPECT_EQ(headers.destination_port, 40000);
  EXPECT_EQ(headers.ip_length, 52U);
}

TEST(Dissect, ReadsTcpOverEthernet) {
  const Headers headers = ethernet("0800" + std::string(kTcp4));
  expect_tcp4(headers);
  EXPECT_EQ(format_mac(headers.destination_mac), "02:00:00:00:00:0b");
  EXPECT_EQ(format_mac(headers.source_mac), "02:00:00:00:00:0a");
  EXPECT_EQ(headers.network_offset, 14);
  EXPECT_EQ(headers.payload_offset, 14);
  EXPECT_FALSE(headers.fragment);
}

TEST(Dissect, ReadsUdpOverIpv6) {
  expect_udp6(ethernet("86dd" + std::string(kUdp6)));
}

TEST(Dissect, ReadsOneAndTwoTags) {
  const Headers one = ethernet("8100 6064 0800" + std::string(kTcp4));
  expect_tcp4(one);
  EXPECT_EQ(one.vlan_count, 1);
  EXPECT_EQ(one.vlans[0], (VlanTag{0x8100, 0x6064}));
  EXPECT_EQ(one.vlans[0].vlan(), 100);
  const Headers two = ethernet("88a8 000a 8100 0014 86dd" + std::string(kUdp6));
  expect_udp6(two);
  EXPECT_EQ(two.vlan_count, 2);
  EXPECT_EQ(two.vlans[0].vlan(), 10);
  EXPECT_EQ(two.vlans[1].vlan(), 20);
  EXPECT_EQ(two.network_offset, 22);
}

TEST(Dissect, RefusesAThirdTag) {
  const Headers headers = ethernet("88a8 0001 8100 0002 8100 0003 0800" + std::string(kTcp4));
  EXPECT_EQ(headers.kind, FrameKind::unreadable);
  EXPECT_EQ(headers.unreadable, UnreadableReason::too_many_tags);
}

TEST(Dissect, LooksUnderMplsLabels) {
  const Headers headers = ethernet("8847 00010040 00020140" + std::string(kTcp4));
  expect_tcp4(headers);
  EXPECT_EQ(headers.mpls_count, 2);
  EXPECT_EQ(headers.type_field, kEtherTypeMpls);
  EXPECT_EQ(headers.payload_offset, 14);
  EXPECT_EQ(headers.network_offset, 22);
  EXPECT_EQ(ethernet("8847 00010140 00000000").kind, FrameKind::other);  // A pseudo-wire.
}

TEST(Dissect, ReadsIpBehindPppoe) {
  const Headers headers = ethernet("8864 1100 0001 002e 0021" + std::string(kTcp4));
  expect_tcp4(headers);
  EXPECT_EQ(headers.type_field, kEtherTypePppoe);
  expect_udp6(of(LinkLayer::pppoe, "1100 0001 0036 0057" + std::string(kUdp6)));
}

TEST(Dissect, TellsLlcFromEtherTypes) {
  const Headers stp = ethernet("0026 424203 0000 00 00");
  EXPECT_EQ(stp.kind, FrameKind::other);
  EXPECT_EQ(stp.type_field, 0x26);
  EXPECT_EQ(stp.ether_type, 0);
  const Headers snap = ethernet("0034 aaaa03 000000 0800" + std::string(kTcp4));
  expect_tcp4(snap);
  EXPECT_EQ(snap.payload_offset, 14);
  EXPECT_EQ(snap.network_offset, 22);
  const Headers lldp = ethernet("88cc 0207");
  EXPECT_EQ(lldp.kind, FrameKind::other);
  EXPECT_EQ(lldp.ether_type, 0x88cc);
}

TEST(Dissect, ReadsArp) {
  const std::string request =
      "0806 0001 0800 06 04 0001 02000000000a 0a000001 000000000000 0a000002";
  const Headers headers = ethernet(request);
  EXPECT_EQ(headers.kind, FrameKind::arp);
  EXPECT_EQ(headers.arp_operation, 1);
  EXPECT_EQ(headers.source, ip("10.0.0.1"));
  EXPECT_EQ(headers.destination, ip("10.0.0.2"));
  EXPECT_EQ(ethernet("0806 0001 0800 06 04 0001 0200").unreadable, UnreadableReason::arp_cut);
  EXPECT_EQ(ethernet("0806 0020 0800 14 04 0001").unreadable, UnreadableReason::arp_bad);
}

TEST(Dissect, ReadsOtherLinkLayers) {
  const std::string tcp = kTcp4;
  const std::string udp = kUdp6;
  expect_tcp4(of(LinkLayer::raw_ip, tcp));
  expect_udp6(of(LinkLayer::raw_ip, udp));
  expect_tcp4(of(LinkLayer::null_loopback, "02000000" + tcp));
  expect_tcp4(of(LinkLayer::null_loopback, "00000002" + tcp));
  for (const char* const family : {"0a000000", "17000000", "00000018", "1c000000", "1e000000"}) {
    expect_udp6(of(LinkLayer::null_loopback, family + udp));
  }
  expect_tcp4(of(LinkLayer::null_loopback, "0f000800" + tcp));
  EXPECT_EQ(of(LinkLayer::null_loopback, "07000000" + tcp).kind, FrameKind::other);
  expect_tcp4(of(LinkLayer::ppp, "ff03 0021" + tcp));
  expect_tcp4(of(LinkLayer::ppp, "0021" + tcp));
  expect_tcp4(of(LinkLayer::ppp, "21" + tcp));
  expect_udp6(of(LinkLayer::ppp, "0f00 86dd" + udp));
  expect_tcp4(of(LinkLayer::ppp, "ff03 0281 00010140" + tcp));
}

TEST(Dissect, ReadsCookedCaptures) {
  const Headers sll =
      of(LinkLayer::linux_sll, "0000 0001 0006 02000000000a 0000 0800" + std::string(kTcp4));
  expect_tcp4(sll);
  EXPECT_TRUE(sll.has_source_mac);
  EXPECT_FALSE(sll.has_destination_mac);
  EXPECT_EQ(format_mac(sll.source_mac), "02:00:00:00:00:0a");
  const Headers tunnel =
      of(LinkLayer::linux_sll, "0000 030a 0004 0a000001 00000000 0800" + std::string(kTcp4));
  expect_tcp4(tunnel);
  EXPECT_FALSE(tunnel.has_source_mac);
  const Headers sll2 =
      of(LinkLayer::linux_sll2,
         "8100 0000 00000002 0001 00 06 02000000000a 0000 0005 86dd" + std::string(kUdp6));
  expect_udp6(sll2);
  EXPECT_EQ(sll2.vlans[0].vlan(), 5);
  EXPECT_TRUE(sll2.has_source_mac);
}

// To the distribution system: address 1 is the access point, 2 the source, 3 the destination.
TEST(Dissect, FindsTheEthernetFrameIn80211Data) {
  const std::string snap = "aaaa03 000000 0800" + std::string(kTcp4);
  const std::string addresses = "020000000001 02000000000a 02000000000b";
  const Headers up = of(LinkLayer::ieee80211, "0801 0000" + addresses + "1000" + snap);
  expect_tcp4(up);
  EXPECT_EQ(format_mac(up.source_mac), "02:00:00:00:00:0a");
  EXPECT_EQ(format_mac(up.destination_mac), "02:00:00:00:00:0b");
  EXPECT_EQ(up.type_field, kEtherTypeIpv4);
  const Headers down = of(LinkLayer::ieee80211, "8802 0000" + addresses + "1000 0000" + snap);
  expect_tcp4(down);
  EXPECT_EQ(format_mac(down.source_mac), "02:00:00:00:00:0b");
  EXPECT_EQ(format_mac(down.destination_mac), "02:00:00:00:00:01");
  const Headers bridge =
      of(LinkLayer::ieee80211, "0803 0000" + addresses + "1000 02000000000c" + snap);
  expect_tcp4(bridge);
  EXPECT_EQ(format_mac(bridge.source_mac), "02:00:00:00:00:0c");
  EXPECT_EQ(format_mac(bridge.destination_mac), "02:00:00:00:00:0b");
}

TEST(Dissect, LooksBehindRadiotap) {
  const std::string frame = "8801 0000 020000000001 02000000000a 02000000000b 1000 0000";
  const std::string snap = "aaaa03 000000 0800" + std::string(kTcp4);
  expect_tcp4(of(LinkLayer::radiotap, "0000 0800 00000000" + frame + snap));
  // Flags behind a second word of presence and a time say that the header is padded to 28 bytes.
  expect_tcp4(of(LinkLayer::radiotap, "0000 1900 03000080 00000000 00000000 0102030405060708 20" +
                                          frame + "0000" + snap));
  EXPECT_EQ(of(LinkLayer::radiotap, "0000 0700 00000000").unreadable,
            UnreadableReason::link_header_bad);
  EXPECT_EQ(of(LinkLayer::radiotap, "0000 1000 00000000").unreadable,
            UnreadableReason::link_header_cut);
}

TEST(Dissect, SaysWhyAWirelessFrameHoldsNoEthernetFrame) {
  const std::string addresses = "020000000001 02000000000a 02000000000b";
  const auto why = [&](const std::string& control, const std::string& rest) {
    return of(LinkLayer::ieee80211, control + "0000" + addresses + rest).unreadable;
  };
  EXPECT_EQ(why("8000", "1000"), UnreadableReason::no_frame);  // A beacon.
  EXPECT_EQ(why("4801", "1000"), UnreadableReason::no_frame);  // Null data.
  EXPECT_EQ(why("0841", "1000"), UnreadableReason::encrypted);
  EXPECT_EQ(why("8801", "1000 8000"), UnreadableReason::aggregated);
  EXPECT_EQ(why("0805", "1000"), UnreadableReason::wireless_fragment);
  EXPECT_EQ(why("0801", "1100"), UnreadableReason::wireless_fragment);
  EXPECT_EQ(why("0901", "1000"), UnreadableReason::link_header_bad);
  EXPECT_EQ(why("0801", "10"), UnreadableReason::link_header_cut);
}

TEST(Dissect, GivesLaterFragmentsNoPorts) {
  std::string packet = kTcp4;
  packet.replace(packet.find("1c464000"), 8, "1c4620b9");  // Offset 185 x 8 bytes, more follow.
  const Headers headers = ethernet("0800" + packet);
  EXPECT_EQ(headers.kind, FrameKind::ip);
  EXPECT_TRUE(headers.fragment && headers.later_fragment && headers.more_fragments);
  EXPECT_EQ(headers.fragment_offset, 1480);
  EXPECT_EQ(headers.fragment_id, 0x1c46U);
  EXPECT_FALSE(headers.has_ports);
  EXPECT_EQ(headers.transport_offset, 0);
}

TEST(Dissect, GivesTheFirstFragmentItsPorts) {
  const Headers headers = of(LinkLayer::raw_ip,
                             "60000000 00142c40 20010db8000000000000000000000001"
                             "20010db8000000000000000000000002"
                             "11000001 0000abcd 00359c40 000c0000 01020304");
  EXPECT_TRUE(headers.fragment && headers.more_fragments);
  EXPECT_FALSE(headers.later_fragment);
  EXPECT_EQ(headers.fragment_id, 0xabcdU);
  EXPECT_EQ(headers.source_port, 53);
}

TEST(Dissect, FollowsExtensionHeaders) {
  // Hop by hop, routing with one segment left, authentication, TCP.
  const Headers headers =
      of(LinkLayer::raw_ip,
         "60000000 00340040 20010db8000000000000000000000001 20010db8000000000000000000000002"
         "2b00050200000100 3300020100000000 0601000000000000 00000000"
         "04d20050 00000001 00000000 50022000 00000000");
  EXPECT_EQ(headers.protocol, kProtocolTcp);
  EXPECT_TRUE(headers.source_routed);
  EXPECT_EQ(headers.transport_offset, 40 + 8 + 8 + 12);
  EXPECT_EQ(headers.destination_port, 80);
  EXPECT_EQ(headers.tcp_flags, 2);
}

TEST(Dissect, DoesNotReadPaddingAsHeaders) {
  std::string packet = kTcp4;
  packet.replace(packet.find("4500002c"), 8, "45000014");  // 20 bytes: no TCP header in it.
  const Headers headers = ethernet("0800" + packet);
  EXPECT_EQ(headers.kind, FrameKind::ip);
  EXPECT_FALSE(headers.has_ports);
  EXPECT_EQ(headers.transport_offset, 0);
}

TEST(Dissect, SaysWhatIsImpossibleOrCut) {
  EXPECT_EQ(ethernet("08").unreadable, UnreadableReason::link_header_cut);
  EXPECT_EQ(ethernet("8100 00").unreadable, UnreadableReason::link_header_cut);
  EXPECT_EQ(ethernet("0800 45").unreadable, UnreadableReason::ip_header_cut);
  EXPECT_EQ(of(LinkLayer::raw_ip, "").unreadable, UnreadableReason::ip_header_cut);
  EXPECT_EQ(of(LinkLayer::raw_ip, "50").unreadable, UnreadableReason::ip_header_bad);
  EXPECT_EQ(of(LinkLayer::unknown, "00").unreadable, UnreadableReason::link_type);
  std::string packet = kTcp4;
  EXPECT_EQ(ethernet("0800" + packet.replace(0, 2, "44")).unreadable,
            UnreadableReason::ip_header_bad);
  EXPECT_EQ(ethernet("0800" + packet.replace(0, 2, "65")).unreadable,
            UnreadableReason::ip_header_bad);
  EXPECT_EQ(unreadable_text(UnreadableReason::ip_header_cut), "IP header cut off");
}

TEST(Dissect, ReadsASlicedPacketAsFarAsItGoes) {
  const Bytes whole = bytes_of(std::string(kMacs) + "0800" + kTcp4);
  const auto sliced = [&](std::size_t size) {
    return dissect(LinkLayer::ethernet, std::span(whole).first(size));
  };
  EXPECT_EQ(sliced(33).kind, FrameKind::unreadable);
  EXPECT_EQ(sliced(34).kind, FrameKind::ip);
  EXPECT_FALSE(sliced(37).has_ports);
  EXPECT_TRUE(sliced(38).has_ports);
  EXPECT_EQ(sliced(47).tcp_flags, 0);
  EXPECT_EQ(sliced(48).tcp_flags, 0x12);
}

// Whatever the bytes: offsets lie inside them, and nothing beyond them is read (bytes in memory of
// exactly their size, which the address sanitizer watches).
RC_GTEST_PROP(DissectProperties, OffsetsLieInsideWhatIsThere, ()) {
  const auto layer = static_cast<LinkLayer>(*rc::gen::inRange(0, 10));
  Bytes bytes = *rc::gen::element(
      bytes_of(kMacs + std::string("88a80001810000020800") + kTcp4),
      bytes_of(kMacs + std::string("884700010140") + kUdp6),
      bytes_of(std::string("ff030057") + kUdp6),
      bytes_of("0000080000000000 8801 0000 020000000001 02000000000a 02000000000b 1000 0000"
               "aaaa03 000000 0800" +
               std::string(kTcp4)));
  const auto changes = *rc::gen::container<std::vector<std::pair<std::uint8_t, std::uint8_t>>>(
      rc::gen::arbitrary<std::pair<std::uint8_t, std::uint8_t>>());
  for (const auto& [at, value] : changes) {
    bytes[at % bytes.size()] = static_cast<std::byte>(value);
  }
  const auto size =
      static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(bytes.size()) + 1));
  const auto exact = std::make_unique<std::byte[]>(size);
  std::copy_n(bytes.begin(), size, exact.get());
  const Headers headers = dissect(layer, {exact.get(), size});
  RC_ASSERT((headers.kind == FrameKind::unreadable) ==
            (headers.unreadable != UnreadableReason::none));
  RC_ASSERT(headers.payload_offset <= size);
  RC_ASSERT(headers.network_offset <= size);
  RC_ASSERT(headers.transport_offset == 0 || headers.transport_offset < size);
  RC_ASSERT(headers.vlan_count <= Headers::kMaxVlanTags);
  if (headers.kind == FrameKind::ip) {
    RC_ASSERT(headers.network_offset + 20U <= size);
  }
}

TEST(DissectBrieflyTest, TellsAWholeSegment) {
  BriefHeaders brief;
  ASSERT_TRUE(dissect_briefly(bytes_of(kMacs + std::string("0800") + kTcp4), brief));
  EXPECT_EQ(brief.addresses, 0x0a0000010a000002U);
  EXPECT_EQ(brief.ports, 0x04d20050U);
  EXPECT_EQ(brief.protocol, kProtocolTcp);
  EXPECT_EQ(brief.ttl, 63);
  EXPECT_EQ(brief.tcp_flags, 0x12);
}

TEST(DissectBrieflyTest, LeavesWhatIsUnusual) {
  BriefHeaders brief;
  const std::string fragment =
      "4500002c 1c462000 3f060000 0a000001 0a000002"
      "04d20050 00000001 00000000 60122000 00000000 020405b4";
  EXPECT_FALSE(dissect_briefly(bytes_of(kMacs + std::string("0800") + fragment), brief));
  EXPECT_FALSE(dissect_briefly(bytes_of(kMacs + std::string("81000001 0800") + kTcp4), brief));
  EXPECT_FALSE(dissect_briefly(bytes_of(kMacs + std::string("86dd") + kUdp6), brief));
  EXPECT_FALSE(
      dissect_briefly(bytes_of("01005e000001 02000000000a 0800" + std::string(kTcp4)), brief));
  EXPECT_FALSE(dissect_briefly({}, brief));
}

// Whatever the bytes: when the short way says something, the long way says the same.
RC_GTEST_PROP(DissectProperties, BriefHeadersAreThoseOfTheLongWay, ()) {
  Bytes bytes = bytes_of(kMacs + std::string("0800") + kTcp4);
  const auto changes = *rc::gen::container<std::vector<std::pair<std::uint8_t, std::uint8_t>>>(
      rc::gen::arbitrary<std::pair<std::uint8_t, std::uint8_t>>());
  for (const auto& [at, value] : changes) {
    bytes[at % bytes.size()] = static_cast<std::byte>(value);
  }
  bytes.resize(static_cast<std::size_t>(*rc::gen::inRange<int>(40, 59)));
  BriefHeaders brief;
  if (dissect_briefly(bytes, brief)) {
    RC_ASSERT(is_brief_of(brief, dissect(LinkLayer::ethernet, bytes)));
  }
}

}  // namespace
}  // namespace switchfault
