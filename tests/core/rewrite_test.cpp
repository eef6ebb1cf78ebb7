#include "core/rewrite.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/byte_order.h"
#include "core/checksum.h"
#include "packet_bytes.h"

namespace switchfault {
namespace {

struct Addresses {
  IpAddress source, destination;
};

std::uint64_t words_of(IpAddress address) {
  if (address.is_v4()) {
    return (address.v4_bits() >> 16U) + (address.v4_bits() & 0xffffU);
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t half : {address.high(), address.low()}) {
    for (unsigned shift = 0; shift < 64; shift += 16) {
      sum += (half >> shift) & 0xffffU;
    }
  }
  return sum;
}

std::size_t checksum_at(std::uint8_t protocol) {
  return protocol == kProtocolTcp ? 16 : protocol == kProtocolIcmpv6 ? 2 : 6;
}

// An Ethernet frame of these addresses with a transport packet of `payload` bytes of data and right
// checksums, computed from nothing.
Bytes frame_of(const Addresses& addresses, std::uint8_t protocol, std::uint8_t ttl,
               std::span<const std::byte> data) {
  const bool v4 = addresses.source.is_v4();
  const std::size_t transport_header = protocol == kProtocolTcp ? 20 : 8;
  const std::size_t transport_size = transport_header + data.size();
  const std::size_t network_size = v4 ? 20 : 40;
  Bytes frame(14 + network_size + transport_size);
  store_big(&frame[12], v4 ? kEtherTypeIpv4 : kEtherTypeIpv6);
  std::byte* const network = &frame[14];
  std::byte* const transport = network + network_size;
  if (v4) {
    network[0] = std::byte{0x45};
    store_big(network + 2, static_cast<std::uint16_t>(20 + transport_size));
    network[8] = std::byte{ttl};
    network[9] = std::byte{protocol};
    store_big(network + 12, addresses.source.v4_bits());
    store_big(network + 16, addresses.destination.v4_bits());
    store_big(network + 10, internet_checksum({network, 20}));
  } else {
    network[0] = std::byte{0x60};
    store_big(network + 4, static_cast<std::uint16_t>(transport_size));
    network[6] = std::byte{protocol};
    network[7] = std::byte{ttl};
    store_big(network + 8, addresses.source.high());
    store_big(network + 16, addresses.source.low());
    store_big(network + 24, addresses.destination.high());
    store_big(network + 32, addresses.destination.low());
  }
  store_big(transport, std::uint16_t{1234});
  store_big(transport + 2, std::uint16_t{80});
  if (protocol == kProtocolUdp) {
    store_big(transport + 4, static_cast<std::uint16_t>(transport_size));
  }
  std::copy(data.begin(), data.end(), transport + transport_header);
  const std::uint64_t pseudo =
      words_of(addresses.source) + words_of(addresses.destination) + protocol + transport_size;
  std::uint16_t checksum = internet_checksum({transport, transport_size}, pseudo);
  if (protocol == kProtocolUdp && checksum == 0) {
    checksum = 0xffff;
  }
  store_big(transport + checksum_at(protocol), checksum);
  return frame;
}

IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}

Headers headers_of(std::span<const std::byte> frame) {
  return dissect(LinkLayer::ethernet, frame);
}

rc::Gen<IpAddress> any_address(bool v4) {
  return v4 ? rc::gen::map(rc::gen::arbitrary<std::uint32_t>(),
                           [](std::uint32_t bits) { return IpAddress::v4(bits); })
            : rc::gen::map(rc::gen::arbitrary<std::pair<std::uint64_t, std::uint64_t>>(),
                           [](const auto& halves) {
                             // Never an IPv4-mapped one, which is an IPv4 address here.
                             return IpAddress::v6(halves.first | 1U, halves.second);
                           });
}

// A frame rewritten to other addresses and another TTL is byte for byte the frame built with them.
RC_GTEST_PROP(RewriteProperties, GivesTheFrameBuiltWithTheNewAddresses, ()) {
  const bool v4 = *rc::gen::arbitrary<bool>();
  const Addresses before{*any_address(v4), *any_address(v4)};
  const Addresses after{*any_address(v4), *any_address(v4)};
  const std::uint8_t protocol =
      *rc::gen::element(kProtocolTcp, kProtocolUdp, v4 ? kProtocolTcp : kProtocolIcmpv6);
  const auto ttl = *rc::gen::inRange<int>(1, 256);
  const Bytes data(static_cast<std::size_t>(*rc::gen::inRange(0, 64)),
                   static_cast<std::byte>(*rc::gen::inRange(0, 256)));
  Bytes frame = frame_of(before, protocol, 64, data);
  const Headers headers = headers_of(frame);
  set_addresses(frame, headers, after.source, after.destination);
  set_ttl(frame, headers, static_cast<std::uint8_t>(ttl));
  RC_ASSERT(frame == frame_of(after, protocol, static_cast<std::uint8_t>(ttl), data));
}

// A checksum that is off by some amount is off by the same amount afterwards.
RC_GTEST_PROP(RewriteProperties, LeavesWrongChecksumsWrongByTheSame, ()) {
  const Addresses before{*any_address(true), *any_address(true)};
  const Addresses after{*any_address(true), *any_address(true)};
  const Bytes data = bytes_of("0102030405");
  Bytes frame = frame_of(before, kProtocolTcp, 64, data);
  Bytes expected = frame_of(after, kProtocolTcp, 9, data);
  const auto error = *rc::gen::inRange<std::uint16_t>(1, 0xffff);
  for (const std::size_t at : {std::size_t{24}, std::size_t{50}}) {
    for (Bytes* const bytes : {&frame, &expected}) {
      store_big(&(*bytes)[at], folded(std::uint64_t{load_big16(&(*bytes)[at])} + error));
    }
  }
  const Headers headers = headers_of(frame);
  set_addresses(frame, headers, after.source, after.destination);
  set_ttl(frame, headers, 9);
  // Zero has two forms in this arithmetic.
  for (const std::size_t at : {std::size_t{24}, std::size_t{50}}) {
    RC_ASSERT(load_big16(&frame[at]) % 0xffffU == load_big16(&expected[at]) % 0xffffU);
  }
}

TEST(Rewrite, ChangesPortsAndTheirChecksum) {
  const Addresses addresses{IpAddress::v4(0x0a000001), IpAddress::v4(0x0a000002)};
  const Bytes data = bytes_of("01 02 03");
  for (const std::uint8_t protocol : {kProtocolTcp, kProtocolUdp}) {
    Bytes frame = frame_of(addresses, protocol, 64, data);
    const Bytes before = frame;
    const Headers headers = dissect(LinkLayer::ethernet, frame);
    set_ports(frame, headers, 4321, 443);
    EXPECT_EQ(dissect(LinkLayer::ethernet, frame).source_port, 4321);
    EXPECT_EQ(dissect(LinkLayer::ethernet, frame).destination_port, 443);
    const std::size_t at = headers.transport_offset + checksum_at(protocol);
    EXPECT_NE(load_big16(&frame[at]), load_big16(&before[at]));
    set_ports(frame, headers, 1234, 80);
    EXPECT_EQ(frame, before);
  }
}

TEST(Rewrite, KeepsAUdpChecksumOfNone) {
  Bytes frame = frame_of({ip("10.0.0.1"), ip("10.0.0.2")}, kProtocolUdp, 64, {});
  store_big(&frame[40], std::uint16_t{0});
  set_addresses(frame, headers_of(frame), ip("192.0.2.1"), ip("192.0.2.2"));
  EXPECT_EQ(load_big16(&frame[40]), 0);
}

TEST(Rewrite, ChangesWhatASlicedFrameHas) {
  const Addresses before{ip("10.0.0.1"), ip("10.0.0.2")};
  const Addresses after{ip("192.0.2.1"), ip("198.51.100.7")};
  const Bytes whole = frame_of(after, kProtocolTcp, 64, {});
  for (std::size_t size = 34; size <= whole.size(); ++size) {
    Bytes frame = frame_of(before, kProtocolTcp, 64, {});
    frame.resize(size);
    frame.shrink_to_fit();
    set_addresses(frame, headers_of(frame), after.source, after.destination);
    Bytes expected(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    if (size == 51) {  // Half of the checksum is left as it was.
      expected.back() = frame.back();
    }
    EXPECT_EQ(hexadecimal(frame), hexadecimal(expected)) << size;
  }
}

TEST(Rewrite, LeavesLaterFragmentsTheirData) {
  Bytes frame = frame_of({ip("10.0.0.1"), ip("10.0.0.2")}, kProtocolUdp, 64, {});
  store_big(&frame[20], std::uint16_t{185});
  set_addresses(frame, headers_of(frame), ip("192.0.2.1"), ip("192.0.2.2"));
  EXPECT_EQ(hexadecimal(std::span(frame).subspan(34)), "04d200500008e6b9");
}

// The pseudo-header of a source-routed packet has the last destination (RFC 8200 section 8.1).
TEST(Rewrite, LeavesTheChecksumOfASourceRoutedDestination) {
  Bytes frame =
      joined({bytes_of("000000000000 000000000000 86dd 60000000 00102b40"
                       "20010db8000000000000000000000001 20010db8000000000000000000000002"
                       "11000201 00000000 04d20050 00081234")});
  const Headers headers = headers_of(frame);
  set_addresses(frame, headers, headers.source, ip("2001:db8::9"));
  EXPECT_EQ(load_big16(&frame[14 + 40 + 8 + 6]), 0x1234);
}

TEST(Rewrite, ChangesAddressesInArp) {
  Bytes frame = bytes_of(
      "ffffffffffff 02000000000a 0806 0001 0800 06 04 0001 02000000000a 0a000001 000000000000"
      "0a000002");
  const Headers headers = headers_of(frame);
  set_addresses(frame, headers, ip("192.0.2.1"), ip("192.0.2.2"));
  set_arp_macs(frame, headers, {0x020000000001}, {0x020000000002});
  set_macs(frame, {0x020000000002}, {0x020000000001});
  EXPECT_EQ(hexadecimal(frame),
            "020000000002020000000001080600010800060400010200000000"
            "01c0000201020000000002c0000202");
}

TEST(Rewrite, ChangesTheVlanAndKeepsThePriority) {
  Bytes frame = bytes_of("02000000000b 02000000000a 88a8 600a 8100 a014 88cc 00");
  const Headers headers = headers_of(frame);
  set_vlan(frame, headers, 0, 11);
  set_vlan(frame, headers, 1, 4094);
  EXPECT_EQ(hexadecimal(std::span(frame).subspan(12, 8)), "88a8600b8100affe");
}

// As rewritten step by step, whole or sliced, whatever the checksums are.
RC_GTEST_PROP(RewriteProperties, BriefRewriteIsThatOfTheLongWay, ()) {
  const std::uint8_t protocol = *rc::gen::element(kProtocolTcp, kProtocolUdp);
  const Bytes data(static_cast<std::size_t>(*rc::gen::inRange(0, 30)), std::byte{7});
  Bytes frame = frame_of({*any_address(true), *any_address(true)}, protocol, 64, data);
  store_big(&frame[34 + checksum_at(protocol)],
            *rc::gen::element<std::uint16_t>(0, 0xffff, 1, 0x1234));
  frame.resize(std::min(frame.size(), static_cast<std::size_t>(*rc::gen::inRange(48, 80))));
  frame.resize(std::max<std::size_t>(frame.size(), 48));
  const Headers headers = headers_of(frame);
  const NewHeaders to{.destination_mac = {0x02000000000b},
                      .source_mac = {0x02000000000a},
                      .tag = *rc::gen::element<std::uint16_t>(0, 12),
                      .source = *any_address(true),
                      .destination = *any_address(true),
                      .source_port = *rc::gen::element<std::uint16_t>(0, 1234, 50000),
                      .destination_port = *rc::gen::element<std::uint16_t>(80, 443),
                      .ttl = static_cast<std::uint8_t>(*rc::gen::inRange(1, 256))};
  Bytes result(frame.size() + (to.tag != 0 ? 4 : 0));
  BriefRewrite(frame, to).write(frame, result.data());

  set_addresses(frame, headers, to.source, to.destination);
  if (to.source_port != 0) {
    set_ports(frame, headers, to.source_port, to.destination_port);
  }
  set_ttl(frame, headers, to.ttl);
  set_macs(frame, to.destination_mac, to.source_mac);
  if (to.tag != 0) {
    const Bytes tag = bytes_of("8100 000c");
    frame.insert(frame.begin() + 12, tag.begin(), tag.end());
  }
  RC_ASSERT(hexadecimal(result) == hexadecimal(frame));
}

TEST(Rewrite, WritesAnEthernetHeader) {
  std::array<std::byte, kMaxEthernetHeader> out{};
  const std::array<VlanTag, 2> tags = {VlanTag{0x88a8, 10}, VlanTag{0x8100, 0x2014}};
  EXPECT_EQ(write_ethernet_header(out, {0x02000000000b}, {0x02000000000a}, tags, 0x0800), 22U);
  EXPECT_EQ(hexadecimal(out), "02000000000b02000000000a88a8000a810020140800");
  EXPECT_EQ(write_ethernet_header(out, {0x02000000000b}, {0x02000000000a}, {}, 0x86dd), 14U);
  EXPECT_EQ(hexadecimal(std::span(out).first(14)), "02000000000b02000000000a86dd");
}

}  // namespace
}  // namespace switchfault
