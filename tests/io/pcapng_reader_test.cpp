#include "io/pcapng_reader.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include "io/capture_bytes.h"

namespace switchfault {
namespace {

ReadCapture read(const Bytes& bytes) {
  return read_all(*read_pcapng(stream_of(bytes)));
}

Bytes option(std::uint16_t code, const Bytes& value, bool big_endian = false) {
  return BytesWriter(big_endian)
      .u16(code)
      .u16(static_cast<std::uint16_t>(value.size()))
      .padded(value)
      .done();
}
Bytes resolution(const char* byte) {
  return option(9, bytes_of(byte));
}

// The time that a packet of `units` gets on an interface with these options.
std::int64_t time_of(const Bytes& options, std::uint64_t units) {
  const ReadCapture capture =
      read(joined({pcapng_section(), pcapng_interface(1, options), pcapng_packet(0, units, {})}));
  EXPECT_EQ(capture.packets.size(), 1U) << capture.reason;
  return capture.packets.empty() ? 0 : capture.packets[0].at_ns;
}

TEST(PcapngReader, ReadsMixedLinkTypes) {
  const auto source = read_pcapng(stream_of(
      joined({pcapng_section(), pcapng_interface(1), pcapng_packet(0, 1, bytes_of("aa")),
              pcapng_interface(101), pcapng_interface(189), pcapng_packet(1, 2, bytes_of("bb")),
              pcapng_packet(2, 3, bytes_of("cc")), pcapng_packet(0, 4, bytes_of("dd"))})));
  const ReadCapture capture = read_all(*source);
  EXPECT_EQ(capture.packets,
            (std::vector<KeptPacket>{{1000, 1, LinkLayer::ethernet, bytes_of("aa")},
                                     {2000, 1, LinkLayer::raw_ip, bytes_of("bb")},
                                     {3000, 1, LinkLayer::unknown, bytes_of("cc")},
                                     {4000, 1, LinkLayer::ethernet, bytes_of("dd")}}));
  EXPECT_EQ(capture.how, CaptureEnd::How::complete);
  ASSERT_EQ(source->unreadable().size(), 1U);
  EXPECT_EQ(source->unreadable()[0].name, "USB_LINUX");
}

TEST(PcapngReader, ReadsSectionsOfEitherByteOrder) {
  const ReadCapture capture =
      read(joined({pcapng_section(true), pcapng_interface(101, {}, true),
                   pcapng_packet(0, 7, bytes_of("aa"), true), pcapng_section(false),
                   pcapng_interface(1), pcapng_packet(0, 8, bytes_of("bb"))}));
  EXPECT_EQ(capture.packets,
            (std::vector<KeptPacket>{{7000, 1, LinkLayer::raw_ip, bytes_of("aa")},
                                     {8000, 1, LinkLayer::ethernet, bytes_of("bb")}}));
}

TEST(PcapngReader, ConvertsTimes) {
  EXPECT_EQ(time_of({}, 1'500'000), 1'500'000'000);
  EXPECT_EQ(time_of(resolution("09"), 1'500'000'001), 1'500'000'001);
  EXPECT_EQ(time_of(resolution("03"), 1500), 1'500'000'000);
  EXPECT_EQ(time_of(resolution("00"), 3), 3'000'000'000);
  EXPECT_EQ(time_of(resolution("0c"), 1'999), 1);  // Picoseconds: what is less is dropped.
  EXPECT_EQ(time_of(resolution("8a"), 1536), 1'500'000'000);
  EXPECT_EQ(time_of(resolution("a0"), 0x180000000), 1'500'000'000);
  EXPECT_EQ(time_of(resolution("bf"), 0xc000000000000000), 1'500'000'000);
  EXPECT_EQ(time_of(option(14, bytes_of("0200000000000000")), 5), 2'000'005'000);
  EXPECT_EQ(time_of(option(14, bytes_of("ffffffffffffffff")), 0), -1'000'000'000);
}

TEST(PcapngReader, KeepsTimesThatDoNotFitAtTheLastOne) {
  EXPECT_EQ(time_of(resolution("00"), 0xffffffffffffffff), INT64_MAX);
  EXPECT_EQ(time_of(option(14, bytes_of("0000000000000080")), 0), INT64_MIN);
}

TEST(PcapngReader, ReadsSimpleAndObsoletePackets) {
  const Bytes simple = pcapng_block(false, 3, joined({bytes_of("03000000"), bytes_of("aabbcc")}));
  const Bytes obsolete =
      pcapng_block(false, 2, bytes_of("0000 0000 00000000 05000000 02000000 40000000 1122"));
  const ReadCapture capture =
      read(joined({pcapng_section(), pcapng_interface(1), simple, obsolete}));
  EXPECT_EQ(capture.packets,
            (std::vector<KeptPacket>{{0, 3, LinkLayer::ethernet, bytes_of("aabbcc")},
                                     {5000, 64, LinkLayer::ethernet, bytes_of("1122")}}));
}

TEST(PcapngReader, CutsASimplePacketAtTheSnapshotLength) {
  const Bytes interface = pcapng_block(false, 1, bytes_of("0100 0000 02000000"));
  const Bytes simple = pcapng_block(false, 3, bytes_of("40000000 aabb"));
  EXPECT_EQ(read(joined({pcapng_section(), interface, simple})).packets,
            (std::vector<KeptPacket>{{0, 64, LinkLayer::ethernet, bytes_of("aabb")}}));
}

TEST(PcapngReader, PassesOverOtherBlocksOfAnyLength) {
  const Bytes secrets = pcapng_block(false, 10, Bytes(20'000'000));
  const ReadCapture capture = read(joined(
      {pcapng_section(), pcapng_interface(1), secrets, pcapng_packet(0, 1, bytes_of("aa"))}));
  EXPECT_EQ(capture.packets.size(), 1U);
  EXPECT_EQ(capture.how, CaptureEnd::How::complete);
}

TEST(PcapngReader, SaysWhatIsDamaged) {
  const Bytes section = pcapng_section();
  const Bytes begin = joined({section, pcapng_interface(1)});
  const auto reason = [&](const Bytes& before, const Bytes& bad) {
    const ReadCapture capture = read(joined({before, bad}));
    EXPECT_EQ(capture.how, CaptureEnd::How::damaged);
    EXPECT_TRUE(capture.packets.empty());
    return capture.reason;
  };
  EXPECT_EQ(reason(begin, bytes_of("06000000 07000000")), "a block with the impossible length 7");
  EXPECT_EQ(reason(begin, bytes_of("06000000 0e000000")), "a block with the impossible length 14");
  EXPECT_EQ(reason(begin, bytes_of("06000000 00000040")),
            "a block of 1073741824 bytes, at most 16777216 are read");
  EXPECT_EQ(reason(begin, bytes_of("06000000 0c000000 10000000")),
            "a block that begins with the length 12 and ends with 16");
  EXPECT_EQ(reason(begin, pcapng_block(false, 6, bytes_of("00000000"))),
            "a packet block that is too short");
  EXPECT_EQ(reason(begin, pcapng_packet(1, 0, {})),
            "a packet of interface 1, which is not described");
  EXPECT_EQ(reason(section, pcapng_packet(0, 0, {})),
            "a packet of interface 0, which is not described");
  EXPECT_EQ(reason(begin, pcapng_block(false, 6,
                                       bytes_of("00000000 00000000 00000000 09000000 09000000"))),
            "a packet of 9 captured bytes in a block with room for 0");
  EXPECT_EQ(reason(begin, pcapng_block(false, 6,
                                       bytes_of("00000000 00000000 00000000 01000400 09000000"))),
            "a packet of 262145 captured bytes, at most 262144 are read");
  EXPECT_EQ(reason(section, pcapng_interface(1, resolution("14"))),
            "a resolution of time of 10^-20");
  EXPECT_EQ(reason(section, pcapng_interface(1, resolution("c0"))),
            "a resolution of time of 2^-64");
  EXPECT_EQ(reason(section, pcapng_interface(1, bytes_of("0900ff00"))),
            "an option that is longer than its block");
  EXPECT_EQ(reason({}, pcapng_block(false, 0x0a0d0d0a, bytes_of("4d3c2b1a"))),
            "a section header that is too short");
  EXPECT_EQ(reason({}, bytes_of("0a0d0d0a 1c000000 01020304")), "a section of unknown byte order");
}

TEST(PcapngReader, SaysWhereTheFileWasCutOff) {
  const Bytes begin = joined({pcapng_section(), pcapng_interface(1)});
  const Bytes packet = pcapng_packet(0, 1, bytes_of("aabbccdd"));
  for (std::size_t size = 1; size < packet.size(); ++size) {
    const ReadCapture capture =
        read(joined({begin, packet, {packet.begin(), packet.begin() + std::ptrdiff_t(size)}}));
    EXPECT_EQ(capture.packets.size(), 1U);
    EXPECT_EQ(capture.how, CaptureEnd::How::cut_off);
    EXPECT_EQ(capture.reason, "truncated pcapng file; a block of " +
                                  std::to_string(size < 8 ? 8 : 36) + " bytes has only " +
                                  std::to_string(size));
  }
}

TEST(PcapngReader, BoundsTheInterfacesOfASection) {
  Bytes many = pcapng_section();
  const Bytes interface = pcapng_interface(1);
  for (int i = 0; i <= 65536; ++i) {
    many.insert(many.end(), interface.begin(), interface.end());
  }
  EXPECT_EQ(read(many).reason, "more than 65536 interfaces");
}

// What libpcap reads from a file that it can read.
std::vector<KeptPacket> by_libpcap(Bytes bytes) {
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  std::FILE* const file = ::fmemopen(bytes.data(), bytes.size(), "rb");
  pcap_t* const pcap =
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, words.data());
  EXPECT_NE(pcap, nullptr) << words.data();
  std::vector<KeptPacket> packets;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap != nullptr && pcap_next_ex(pcap, &header, &data) == 1) {
    const auto* const begin = reinterpret_cast<const std::byte*>(data);
    packets.push_back({header->ts.tv_sec * 1'000'000'000 + header->ts.tv_usec,
                       header->len,
                       LinkLayer::ethernet,
                       {begin, begin + header->caplen}});
  }
  pcap_close(pcap);
  return packets;
}

TEST(PcapngReader, AgreesWithLibpcapWhereItReads) {
  const Bytes shipped = file_bytes(kCaptures + "pcapng-multi-interface.pcapng");
  EXPECT_EQ(read(shipped).packets, by_libpcap(shipped));
  EXPECT_EQ(read(shipped).packets.size(), 6U);
  for (const char* const byte : {"00", "03", "06", "09", "0c", "8a", "9e"}) {
    Bytes file = joined({pcapng_section(), pcapng_interface(1, resolution(byte))});
    for (const std::uint64_t units : {0ULL, 1ULL, 999'999'999ULL, 1'732'370'400ULL}) {
      const Bytes packet = pcapng_packet(0, units, bytes_of("0102030405"));
      file.insert(file.end(), packet.begin(), packet.end());
    }
    EXPECT_EQ(read(file).packets, by_libpcap(file)) << byte;
  }
}

}  // namespace
}  // namespace switchfault
