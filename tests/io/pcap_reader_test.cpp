#include "io/pcap_reader.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/capture_bytes.h"
#include "io/libpcap_reader.h"

namespace switchfault {
namespace {

std::unique_ptr<PacketSource> ours(const Bytes& bytes, std::size_t step = 1U << 30U) {
  BufferedStream stream(std::make_unique<MemoryStream>(bytes, step));
  return read_pcap(stream);
}

// The same bytes read by ourselves and by libpcap.
void expect_same(const Bytes& bytes) {
  std::string refusal;
  const auto other = read_with_libpcap(stream_of(bytes), refusal);
  for (const std::size_t step : {std::size_t{7}, std::size_t{1} << 30U}) {
    const auto source = ours(bytes, step);
    if (source && other) {
      EXPECT_EQ(read_all(*source), read_all(*read_with_libpcap(stream_of(bytes), refusal)));
    } else {
      EXPECT_EQ(source, nullptr) << refusal;
    }
  }
}

const PcapForm kForm{.nanoseconds = true};

Bytes three_packets() {
  return joined({pcap_header(kForm), pcap_record(kForm, {3, 1, 4, 60}, bytes_of("01020304")),
                 pcap_record(kForm, {2, 2, 0, 60}, {}),
                 pcap_record(kForm, {2, 2, 6, 6}, bytes_of("0a0b0c0d0e0f"))});
}

TEST(PcapReader, ReadsTheFourCommonForms) {
  for (const bool big_endian : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      const PcapForm form{.big_endian = big_endian, .nanoseconds = nanoseconds};
      const auto source =
          ours(joined({pcap_header(form), pcap_record(form, {7, 5, 2, 60}, bytes_of("abcd"))}));
      ASSERT_NE(source, nullptr);
      const ReadCapture capture = read_all(*source);
      EXPECT_EQ(capture.packets,
                (std::vector<KeptPacket>{{7'000'000'000 + (nanoseconds ? 5 : 5000), 60,
                                          LinkLayer::ethernet, bytes_of("abcd")}}));
      EXPECT_EQ(capture.how, CaptureEnd::How::complete);
    }
  }
}

TEST(PcapReader, TakesTimesAsUnsigned) {
  const Bytes record = pcap_record(kForm, {.seconds = 0xffffffff, .fraction = 0xffffffff}, {});
  const ReadCapture capture = read_all(*ours(joined({pcap_header(kForm), record})));
  ASSERT_EQ(capture.packets.size(), 1U);
  EXPECT_EQ(capture.packets[0].at_ns, 4'294'967'295'000'000'000 + 4'294'967'295);
  expect_same(joined({pcap_header(kForm), record}));
}

TEST(PcapReader, AgreesWithLibpcapOnEveryShippedCapture) {
  int read = 0;
  for (const std::string& name : shipped_captures()) {
    SCOPED_TRACE(name);
    const Bytes bytes = file_bytes(kCaptures + name);
    if (ours(bytes)) {
      ++read;
      expect_same(bytes);
    }
  }
  EXPECT_EQ(read, 22);  // All but the one in pcapng.
}

TEST(PcapReader, AgreesWithLibpcapWhereverTheFileIsCut) {
  const Bytes whole = three_packets();
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    SCOPED_TRACE(size);
    expect_same({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
  }
}

TEST(PcapReader, AgreesWithLibpcapOnLengthsThatLie) {
  for (const std::uint32_t snapshot : {0U, 2U, 4U, 262144U, 300000U, 0x7fffffffU, 0xffffffffU}) {
    const PcapForm form{.snapshot_length = snapshot};
    for (const std::uint32_t captured : {3U, 5U, 9U, 262144U, 262145U, 300001U, 0xffffffffU}) {
      for (const std::uint32_t length : {0U, 4U, 0xffffffffU}) {
        SCOPED_TRACE(std::to_string(snapshot) + ' ' + std::to_string(captured));
        expect_same(joined({pcap_header(form),
                            pcap_record(form, {1, 2, captured, length}, bytes_of("01020304")),
                            pcap_record(form, {3, 4, 1, 1}, bytes_of("05"))}));
      }
    }
  }
  const PcapForm form{.snapshot_length = 3};  // Two packets that are longer than they may be.
  const Bytes long_packet = pcap_record(form, {1, 2, 5, 5}, bytes_of("0102030405"));
  expect_same(joined({pcap_header(form), long_packet, long_packet}));
}

TEST(PcapReader, ReadsPacketsAsLongAsTheBufferOrLonger) {
  Bytes file = pcap_header();
  for (const std::uint32_t size : {262144U, 1U, 262128U, 262144U, 0U, 100'000U}) {
    const Bytes record = pcap_record({}, {1, 2, size, size}, Bytes(size, std::byte(size)));
    file.insert(file.end(), record.begin(), record.end());
  }
  expect_same(file);
  EXPECT_EQ(read_all(*ours(file)).packets.size(), 6U);
}

TEST(PcapReader, LeavesOtherFormsToOtherReaders) {
  EXPECT_EQ(ours({}), nullptr);
  EXPECT_EQ(ours(bytes_of("d4c3b2a1")), nullptr);
  EXPECT_EQ(ours(pcap_header({.link_type = 189})), nullptr);
  Bytes old = pcap_header();
  old[6] = std::byte{3};  // Version 2.3, where lengths may be swapped.
  EXPECT_EQ(ours(old), nullptr);
  EXPECT_EQ(ours(file_bytes(kCaptures + "pcapng-multi-interface.pcapng")), nullptr);
}

}  // namespace
}  // namespace switchfault
