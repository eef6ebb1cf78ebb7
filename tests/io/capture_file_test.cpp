#include "io/capture_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <switchfault/diagnostic.h>

#include "core/dissect.h"
#include "fuzz/capture_walk.h"
#include "io/capture_bytes.h"
#include "io/compressed_bytes.h"

namespace switchfault {
namespace {

// What capinfos 4.0.17 says of the file, and tshark of the packets in it: of IPv4, of IPv6, of ARP,
// of anything else, of TCP, of UDP. Where we differ:
// - arp.pcap: its hardware addresses are 255 bytes long, which is no ARP for Ethernet.
// - backward-timestamps.pcap: one IPv4 header has the version 6.
// - sliced.pcap: its fractions are 808464432 microseconds; capinfos keeps 32 bits of the
// nanoseconds.
// - sll2.pcap: reverse ARP is not taken for ARP.
struct Facts {
  std::string_view name;
  std::uint64_t packets, bytes;
  std::int64_t earliest_ns, latest_ns;
  int ipv4, ipv6, arp, other, tcp, udp;
};
const std::vector<Facts> kFacts = {
    {"arp.pcap", 6, 4252, 1526591575'696196000, 1526591586'475821000, 0, 0, 0, 6, 0, 0},
    {"backward-timestamps.pcap", 9, 1404, 1416849573'672232000, 1418946725'672232000, 8, 0, 0, 1, 8,
     0},
    {"bad-stp-v4-length-sigsegv.pcap", 1, 262144, 1994721059'680304000, 1994721059'680304000, 0, 0,
     0, 1, 0, 0},
    {"citrix.pcap", 100, 11332, 0, 1'605466000, 100, 0, 0, 0, 100, 0},
    {"dhcp.pcap", 4, 1312, 1102274184'317453000, 1102274184'387798000, 4, 0, 0, 0, 0, 4},
    {"dns.pcap", 464, 57942, 1413054930'198203000, 1413056207'820523000, 449, 15, 0, 0, 0, 464},
    {"empty.pcap", 0, 0, INT64_MAX, INT64_MIN, 0, 0, 0, 0, 0, 0},
    {"http-get.pcap", 14, 6087, 1362692526'869344000, 1362692527'080972000, 14, 0, 0, 0, 14, 0},
    {"http-ipv6.pcap", 81, 40670, 1147551795'526632000, 1147551799'429522000, 0, 81, 0, 0, 81, 0},
    {"http-qinq.pcap", 14, 6199, 1362692526'869344000, 1362692527'080972000, 14, 0, 0, 0, 14, 0},
    {"http-requests.pcap", 385, 447734, 1413745931'455999000, 1413746528'657978000, 385, 0, 0, 0,
     385, 0},
    {"imap.pcap", 33, 3774, 1213095262'213846000, 1213095266'780387000, 33, 0, 0, 0, 33, 0},
    {"mpls-in-vlan.pcap", 3, 2533, 1371685686'536606000, 1371686961'479321000, 3, 0, 0, 0, 3, 0},
    {"nano-big-endian.pcap", 10, 2198, 1766361926'167647291, 1766361926'168451894, 10, 0, 0, 0, 10,
     0},
    {"null-loopback.pcap", 3, 924, 1360854457'375051000, 1413056123'956615000, 2, 1, 0, 0, 1, 2},
    {"ospfv3.pcap", 61, 9974, 1220202735'459206000, 1220202905'453721000, 0, 61, 0, 0, 0, 0},
    {"pcapng-multi-interface.pcapng", 6, 798, 1767663089'500330493, 1767663437'140942000, 6, 0, 0,
     0, 0, 6},
    {"raw-ip.pcap", 100, 31018, 1147551795'526632000, 1488848077'767141000, 50, 50, 0, 0, 92, 8},
    {"rstp.pcap", 30, 1800, 1218369035'352170000, 1218369091'572240000, 0, 0, 0, 30, 0, 0},
    {"sliced.pcap", 48, 12582912, 808465240'464432000, 808465240'464432000, 2, 0, 0, 46, 0, 2},
    {"sll2.pcap", 6, 552, 1660534249'872259000, 1660535793'578961000, 2, 2, 1, 1, 0, 0},
    {"smtp.pcap", 21, 2786, 1449610262'855497000, 1449610324'073157000, 21, 0, 0, 0, 21, 0},
    {"tls12.pcap", 9, 1896, 1485725799'118265000, 1485725800'519664000, 9, 0, 0, 0, 9, 0},
};

void expect_facts(const Facts& facts, PacketSource& source) {
  SCOPED_TRACE(facts.name);
  Facts seen{facts.name, 0, 0, INT64_MAX, INT64_MIN, 0, 0, 0, 0, 0, 0};
  RecordedPacket packet;
  while (source.next(packet)) {
    seen.bytes += packet.length;
    seen.earliest_ns = std::min(seen.earliest_ns, packet.at_ns);
    seen.latest_ns = std::max(seen.latest_ns, packet.at_ns);
    const Headers headers = dissect(packet.link_layer, packet.bytes);
    const bool ip = headers.kind == FrameKind::ip;
    seen.ipv4 += ip && headers.ether_type == kEtherTypeIpv4 ? 1 : 0;
    seen.ipv6 += ip && headers.ether_type == kEtherTypeIpv6 ? 1 : 0;
    seen.arp += headers.kind == FrameKind::arp ? 1 : 0;
    seen.other += !ip && headers.kind != FrameKind::arp ? 1 : 0;
    seen.tcp += headers.has_ports && headers.protocol == kProtocolTcp ? 1 : 0;
    seen.udp += headers.has_ports && headers.protocol == kProtocolUdp ? 1 : 0;
  }
  EXPECT_EQ(source.end().how, CaptureEnd::How::complete) << source.end().reason;
  EXPECT_EQ(source.packets(), facts.packets);
  EXPECT_EQ(seen.bytes, facts.bytes);
  EXPECT_EQ(seen.earliest_ns, facts.earliest_ns);
  EXPECT_EQ(seen.latest_ns, facts.latest_ns);
  EXPECT_EQ(seen.ipv4, facts.ipv4);
  EXPECT_EQ(seen.ipv6, facts.ipv6);
  EXPECT_EQ(seen.arp, facts.arp);
  EXPECT_EQ(seen.other, facts.other);
  EXPECT_EQ(seen.tcp, facts.tcp);
  EXPECT_EQ(seen.udp, facts.udp);
}

// The whole text of the error with which a path is refused.
std::string refusal_of(const std::string& path) {
  try {
    open_capture(path);
  } catch (const InputError& error) {
    return error.what();
  }
  return "it was opened";
}

TEST(CaptureFile, FindsInTheShippedCapturesWhatOthersFind) {
  std::vector<std::string> names;
  for (const Facts& facts : kFacts) {
    names.emplace_back(facts.name);
    const std::string path = kCaptures + names.back();
    expect_facts(facts, *open_capture(path));
    expect_facts(facts, *open_capture(path, {.libpcap_only = true}));
  }
  EXPECT_EQ(names, shipped_captures());
}

TEST(CaptureFile, ReadsCompressedCapturesThrough) {
  const std::string folder = capture_folder();
  for (const Facts& facts : kFacts) {
    const Bytes bytes = file_bytes(kCaptures + std::string(facts.name));
    expect_facts(facts, *open_capture(write_bytes(folder + "x.gz", gzip_of(bytes))));
    expect_facts(facts, *open_capture(write_bytes(folder + "x.zst", zstd_of(bytes))));
  }
}

TEST(CaptureFile, SaysThatACompressedCaptureIsCutOff) {
  const std::string folder = capture_folder();
  const Bytes packed = gzip_of(file_bytes(kCaptures + "http-requests.pcap"));
  const auto source = open_capture(
      write_bytes(folder + "x.gz", {packed.begin(), packed.begin() + std::ptrdiff_t(9000)}));
  const ReadCapture capture = read_all(*source);
  EXPECT_GT(capture.packets.size(), 1U);
  EXPECT_LT(capture.packets.size(), 385U);
  EXPECT_EQ(capture.how, CaptureEnd::How::cut_off);
  EXPECT_EQ(capture.reason, "the gzip data ends before its end mark");
}

TEST(CaptureFile, RefusesWhatIsNoCapture) {
  const std::string folder = capture_folder();
  const std::string x = folder + "x";
  const auto refusal = [&](std::string_view content) {
    const auto bytes = std::as_bytes(std::span(content));
    write_bytes(x, {bytes.begin(), bytes.end()});
    std::string text = refusal_of(x);
    EXPECT_EQ(text.substr(0, x.size() + 9), x + ": error: ");
    return text.substr(std::min(text.size(), x.size() + 9));
  };
  const std::string formats = "  pcap and pcapng are read, also compressed with gzip or zstd\n";
  const std::string decompress = "  decompress it first, or into a pipe that is read as '-'\n";
  EXPECT_EQ(refusal(""), "is empty, a capture is needed\n");
  EXPECT_EQ(refusal("name: essen\n"), "is text, a capture is needed\n" + formats);
  EXPECT_EQ(refusal("a"), "is text, a capture is needed\n" + formats);
  EXPECT_EQ(refusal("\x7f"
                    "ELF"),
            "is no capture of a known format\n" + formats);
  EXPECT_EQ(refusal("BZh91AY"), "is compressed with bzip2, which is not read\n" + decompress);
  EXPECT_EQ(refusal({"\xFD"
                     "7zXZ\0",
                     6}),
            "is compressed with xz, which is not read\n" + decompress);
  EXPECT_EQ(
      refusal({"\xd4\xc3\xb2\xa1\x02", 5}),
      "cannot be read: truncated dump file; tried to read 24 file header bytes, only got 1\n");
  EXPECT_EQ(refusal("\x1f\x8b\x08"), "cannot be read: the gzip data ends before its end mark\n");
  EXPECT_EQ(refusal("\x1f\x8bxxxxxxxx"),
            "cannot be read: the gzip data is damaged: unknown compression method\n");
  EXPECT_EQ(refusal(text_of(gzip_of({}))), "its gzip content is empty, a capture is needed\n");
  EXPECT_EQ(refusal(text_of(zstd_of(bytes_of("616263")))),
            "its zstd content is text, a capture is needed\n" + formats);
}

TEST(CaptureFile, RefusesWhatIsNoFile) {
  const std::string folder = capture_folder();
  EXPECT_EQ(refusal_of(folder), folder + ": error: is a directory, a capture is needed\n");
  EXPECT_EQ(refusal_of(folder + "x"),
            folder + "x: error: cannot be read: No such file or directory\n");
  EXPECT_EQ(refusal_of("/dev/null"), "/dev/null: error: is empty, a capture is needed\n");
}

TEST(CaptureFile, StreamsThroughAFifo) {
  const std::string path = capture_folder() + "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  for (const std::string name : {"http-requests.pcap", "pcapng-multi-interface.pcapng"}) {
    std::thread writer([&] { write_bytes(path, file_bytes(kCaptures + name)); });
    const auto source = open_capture(path);
    const ReadCapture capture = read_all(*source);
    writer.join();
    EXPECT_EQ(capture.packets.size(), name.starts_with("http") ? 385U : 6U);
    EXPECT_EQ(capture.how, CaptureEnd::How::complete);
  }
}

TEST(CaptureFile, ReadsTheStandardInput) {
  const int before = ::dup(STDIN_FILENO);
  const int file = ::open((kCaptures + "smtp.pcap").c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::dup2(file, STDIN_FILENO), STDIN_FILENO);
  EXPECT_EQ(read_all(*open_capture("-")).packets.size(), 21U);
  EXPECT_EQ(refusal_of("-"), "standard input: error: is empty, a capture is needed\n");
  ::dup2(before, STDIN_FILENO);
  ::close(before);
  ::close(file);
}

TEST(CaptureFile, ReadsWhatAGrowingFileHasAtItsEnd) {
  const std::string path = capture_folder() + "x.pcap";
  const Bytes record = pcap_record({}, {1, 0, 4, 4}, bytes_of("01020304"));
  write_bytes(path, joined({pcap_header(), record, {record.begin(), record.begin() + 7}}));
  const auto source = open_capture(path);
  RecordedPacket packet;
  ASSERT_TRUE(source->next(packet));
  std::ofstream(path, std::ios::binary | std::ios::app)
      << text_of(joined({{record.begin() + 7, record.end()}, record}));
  EXPECT_TRUE(source->next(packet));
  EXPECT_TRUE(source->next(packet));
  EXPECT_FALSE(source->next(packet));
  EXPECT_EQ(source->end().how, CaptureEnd::How::complete);
}

TEST(CaptureFile, EndsWhereAFileWasCutShortMeanwhile) {
  const std::string path = capture_folder() + "x.pcap";
  const Bytes record = pcap_record({}, {1, 0, 200'000, 200'000}, Bytes(200'000));
  write_bytes(path, joined({pcap_header(), record, record, record}));
  const auto source = open_capture(path);
  RecordedPacket packet;
  ASSERT_TRUE(source->next(packet));
  std::filesystem::resize_file(path, 300'000);
  EXPECT_FALSE(source->next(packet));
  EXPECT_EQ(source->end().how, CaptureEnd::How::cut_off);
}

TEST(CaptureFile, EndsWithADamagedRecordAndSaysSo) {
  const std::string path = capture_folder() + "x.pcap";
  const Bytes bytes = joined({pcap_header(), pcap_record({}, {1, 0, 1, 1}, bytes_of("aa")),
                              pcap_record({}, {1, 0, 0xffffffff, 60}, bytes_of("bb"))});
  for (const bool libpcap_only : {false, true}) {
    const auto source = open_capture(write_bytes(path, bytes), {.libpcap_only = libpcap_only});
    const ReadCapture capture = read_all(*source);
    EXPECT_EQ(capture.packets.size(), 1U);
    EXPECT_EQ(capture.how, CaptureEnd::How::damaged);
    EXPECT_EQ(capture.reason,
              "invalid packet capture length 4294967295, bigger than snaplen of 262144");
  }
}

// The fuzzer's corpus and every shipped capture, cut at every byte of its first 2,000.
TEST(CaptureFile, KeepsItsPromisesWhateverTheBytes) {
  const std::string corpus = SWITCHFAULT_SOURCE_DIR "/tests/fuzz/corpus/capture";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    const CaptureWalk walk(file_bytes(entry.path().string()));
    EXPECT_EQ(walk.promise(), "") << entry.path();
    ++files;
  }
  EXPECT_GT(files, 20);
  for (const std::string& name : shipped_captures()) {
    const Bytes whole = file_bytes(kCaptures + name);
    for (std::size_t size = 0; size < std::min<std::size_t>(whole.size(), 2000); ++size) {
      const CaptureWalk walk({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
      EXPECT_EQ(walk.promise(), "") << name << " cut at " << size;
    }
  }
}

// Memory of this process that is no file's, in KiB.
std::size_t resident_kib() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::size_t kib = 0;
  while (status >> word && word != "RssAnon:") {
  }
  status >> kib;
  return kib;
}

// Writes that many bytes of packets of 1,500 bytes into a fifo.
void write_long_capture(const std::string& path, std::uint64_t bytes) {
  const int pipe = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const auto write_all = [&](const Bytes& part) {
    for (std::size_t done = 0; done < part.size();) {
      const ssize_t count = ::write(pipe, &part[done], part.size() - done);
      ASSERT_GT(count, 0);
      done += static_cast<std::size_t>(count);
    }
  };
  write_all(pcap_header());
  const Bytes record = pcap_record({}, {1, 0, 1500, 1500}, Bytes(1500, std::byte{0x45}));
  Bytes many;
  for (int i = 0; i < 700; ++i) {
    many.insert(many.end(), record.begin(), record.end());
  }
  for (std::uint64_t written = 0; written < bytes; written += many.size()) {
    write_all(many);
  }
  ::close(pipe);
}

// Reads 10 GB; SWITCHFAULT_STREAM_GB says otherwise.
TEST(CaptureFileLongTest, StreamsThroughAPipeInConstantMemory) {
  const char* const wish = std::getenv("SWITCHFAULT_STREAM_GB");
  const std::uint64_t bytes = (wish != nullptr ? std::stoull(wish) : 10) * 1'000'000'000;
  const std::string path = capture_folder() + "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer(write_long_capture, path, bytes);
  const auto source = open_capture(path);
  RecordedPacket packet;
  ASSERT_TRUE(source->next(packet));
  const std::size_t before = resident_kib();
  std::size_t most = before;
  while (source->next(packet)) {
    if (source->packets() % 100'000 == 0) {
      most = std::max(most, resident_kib());
    }
  }
  writer.join();
  EXPECT_EQ(source->end().how, CaptureEnd::How::complete);
  EXPECT_GE(source->packets() * 1516, bytes);
  EXPECT_LT(most - before, 4096U);
}

// What a command prints, without the complaint that root runs it.
std::string output_of(const std::string& command) {
  std::FILE* const pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  std::string text;
  std::array<char, 4096> piece{};
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), pipe)) {
    text.append(piece.data(), count);
  }
  ::pclose(pipe);
  return text;
}

// One line a packet, as tshark prints these fields.
std::string fields_of(const std::string& path) {
  const auto source = open_capture(path);
  std::string text;
  RecordedPacket packet;
  while (source->next(packet)) {
    const Headers headers = dissect(packet.link_layer, packet.bytes);
    const bool ethernet = packet.link_layer == LinkLayer::ethernet && packet.bytes.size() >= 14;
    const bool ip = headers.kind == FrameKind::ip;
    const bool v4 = ip && headers.ether_type == kEtherTypeIpv4;
    const bool tcp = headers.has_ports && headers.protocol == kProtocolTcp;
    const bool udp = headers.has_ports && headers.protocol == kProtocolUdp;
    const auto number = [](bool there, auto value) {
      return there ? fmt::format("{}", value) : "";
    };
    text += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{}\n", ethernet ? format_mac(headers.source_mac) : "",
        ethernet ? format_mac(headers.destination_mac) : "",
        number(headers.vlan_count > 0, headers.vlans[0].vlan()), v4 ? headers.source.text() : "",
        v4 ? headers.destination.text() : "", ip && !v4 ? headers.source.text() : "",
        ip && !v4 ? headers.destination.text() : "", number(v4, headers.ttl),
        number(ip && !v4, headers.ttl), number(tcp, headers.source_port),
        number(tcp, headers.destination_port), number(udp, headers.source_port),
        number(udp, headers.destination_port));
  }
  return text;
}

TEST(CaptureFileLongTest, ReadsTheHeadersThatTsharkReads) {
  if (output_of("tshark --version").empty()) {
    GTEST_SKIP() << "tshark is not installed";
  }
  for (const std::string& name : shipped_captures()) {
    if (name == "backward-timestamps.pcap") {
      continue;  // An IPv4 header with the version 6, which tshark reads as IPv6.
    }
    const std::string path = kCaptures + name;
    EXPECT_EQ(fields_of(path),
              output_of("tshark -n -r '" + path +
                        "' -T fields -E separator=, -E occurrence=f -e eth.src -e eth.dst "
                        "-e vlan.id -e ip.src -e ip.dst -e ipv6.src -e ipv6.dst -e ip.ttl "
                        "-e ipv6.hlim -e tcp.srcport -e tcp.dstport -e udp.srcport "
                        "-e udp.dstport"))
        << name;
  }
}

}  // namespace
}  // namespace switchfault
