#include "core/compose.h"

#include <gtest/gtest.h>

#include "core/checksum.h"
#include "core/dissect.h"
#include "packet_bytes.h"

namespace switchfault {
namespace {

ComposedFrame datagram() {
  return {.destination_mac = {0x020000000002},
          .source_mac = {0x020000000001},
          .source = IpAddress::v4(0x0a000001),
          .destination = IpAddress::v4(0x0a000002),
          .protocol = kProtocolUdp,
          .source_port = 50000,
          .destination_port = 9,
          .ttl = 63,
          .number = 5,
          .length = 60};
}

// Lengths and both checksums were worked out by another program.
TEST(Compose, AUdpDatagramHasLengthsAndChecksums) {
  Bytes bytes;
  compose(datagram(), bytes);
  EXPECT_EQ(hexadecimal(bytes),
            "020000000002020000000001"
            "0800"
            "4500002e000540003f1127b80a0000010a000002"
            "c3500009001a285e"
            "000000000000000000000000000000000000");
}

TEST(Compose, ATaggedFrameOfIpv6IsReadAsItWasMeant) {
  ComposedFrame frame = datagram();
  frame.tag = 12;
  frame.source = IpAddress::parse("2001:db8::1").value();
  frame.destination = IpAddress::parse("2001:db8::2").value();
  frame.protocol = kProtocolTcp;
  frame.length = 200;
  Bytes bytes;
  compose(frame, bytes);
  EXPECT_EQ(bytes.size(), 204U);
  const Headers headers = dissect(LinkLayer::ethernet, bytes);
  EXPECT_EQ(headers.kind, FrameKind::ip);
  EXPECT_EQ(headers.vlans[0].vlan(), 12);
  EXPECT_EQ(headers.source.text(), "2001:db8::1");
  EXPECT_EQ(headers.destination.text(), "2001:db8::2");
  EXPECT_EQ(headers.protocol, kProtocolTcp);
  EXPECT_EQ(headers.destination_port, 9);
  EXPECT_EQ(headers.ttl, 63);
}

TEST(Compose, AFrameIsNeverShorterThanItsHeaders) {
  ComposedFrame frame = datagram();
  frame.length = 10;
  Bytes bytes;
  compose(frame, bytes);
  EXPECT_EQ(bytes.size(), 42U);
  EXPECT_EQ(least_composed_length(frame), 42U);
}

}  // namespace
}  // namespace switchfault
