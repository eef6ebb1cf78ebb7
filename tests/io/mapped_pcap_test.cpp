#include "io/mapped_pcap.h"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/capture_bytes.h"
#include "io/libpcap_reader.h"

namespace switchfault {
namespace {

std::unique_ptr<PacketSource> map(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  auto source = map_pcap(descriptor);
  if (!source) {
    ::close(descriptor);
  }
  return source;
}

// The same bytes read in place and by libpcap.
void expect_same(const std::string& path, const Bytes& bytes) {
  write_bytes(path, bytes);
  const auto mapped = map(path);
  std::string refusal;
  const auto other = read_with_libpcap(stream_of(bytes), refusal);
  if (mapped && other) {
    EXPECT_EQ(read_all(*mapped), read_all(*other));
  } else {
    EXPECT_EQ(mapped, nullptr) << refusal;
  }
}

const PcapForm kForm{.nanoseconds = true};

Bytes three_packets() {
  return joined({pcap_header(kForm), pcap_record(kForm, {3, 1, 4, 60}, bytes_of("01020304")),
                 pcap_record(kForm, {2, 2, 0, 60}, {}),
                 pcap_record(kForm, {2, 2, 6, 6}, bytes_of("0a0b0c0d0e0f"))});
}

TEST(MappedPcap, ReadsTheFourCommonForms) {
  const std::string path = capture_folder() + "x.pcap";
  for (const bool big_endian : {false, true}) {
    for (const bool nanoseconds : {false, true}) {
      const PcapForm form{.big_endian = big_endian, .nanoseconds = nanoseconds};
      write_bytes(path,
                  joined({pcap_header(form), pcap_record(form, {7, 5, 2, 60}, bytes_of("abcd"))}));
      const auto source = map(path);
      ASSERT_NE(source, nullptr);
      EXPECT_TRUE(source->keeps_bytes());
      const ReadCapture capture = read_all(*source);
      EXPECT_EQ(capture.packets,
                (std::vector<KeptPacket>{{7'000'000'000 + (nanoseconds ? 5 : 5000), 60,
                                          LinkLayer::ethernet, bytes_of("abcd")}}));
      EXPECT_EQ(capture.how, CaptureEnd::How::complete);
    }
  }
}

TEST(MappedPcap, AgreesWithLibpcapOnEveryShippedCapture) {
  int mapped = 0;
  for (const std::string& name : shipped_captures()) {
    const auto source = map(kCaptures + name);
    if (!source) {
      continue;
    }
    ++mapped;
    std::string refusal;
    const auto other = read_with_libpcap(stream_of(file_bytes(kCaptures + name)), refusal);
    EXPECT_EQ(read_all(*source), read_all(*other)) << name;
  }
  EXPECT_EQ(mapped, 22);  // All but the one in pcapng.
}

TEST(MappedPcap, AgreesWithLibpcapWhereverTheFileIsCut) {
  const std::string path = capture_folder() + "x.pcap";
  const Bytes whole = three_packets();
  for (std::size_t size = 1; size <= whole.size(); ++size) {
    SCOPED_TRACE(size);
    expect_same(path, {whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
  }
}

TEST(MappedPcap, AgreesWithLibpcapOnLengthsThatLie) {
  const std::string path = capture_folder() + "x.pcap";
  for (const std::uint32_t snapshot : {0U, 2U, 4U, 262144U, 300000U, 0x7fffffffU, 0xffffffffU}) {
    const PcapForm form{.snapshot_length = snapshot};
    for (const std::uint32_t captured : {3U, 5U, 9U, 262144U, 262145U, 300001U, 0xffffffffU}) {
      for (const std::uint32_t length : {0U, 4U, 0xffffffffU}) {
        SCOPED_TRACE(std::to_string(snapshot) + ' ' + std::to_string(captured));
        expect_same(path, joined({pcap_header(form),
                                  pcap_record(form, {1, 2, captured, length}, bytes_of("01020304")),
                                  pcap_record(form, {3, 4, 1, 1}, bytes_of("05"))}));
      }
    }
  }
  const PcapForm form{.snapshot_length = 3};  // Two packets that are longer than they may be.
  const Bytes long_packet = pcap_record(form, {1, 2, 5, 5}, bytes_of("0102030405"));
  expect_same(path, joined({pcap_header(form), long_packet, long_packet}));
}

TEST(MappedPcap, LeavesOthersToOtherReaders) {
  const std::string folder = capture_folder();
  EXPECT_EQ(map(folder), nullptr);
  EXPECT_EQ(map(write_bytes(folder + "short", bytes_of("d4c3b2a1"))), nullptr);
  EXPECT_EQ(map(write_bytes(folder + "usb", pcap_header({.link_type = 189}))), nullptr);
  Bytes old = pcap_header();
  old[6] = std::byte{3};  // Version 2.3, where lengths may be swapped.
  EXPECT_EQ(map(write_bytes(folder + "old", old)), nullptr);
  EXPECT_EQ(map(kCaptures + "pcapng-multi-interface.pcapng"), nullptr);
}

TEST(MappedPcap, GoesOnWhenTheFileHasGrown) {
  const std::string path = capture_folder() + "x.pcap";
  const Bytes whole = three_packets();
  write_bytes(path, {whole.begin(), whole.begin() + 24 + 20 + 7});  // Inside the second record.
  const auto source = map(path);
  RecordedPacket first;
  ASSERT_TRUE(source->next(first));
  std::ofstream(path, std::ios::binary | std::ios::app)
      << text_of({whole.begin() + 24 + 20 + 7, whole.end()});
  const ReadCapture rest = [&] {
    RecordedPacket packet;
    ReadCapture capture;
    while (source->next(packet)) {
      capture.packets.push_back({packet.at_ns, packet.length, packet.link_layer, {}});
    }
    capture.how = source->end().how;
    return capture;
  }();
  EXPECT_EQ(rest.packets.size(), 2U);
  EXPECT_EQ(rest.how, CaptureEnd::How::complete);
  EXPECT_EQ(hexadecimal(first.bytes), "01020304");  // Bytes of the first mapping stay.
}

// A pcap file of this many packets of 1000 bytes, numbered in their first four bytes.
std::string large_file(const std::string& folder, std::uint32_t packets) {
  const std::string path = folder + "large.pcap";
  std::ofstream out(path, std::ios::binary);
  out << text_of(pcap_header(kForm));
  Bytes data(1000);
  for (std::uint32_t i = 0; i < packets; ++i) {
    store_big(data.data(), i);
    out << text_of(pcap_record(kForm, {i, 0, 1000, 1000}, data));
  }
  return path;
}

TEST(MappedPcap, EndsWhereTheFileWasCutShortMeanwhile) {
  const std::string path = large_file(capture_folder(), 10'000);
  const auto source = map(path);
  RecordedPacket packet;
  ASSERT_TRUE(source->next(packet));
  ASSERT_EQ(::truncate(path.c_str(), 5'000'000), 0);
  std::uint64_t packets = 1;
  while (source->next(packet)) {
    ++packets;
  }
  EXPECT_LT(packets, 5000U);
  EXPECT_EQ(source->end().how, CaptureEnd::How::cut_off);
  EXPECT_EQ(source->end().reason, "the file was cut short while it was read");
}

// Resident memory of this process from files, in KiB.
std::size_t resident_file_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    if (word == "RssFile:") {
      std::size_t kib = 0;
      status >> kib;
      return kib;
    }
  }
  return 0;
}

TEST(MappedPcap, GivesPagesBackAndKeepsTheirBytes) {
  const auto source = map(large_file(capture_folder(), 150'000));
  const std::size_t before = resident_file_kib();
  RecordedPacket packet;
  std::vector<const std::byte*> kept;
  std::size_t most = 0;
  while (source->next(packet)) {
    if (source->packets() % 10'000 == 1) {
      kept.push_back(packet.bytes.data());
      most = std::max(most, resident_file_kib());
    }
  }
  ASSERT_EQ(kept.size(), 15U);
  for (std::uint32_t i = 0; i < kept.size(); ++i) {
    EXPECT_EQ(load_big32(kept[i]), 10'000 * i);
  }
  EXPECT_LT(most - before, 50'000U);  // Of 152,400,024 bytes.
}

}  // namespace
}  // namespace switchfault
