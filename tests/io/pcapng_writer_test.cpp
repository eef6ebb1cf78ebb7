#include "io/pcapng_writer.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include "io/capture_bytes.h"

namespace switchfault {
namespace {

using Direction = CapturedFrame::Direction;

const char* const kFrame =
    "02000000000b 02000000000a 0800 4500001c 00000000 40112ecf c0000201 c6336407"
    "04d20035 00086a59";

std::string write_two(const std::string& path) {
  const auto writer = create_capture(path);
  const Bytes frame = bytes_of(kFrame);
  const std::uint32_t first = writer->add_interface("core-1:eth1");
  writer->write({.interface = first,
                 .at_ns = 1'767'663'089'500'330'493,
                 .length = 42,
                 .direction = Direction::in,
                 .comment = {}},
                frame);
  const std::uint32_t second = writer->add_interface("core-1:eth2");
  writer->write({.interface = second,
                 .at_ns = 1'767'663'089'500'330'494,
                 .length = 1500,
                 .direction = Direction::out,
                 .comment = "dropped: queue_full"},
                std::span(frame).first(41));
  writer->finish();
  return path;
}

TEST(PcapngWriter, WritesTheseBytes) {
  const std::string frame = hexadecimal(bytes_of(kFrame));
  EXPECT_EQ(hexadecimal(file_bytes(write_two(capture_folder() + "x.pcapng"))),
            hexadecimal(bytes_of(
                // Section: byte order, version 1.0, any length; the program; end of options.
                "0a0d0d0a 30000000 4d3c2b1a 01000000 ffffffffffffffff"
                "04000b00 7377697463686661756c7400 00000000 30000000"
                // Interface: Ethernet, no limit; name; resolution 9.
                "01000000 30000000 01000000 00000000"
                "02000b00 636f72652d313a6574683100 09000100 09000000 00000000 30000000"
                // Packet: interface 0, time, 42 of 42 bytes; inbound.
                "06000000 58000000 00000000 36008818 fd993ce4 2a000000 2a000000" +
                frame + "0000" +
                "02000400 01000000 00000000 58000000"
                "01000000 30000000 01000000 00000000"
                "02000b00 636f72652d313a6574683200 09000100 09000000 00000000 30000000"
                // Packet: interface 1, 41 of 1500 bytes; comment, outbound.
                "06000000 70000000 01000000 36008818 fe993ce4 29000000 dc050000" +
                frame.substr(0, 82) + "000000" +
                "01001300 64726f707065643a2071756575655f66756c6c00"
                "02000400 02000000 00000000 70000000")));
}

TEST(PcapngWriter, WritesWhatOurReaderReads) {
  const auto source = open_capture(write_two(capture_folder() + "x.pcapng"));
  const ReadCapture capture = read_all(*source);
  const Bytes frame = bytes_of(kFrame);
  EXPECT_EQ(capture.packets,
            (std::vector<KeptPacket>{{1'767'663'089'500'330'493, 42, LinkLayer::ethernet, frame},
                                     {1'767'663'089'500'330'494,
                                      1500,
                                      LinkLayer::ethernet,
                                      {frame.begin(), frame.end() - 1}}}));
  EXPECT_EQ(capture.how, CaptureEnd::How::complete);
}

TEST(PcapngWriter, WritesWhatLibpcapReads) {
  const std::string path = write_two(capture_folder() + "x.pcapng");
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  pcap_t* const pcap = pcap_open_offline_with_tstamp_precision(
      path.c_str(), PCAP_TSTAMP_PRECISION_NANO, words.data());
  ASSERT_NE(pcap, nullptr) << words.data();
  EXPECT_EQ(pcap_datalink(pcap), DLT_EN10MB);
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  std::vector<std::string> read;
  while (pcap_next_ex(pcap, &header, &data) == 1) {
    read.push_back(std::to_string(header->ts.tv_sec) + '.' + std::to_string(header->ts.tv_usec) +
                   ' ' + std::to_string(header->caplen) + ' ' + std::to_string(header->len));
  }
  EXPECT_STREQ(pcap_geterr(pcap), "");
  pcap_close(pcap);
  EXPECT_EQ(read, (std::vector<std::string>{"1767663089.500330493 42 42",
                                            "1767663089.500330494 41 1500"}));
}

// The output of a command, or "missing" when there is no such program.
std::string output_of(const std::string& command) {
  std::FILE* const pipe = ::popen(command.c_str(), "r");
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe)) {
    text.append(piece.data(), count);
  }
  const int status = ::pclose(pipe);
  return status == 127 * 256 ? "missing" : text;
}

TEST(PcapngWriter, WritesWhatTsharkReads) {
  const std::string path = write_two(capture_folder() + "x.pcapng");
  const std::string text = output_of(
      "tshark -n -r '" + path +
      "' -T fields -E separator=, -e frame.interface_name -e frame.time_epoch -e frame.cap_len "
      "-e frame.len -e frame.packet_flags_direction -e frame.comment -e ip.src -e udp.dstport "
      "2>&1 | grep -v '^Running as user'");
  if (output_of("tshark --version 2>/dev/null") == "missing") {
    GTEST_SKIP() << "tshark is not installed";
  }
  EXPECT_EQ(
      text,
      "core-1:eth1,1767663089.500330493,42,42,0x00000001,,192.0.2.1,53\n"
      "core-1:eth2,1767663089.500330494,41,1500,0x00000002,dropped: queue_full,192.0.2.1,53\n");
}

TEST(PcapngWriter, HasNoFileBeforeItIsFinished) {
  const std::string folder = capture_folder();
  {
    const auto writer = create_capture(folder + "x.pcapng");
    writer->add_interface("a:eth1");
    EXPECT_FALSE(std::filesystem::exists(folder + "x.pcapng"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(PcapngWriter, ClipsACommentThatNoOptionHolds) {
  const std::string path = capture_folder() + "x.pcapng";
  std::string comment(65534, 'a');
  comment += "\u00e4";  // Two bytes, of which one would fit.
  const auto writer = create_capture(path);
  writer->add_interface("a:eth1");
  writer->write({.interface = 0, .at_ns = -5, .length = 0, .comment = comment}, {});
  writer->finish();
  const ReadCapture capture = read_all(*open_capture(path));
  ASSERT_EQ(capture.packets.size(), 1U);
  EXPECT_EQ(capture.packets[0].at_ns, 0);
  EXPECT_EQ(capture.how, CaptureEnd::How::complete);
  EXPECT_EQ(text_of(file_bytes(path)).find("\xc3"), std::string::npos);
}

TEST(PcapngWriter, SaysWhichFileCannotBeWritten) {
  const std::string path = capture_folder() + "missing/x.pcapng";
  try {
    create_capture(path);
    FAIL() << "it was opened";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot write " + path + ": No such file or directory");
  }
}

}  // namespace
}  // namespace switchfault
