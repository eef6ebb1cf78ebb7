#include "io/libpcap_reader.h"

#include <memory>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "io/capture_bytes.h"

namespace switchfault {
namespace {

ReadCapture read(const Bytes& bytes) {
  std::string refusal;
  const auto source = read_with_libpcap(stream_of(bytes), refusal);
  EXPECT_NE(source, nullptr) << refusal;
  return source ? read_all(*source) : ReadCapture{};
}

std::string refusal_of(const Bytes& bytes) {
  std::string refusal;
  EXPECT_EQ(read_with_libpcap(stream_of(bytes), refusal), nullptr);
  return refusal;
}

TEST(LibpcapReader, KeepsNanosecondsInEitherByteOrder) {
  for (const bool big_endian : {false, true}) {
    const PcapForm form{.big_endian = big_endian, .nanoseconds = true};
    const Bytes record = pcap_record(
        form, {.seconds = 5, .fraction = 123456789, .captured = 2, .length = 60}, bytes_of("abcd"));
    const ReadCapture capture = read(joined({pcap_header(form), record}));
    ASSERT_EQ(capture.packets.size(), 1U);
    EXPECT_EQ(capture.packets[0],
              (KeptPacket{5'123'456'789, 60, LinkLayer::ethernet, bytes_of("abcd")}));
    EXPECT_EQ(capture.how, CaptureEnd::How::complete);
  }
}

TEST(LibpcapReader, TakesTimesAsUnsigned) {
  for (const bool big_endian : {false, true}) {
    const PcapForm form{.big_endian = big_endian};
    const Bytes record =
        pcap_record(form, {.seconds = 0xfffffffe, .fraction = 0xffffffff}, bytes_of(""));
    const ReadCapture capture = read(joined({pcap_header(form), record}));
    ASSERT_EQ(capture.packets.size(), 1U);
    EXPECT_EQ(capture.packets[0].at_ns, 4'294'967'294'000'000'000 + 4'294'967'295'000);
  }
}

TEST(LibpcapReader, ReadsTheOldFormWithLongerRecords) {
  // Kuznetzov's: 8 bytes more in each record header; packets of the form before version 2.3 too.
  const Bytes header =
      BytesWriter(false).u32(0xa1b2cd34).u16(2).u16(4).u64(0).u32(1000).u32(1).done();
  const Bytes record = BytesWriter(false).u32(1).u32(2).u32(1).u32(60).u64(0).done();
  const ReadCapture capture = read(joined({header, record, bytes_of("ab")}));
  ASSERT_EQ(capture.packets.size(), 1U);
  EXPECT_EQ(capture.packets[0].length, 60U);
}

TEST(LibpcapReader, CountsWhatIsOfNoKnownLinkLayer) {
  const PcapForm form{.link_type = 147};
  std::string refusal;
  const auto source = read_with_libpcap(
      stream_of(joined({pcap_header(form), pcap_record(form, {}, {}), pcap_record(form, {}, {})})),
      refusal);
  RecordedPacket packet;
  while (source->next(packet)) {
    EXPECT_EQ(packet.link_layer, LinkLayer::unknown);
  }
  ASSERT_EQ(source->unreadable().size(), 1U);
  EXPECT_EQ(source->unreadable()[0].link_type, 147U);
  EXPECT_EQ(source->unreadable()[0].packets, 2U);
  EXPECT_EQ(source->packets(), 2U);
}

TEST(LibpcapReader, PassesItsRefusalsOn) {
  EXPECT_EQ(refusal_of(bytes_of("01020304")), "unknown file format");
  EXPECT_EQ(refusal_of(BytesWriter(false).u32(0xa1b2c3d4).u16(1).u16(0).u64(0).u64(0).done()),
            "archaic pcap savefile format");
}

TEST(LibpcapReader, SaysWhereTheFileWasCutOff) {
  const PcapForm form;
  const Bytes whole =
      joined({pcap_header(form), pcap_record(form, {1, 0, 4, 4}, bytes_of("01020304")),
              pcap_record(form, {2, 0, 4, 4}, bytes_of("01020304"))});
  const ReadCapture capture = read({whole.begin(), whole.end() - 1});
  EXPECT_EQ(capture.packets.size(), 1U);
  EXPECT_EQ(capture.how, CaptureEnd::How::cut_off);
  EXPECT_EQ(capture.reason, "truncated dump file; tried to read 4 captured bytes, only got 3");
}

class FailingStream final : public ByteStream {
 public:
  std::size_t read(std::span<std::byte> into) override {
    if (served_) {
      throw std::system_error(EIO, std::generic_category(), "cannot read x.pcap");
    }
    served_ = true;
    const Bytes header = pcap_header();
    std::copy(header.begin(), header.end(), into.begin());
    return header.size();
  }
  [[nodiscard]] CaptureEnd end() const override { return {}; }

 private:
  bool served_ = false;
};

TEST(LibpcapReader, LetsErrorsOfTheMachineThrough) {
  std::string refusal;
  const auto source = read_with_libpcap(BufferedStream(std::make_unique<FailingStream>()), refusal);
  ASSERT_NE(source, nullptr);
  RecordedPacket packet;
  EXPECT_THROW(source->next(packet), std::system_error);
}

}  // namespace
}  // namespace switchfault
