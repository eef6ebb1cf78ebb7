#include "core/envelope.h"

#include <gtest/gtest.h>

#include "core/dissect.h"
#include "packet_bytes.h"

namespace switchfault {
namespace {

constexpr MacAddress kOne{0x020000000001}, kTwo{0x020000000002};
const IpAddress kFrom = IpAddress::parse("10.0.0.1").value();
const IpAddress kTo = IpAddress::parse("10.0.0.2").value();
const IpAddress kFrom6 = IpAddress::parse("2001:db8::1").value();
const IpAddress kTo6 = IpAddress::parse("2001:db8::2").value();

// What a reader makes of the frame, after its IP header.
Headers read(const FrameBytes& frame) {
  return dissect(LinkLayer::ethernet, frame);
}

TEST(EnvelopeTest, ShortFramesArePadded) {
  const FrameBytes frame = in_ethernet(kTwo, kOne, 0x88b5, FrameBytes{std::byte{7}});
  EXPECT_EQ(hexadecimal(frame),
            "020000000002020000000001"
            "88b5"
            "07" +
                std::string(90, '0'));
}

TEST(EnvelopeTest, LlcHasTheLengthAndTheServiceOfTheSpanningTree) {
  const FrameBytes frame = in_llc(kTwo, kOne, FrameBytes(4));
  EXPECT_EQ(hexadecimal(FrameBytes(frame.begin() + 12, frame.begin() + 17)), "0007424203");
}

TEST(EnvelopeTest, SnapNamesTheOrganisationAndItsProtocol) {
  const FrameBytes frame = in_snap(kTwo, kOne, 0x00000c, 0x010b, FrameBytes(42));
  EXPECT_EQ(hexadecimal(FrameBytes(frame.begin() + 12, frame.begin() + 22)),
            "0032aaaa0300000c010b");
}

// The header checksum was worked out by another program.
TEST(EnvelopeTest, IpPacketsHaveLengthsAndChecksums) {
  const IpEnvelope ip{.source = kFrom,
                      .destination = kTo,
                      .protocol = kProtocolUdp,
                      .ttl = 63,
                      .traffic_class = 0,
                      .id = 5};
  const FrameBytes packet = in_udp(ip, 50000, 9, FrameBytes(18));
  EXPECT_EQ(hexadecimal(packet),
            "4500002e000540003f1127b80a0000010a000002"
            "c3500009001a285e" +
                std::string(36, '0'));
}

TEST(EnvelopeTest, Ipv6AndTcpAreReadAsTheyWereMeant) {
  const FrameBytes frame = in_ethernet(
      kTwo, kOne,
      in_tcp({.source = kFrom6, .destination = kTo6, .protocol = kProtocolTcp, .ttl = 1},
             {.source_port = 179, .destination_port = 50000, .flags = TcpEnvelope::kSyn}, {}));
  const Headers headers = read(frame);
  EXPECT_EQ(headers.source, kFrom6);
  EXPECT_EQ(headers.destination_port, 50000);
  EXPECT_EQ(headers.tcp_flags, TcpEnvelope::kSyn);
  EXPECT_EQ(headers.ttl, 1);
}

TEST(EnvelopeTest, QuestionsAndAnswersOfArp) {
  const NeighborMessage question{.kind = NeighborMessage::Kind::question,
                                 .sender = kOne,
                                 .sender_address = kFrom,
                                 .target = {},
                                 .target_address = kTo};
  EXPECT_EQ(hexadecimal(neighbor_frame(question)).substr(0, 84),
            "ffffffffffff0200000000010806"
            "00010800060400010200000000010a0000010000000000000a000002");
  NeighborMessage probe = question;
  probe.target = kTwo;  // Who is known is asked alone.
  EXPECT_EQ(hexadecimal(neighbor_frame(probe)).substr(0, 84),
            "0200000000020200000000010806"
            "00010800060400010200000000010a0000010000000000000a000002");
  const NeighborMessage answer{.kind = NeighborMessage::Kind::answer,
                               .sender = kTwo,
                               .sender_address = kTo,
                               .target = kOne,
                               .target_address = kFrom};
  EXPECT_EQ(hexadecimal(neighbor_frame(answer)).substr(0, 84),
            "0200000000010200000000020806"
            "00010800060400020200000000020a0000020200000000010a000001");
}

TEST(EnvelopeTest, NeighborsOfIpv6AreAskedAtTheirGroup) {
  NeighborMessage message{.kind = NeighborMessage::Kind::question,
                          .sender = kOne,
                          .sender_address = kFrom6,
                          .target = {},
                          .target_address = kTo6};
  Headers headers = read(neighbor_frame(message));
  EXPECT_EQ(headers.destination.text(), "ff02::1:ff00:2");
  EXPECT_EQ(format_mac(headers.destination_mac), "33:33:ff:00:00:02");
  EXPECT_EQ(headers.ttl, 255);
  message.target = kTwo;
  headers = read(neighbor_frame(message));
  EXPECT_EQ(headers.destination, kTo6);
  EXPECT_EQ(headers.destination_mac, kTwo);
  message.kind = NeighborMessage::Kind::announcement;
  headers = read(neighbor_frame(message));
  EXPECT_EQ(headers.destination.text(), "ff02::1");
}

TEST(EnvelopeTest, ATagStandsBehindTheAddresses) {
  FrameBytes frame =
      in_ethernet(kTwo, kOne,
                  echo({.source = kFrom, .destination = kTo, .protocol = kProtocolIcmp, .ttl = 64},
                       false, 1, 2));
  insert_tag(frame, 12);
  const Headers headers = read(frame);
  ASSERT_EQ(headers.vlan_count, 1);
  EXPECT_EQ(headers.vlans[0].vlan(), 12);
  EXPECT_EQ(headers.source, kFrom);
}

TEST(EnvelopeTest, GroupsHaveTheirMacs) {
  EXPECT_EQ(format_mac(mac_of_group(IpAddress::parse("224.0.0.18").value())), "01:00:5e:00:00:12");
  EXPECT_EQ(format_mac(mac_of_group(IpAddress::parse("ff02::12").value())), "33:33:00:00:00:12");
}

}  // namespace
}  // namespace switchfault
