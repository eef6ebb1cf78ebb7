#include "run/frame_capture.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <switchfault/replay.h>

#include "run/recorded_story.h"
#include "run/scenario_lab.h"
#include "run/world.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// What was written, in memory.
class Notebook final : public CaptureWriter {
 public:
  struct Note {
    CapturedFrame frame;
    std::vector<std::byte> bytes;
    std::string comment;
  };
  std::uint32_t add_interface(std::string_view name) override {
    names.emplace_back(name);
    return static_cast<std::uint32_t>(names.size() - 1);
  }
  std::byte* place(const CapturedFrame& frame) override {
    notes.push_back({frame, std::vector<std::byte>(frame.size), std::string(frame.comment)});
    return notes.back().bytes.data();
  }
  void finish() override {}

  std::vector<std::string> names;
  std::vector<Note> notes;
};

class CaptureLab {
 public:
  explicit CaptureLab(std::size_t kept = FrameCapture::kMaxKeptBytes)
      : scenario(load_scenario_text("t.yaml", two_switches(""), builtin_catalog())),
        world(scenario, {}),
        capture({{.node = {"s1", {}}, .port = "eth2", .writer = &notebook, .interface = 0}},
                world.network(), 1'000'000'000, kept) {}

  RecordedPacket first(RecordedStory& story) {
    RecordedPacket packet;
    story.next(packet);
    return packet;
  }
  void send(std::uint64_t number, const RecordedPacket& packet) {
    capture.send(number, capture.keep(packet));
  }
  PassingFrame passing(const Packet& packet) {
    return {.number = 0,
            .flow = {},
            .port = capture.ports()[0],
            .out = true,
            .at = kTimeZero + 5s,
            .length = 58,
            .source = {0x020000000011},
            .destination = {0x020000000022},
            .packet = &packet,
            .ttl = 7};
  }

  Scenario scenario;
  World world;
  Notebook notebook;
  FrameCapture capture;
};

const Packet kHere{.source = IpAddress::v4(0x0a000a14),
                   .destination = IpAddress::v4(0x0a000a0a),
                   .protocol = IpProtocol::tcp,
                   .source_port = 50000,
                   .destination_port = 443};

TEST(FrameCaptureTest, FrameIsTheRecordedOneWithWhatTheNetworkChanged) {
  CaptureLab lab;
  RecordedStory story;
  story.tcp(0s, "192.168.7.5:50000", "198.51.100.9:80", kAckFlag);  // Mapped to 443.
  lab.send(0, lab.first(story));
  lab.capture.passed(lab.passing(kHere));
  ASSERT_EQ(lab.notebook.notes.size(), 1U);
  const Notebook::Note& note = lab.notebook.notes[0];
  EXPECT_EQ(note.frame.at_ns, 6'000'000'000);
  EXPECT_EQ(note.frame.direction, CapturedFrame::Direction::out);
  EXPECT_EQ(note.comment, "");
  const Headers headers = dissect(LinkLayer::ethernet, note.bytes);
  EXPECT_EQ(headers.source.text(), "10.0.10.20");
  EXPECT_EQ(headers.destination.text(), "10.0.10.10");
  EXPECT_EQ(headers.ttl, 7);
  EXPECT_EQ(headers.destination_port, 443);
  EXPECT_EQ(format_mac(headers.source_mac), "02:00:00:00:00:11");
  EXPECT_EQ(headers.vlan_count, 0);
}

TEST(FrameCaptureTest, PacketsOfTheScenariosTrafficAreComposed) {
  CaptureLab lab;
  PassingFrame frame = lab.passing(kHere);
  frame.of_origin = true;
  frame.number = 3;
  frame.length = 996;
  lab.capture.passed(frame);
  ASSERT_EQ(lab.notebook.notes.size(), 1U);
  const Notebook::Note& note = lab.notebook.notes[0];
  EXPECT_EQ(note.bytes.size(), 996U);
  EXPECT_EQ(note.frame.length, 996U);
  const Headers headers = dissect(LinkLayer::ethernet, note.bytes);
  EXPECT_EQ(headers.source.text(), "10.0.10.20");
  EXPECT_EQ(headers.destination_port, 443);
  EXPECT_EQ(headers.ttl, 7);
}

TEST(FrameCaptureTest, TagsAndDropsAreShown) {
  CaptureLab lab;
  RecordedStory story;
  story.udp(0s, "192.168.7.5:50000", "198.51.100.9:53");
  lab.send(0, lab.first(story));
  PassingFrame frame = lab.passing(kHere);
  frame.tag = 12;
  frame.disposition = Disposition::queue_full;
  lab.capture.passed(frame);
  const Notebook::Note& note = lab.notebook.notes[0];
  EXPECT_EQ(dissect(LinkLayer::ethernet, note.bytes).vlans[0].vlan(), 12);
  EXPECT_EQ(note.frame.length, 62U);
  EXPECT_EQ(note.comment, "dropped here: queue_full");
}

TEST(FrameCaptureTest, OtherPortsAreNotWritten) {
  CaptureLab lab;
  RecordedStory story;
  story.udp(0s, "192.168.7.5:50000", "198.51.100.9:53");
  lab.send(0, lab.first(story));
  PassingFrame frame = lab.passing(kHere);
  frame.port.port = PortIndex{0};
  lab.capture.passed(frame);
  EXPECT_TRUE(lab.notebook.notes.empty());
}

TEST(FrameCaptureTest, BytesGoWhenTheirPacketsHaveEnded) {
  CaptureLab lab;
  RecordedStory story;
  story.frame(0s, std::vector<int>(70'000, 1));
  const RecordedPacket packet = lab.first(story);
  for (std::uint64_t i = 0; i < 32; ++i) {
    lab.send(i, packet);
  }
  EXPECT_EQ(lab.capture.kept_bytes(), 32U * 70'000);
  lab.capture.release_before(2);  // The first chunk has 3.
  EXPECT_EQ(lab.capture.kept_bytes(), 32U * 70'000);
  lab.capture.release_before(7);
  EXPECT_EQ(lab.capture.kept_bytes(), 26U * 70'000);
  lab.capture.release_before(32);
  EXPECT_EQ(lab.capture.kept_bytes(), 0U);
}

// Ten are read; the first seven are not sent, the last three are, from the third chunk on.
TEST(FrameCaptureTest, BytesOfWhatIsNotSentGoToo) {
  CaptureLab lab;
  RecordedStory story;
  story.tcp(0s, "192.168.7.5:50000", "198.51.100.9:80", kAckFlag);
  story.frame(0s, std::vector<int>(70'000, 1));
  const RecordedPacket small = lab.first(story);
  const std::vector<std::byte> first(small.bytes.begin(), small.bytes.end());
  const RecordedPacket large = lab.first(story);
  std::vector<FrameCapture::Kept> kept;
  for (int i = 0; i < 9; ++i) {
    kept.push_back(lab.capture.keep(large));
  }
  kept.push_back(lab.capture.keep({.at_ns = 0,
                                   .length = static_cast<std::uint32_t>(first.size()),
                                   .link_layer = LinkLayer::ethernet,
                                   .bytes = first}));
  lab.capture.release_before(0);
  EXPECT_EQ(lab.capture.kept_bytes(), 9U * 70'000 + first.size());
  for (std::size_t i = 0; i < 7; ++i) {
    lab.capture.drop(kept[i]);
  }
  lab.capture.send(0, kept[7]);
  lab.capture.send(1, kept[8]);
  lab.capture.send(2, kept[9]);
  lab.capture.release_before(0);
  EXPECT_EQ(lab.capture.kept_bytes(), 3U * 70'000 + first.size());
  PassingFrame frame = lab.passing(kHere);
  frame.number = 2;
  lab.capture.passed(frame);
  EXPECT_EQ(dissect(LinkLayer::ethernet, lab.notebook.notes[0].bytes).destination_port, 443);
  lab.capture.release_before(3);
  EXPECT_EQ(lab.capture.kept_bytes(), 0U);
}

TEST(FrameCaptureTest, BeyondTheBoundOnlyHeadersAreKept) {
  CaptureLab lab(100'000);
  RecordedStory story;
  story.frame(0s, std::vector<int>(70'000, 1));
  const RecordedPacket packet = lab.first(story);
  lab.send(0, packet);
  lab.send(1, packet);
  EXPECT_EQ(lab.capture.kept_bytes(), 70'000 + FrameCapture::kHeaderBytes);
}

TEST(FrameCaptureTest, UnknownPortsAreErrors) {
  CaptureLab lab;
  try {
    const FrameCapture capture({{.node = {"s1", {}}, .port = "eth22"}, {.node = {"s9", {}}}},
                               lab.world.network(), 0);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_EQ(error.diagnostics()[0].message, "s1 has no port 'eth22'");
    EXPECT_EQ(error.diagnostics()[0].hint, "did you mean 'eth2'?");
    EXPECT_EQ(error.diagnostics()[1].message, "there is no node 's9'");
  }
}

TEST(FrameCaptureTest, LengthIsThatOfAnUntaggedEthernetFrame) {
  RecordedStory story;
  story.udp(0s, "192.168.7.5:50000", "198.51.100.9:53");
  RecordedPacket packet;
  story.next(packet);
  const Headers plain = dissect(LinkLayer::ethernet, packet.bytes);
  EXPECT_EQ(frame_length(plain, packet.length), packet.length);
  const Headers raw = dissect(LinkLayer::raw_ip, packet.bytes.subspan(14));
  EXPECT_EQ(frame_length(raw, packet.length - 14), packet.length);
}

// --- What tshark says ----------------------------------------------------------------------------

constexpr const char* kRoutedPair = R"(title: pair
topology:
  name: pair
  topology:
    nodes:
      a: {kind: host, address: [10.0.1.1/24, "2001:db8:1::1/64"],
          gateway: [10.0.1.254, "2001:db8:1::fe"]}
      b: {kind: host, address: [10.0.2.1/24, "2001:db8:2::1/64"],
          gateway: [10.0.2.254, "2001:db8:2::fe"]}
      r: {kind: router, os: x, version: 1.0.0, boot: {cold: 1m},
          interfaces: {eth1: {address: [10.0.1.254/24, "2001:db8:1::fe/64"]},
                       eth2: {address: [10.0.2.254/24, "2001:db8:2::fe/64"]}}}
    links:
      - {endpoints: ["a:eth0", "r:eth1"], rate: 100Gbps}
      - {endpoints: ["b:eth0", "r:eth2"], rate: 100Gbps}
clock: {warm_up: 5m, duration: 24h}
)";

// Everything that a network without faults leaves as it is; whether checksums are right; what is
// malformed.
constexpr const char* kLeftAlone =
    " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -T fields "
    "-E separator=, -E occurrence=f -e ip.len -e ip.id -e ip.flags -e ip.proto -e ip.dsfield "
    "-e ip.checksum.status -e ipv6.plen -e ipv6.flow -e ipv6.nxt -e tcp.srcport -e tcp.dstport "
    "-e tcp.seq_raw -e tcp.ack_raw -e tcp.flags -e tcp.window_size_value -e tcp.options "
    "-e tcp.payload -e tcp.checksum.status -e udp.srcport -e udp.dstport -e udp.length "
    "-e udp.payload -e udp.checksum.status -e _ws.malformed";

std::string output_of(const std::string& command) {
  std::string text;
  FILE* const pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  std::array<char, 65536> part{};
  for (std::size_t count = 0; (count = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
    text.append(part.data(), count);
  }
  ::pclose(pipe);
  return text;
}

std::string fields_of(const std::string& path, const std::string& filter) {
  return output_of("tshark -n -r '" + path + "' -Y '" + filter + "'" + kLeftAlone);
}

class TsharkTest : public testing::TestWithParam<std::pair<const char*, const char*>> {};

// Recorded by one end, which stands for host a; whoever it talked to stands for b.
TEST_P(TsharkTest, WhatGoesInComesOutButForWhatRoutersRewrite) {
  if (output_of("tshark --version").empty()) {
    GTEST_SKIP() << "tshark is not installed";
  }
  const auto& [name, one_end] = GetParam();
  const std::string recorded = std::string(SWITCHFAULT_SOURCE_DIR "/tests/data/pcap/") + name;
  const std::string written =
      (std::filesystem::temp_directory_path() / (std::string("egress-") + name + ".pcapng"))
          .string();
  const Scenario scenario = load_scenario_text("t.yaml", kRoutedPair, builtin_catalog());
  const std::unique_ptr<CaptureWriter> writer = create_capture(written);
  ReplayOptions options;
  options.map.automatic = false;
  options.map.rules.push_back({.prefix = one_end, .to = {{"a", {}}}});
  options.map.rules.push_back({.prefix = "0.0.0.0/0", .to = {{"b", {}}}});
  options.map.rules.push_back({.prefix = "::/0", .to = {{"b", {}}}});
  for (const char* host : {"a", "b"}) {
    options.run.captures.push_back({.node = {host, {}},
                                    .port = "eth0",
                                    .writer = writer.get(),
                                    .interface = writer->add_interface(host)});
  }
  const ReplayReport report = replay(scenario, options, *open_capture(recorded));
  writer->finish();
  ASSERT_EQ(report.dispositions.size(), 1U);
  EXPECT_EQ(report.dispositions[0].verdict, "delivered");
  const std::string arrived = fields_of(
      written, "frame.packet_flags_direction == 1 && !arp && !(icmpv6.type in {135, 136})");
  EXPECT_FALSE(arrived.empty());
  EXPECT_EQ(fields_of(recorded, "ip or ipv6"), arrived);
  std::filesystem::remove(written);
}

// Datagrams of 200 and segments of 1,500 bytes over a router: both checksums right at both ends,
// two of three hops' worth of time to live left.
TEST(FrameCaptureTest, TsharkReadsComposedFramesWithoutComplaint) {
  if (output_of("tshark --version").empty()) {
    GTEST_SKIP() << "tshark is not installed";
  }
  const std::string written = (std::filesystem::temp_directory_path() / "composed.pcapng").string();
  const Scenario scenario = load_scenario_text(
      "t.yaml",
      std::string(kRoutedPair) +
          "traffic:\n"
          "  small: {from: a, to: b, rate: 16kbps, size: 200B}\n"
          "  large: {from: b, to: a, rate: 120kbps, size: 1500B, protocol: tcp, port: 80}\n",
      builtin_catalog());
  const std::unique_ptr<CaptureWriter> writer = create_capture(written);
  RunOptions options;
  options.until = 1s;
  for (const char* host : {"a", "b"}) {
    options.captures.push_back({.node = {host, {}},
                                .port = "eth0",
                                .writer = writer.get(),
                                .interface = writer->add_interface(host)});
  }
  run(scenario, options);
  writer->finish();
  const std::string read = "tshark -r " + written +
                           " -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE " +
                           "-o tcp.check_checksum:TRUE -o tcp.analyze_sequence_numbers:FALSE ";
  const auto count = [&](const std::string& filter) {
    const std::string lines = output_of(read + "-Y '" + filter + "' 2>/dev/null");
    return std::ranges::count(lines, '\n');
  };
  EXPECT_EQ(count("udp && frame.len == 196 && frame.packet_flags_direction == 1"), 10);
  EXPECT_EQ(count("tcp && frame.len == 1496 && frame.packet_flags_direction == 1"), 10);
  EXPECT_EQ(count("ip.ttl == 63 && frame.packet_flags_direction == 1"), 20);
  EXPECT_EQ(count("ip.checksum.status == \"Good\""), 40);
  EXPECT_EQ(count("udp.checksum.status == \"Good\" || tcp.checksum.status == \"Good\""), 40);
  EXPECT_EQ(count("_ws.malformed || _ws.expert.severity >= 4194304"), 0);
  std::filesystem::remove(written);
}

// --- Frames that are no packets ------------------------------------------------------------------

// A run with captures, and what tshark counts in them.
class ProtocolCapture {
 public:
  ProtocolCapture(const std::string& name, const std::string& yaml,
                  const std::vector<std::pair<std::string, std::string>>& ports, Duration until)
      : path_((std::filesystem::temp_directory_path() / (name + ".pcapng")).string()),
        scenario_(load_scenario_text("t.yaml", yaml, builtin_catalog())) {
    const std::unique_ptr<CaptureWriter> writer = create_capture(path_);
    RunOptions options;
    options.until = until;
    for (const auto& [node, port] : ports) {
      options.captures.push_back({.node = {node, {}},
                                  .port = port,
                                  .writer = writer.get(),
                                  .interface = writer->add_interface(node + ":" + port)});
    }
    with_ = run(scenario_, options).fingerprint;
    writer->finish();
    options.captures.clear();
    without_ = run(scenario_, options).fingerprint;
  }
  ~ProtocolCapture() { std::filesystem::remove(path_); }
  ProtocolCapture(const ProtocolCapture&) = delete;
  ProtocolCapture& operator=(const ProtocolCapture&) = delete;

  [[nodiscard]] std::ptrdiff_t count(const std::string& filter) const {
    const std::string lines = output_of("tshark -r " + path_ +
                                        " -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE "
                                        "-o udp.check_checksum:TRUE -Y '" +
                                        filter + "'");
    return std::ranges::count(lines, '\n');
  }
  // Nothing malformed, no checksum wrong; and nobody else has noticed that somebody looked.
  void expect_sound() const {
    EXPECT_EQ(count("_ws.malformed || _ws.expert.severity == error"), 0);
    EXPECT_EQ(with_, without_);
  }

 private:
  std::string path_;
  Scenario scenario_;
  std::string with_, without_;
};

// Of the frames at one port.
std::ptrdiff_t count_at(const ProtocolCapture& capture, const std::string& port,
                        const std::string& filter) {
  return capture.count("frame.interface_name == \"" + port + "\" && " + filter);
}

#define SKIP_WITHOUT_TSHARK()                  \
  if (output_of("tshark --version").empty()) { \
    GTEST_SKIP() << "tshark is not installed"; \
  }                                            \
  static_cast<void>(0)

// Bridges in a ring of three, which have closed one way before time 0.
std::string bridges(const std::string& protocol) {
  return R"(title: bridges
topology:
  name: bridges
  topology:
    kinds: {b: {kind: switch, os: x, version: 1.0.0, boot: {cold: 1m}, protocols: {)" +
         protocol + R"(: {}}}}
    nodes:
      s1: {kind: b, protocols: {)" +
         protocol + R"(: {priority: 4096}}}
      s2: {kind: b}
      s3: {kind: b}
    links:
      - endpoints: ["s1:eth1", "s2:eth1"]
      - endpoints: ["s2:eth2", "s3:eth2"]
      - endpoints: ["s3:eth1", "s1:eth2"]
faults: [{name: shut, kind: port_shutdown, select: s1, ports: [eth2], trigger: {at: 60100ms}}]
clock: {warm_up: 5m, duration: 24h}
)";
}

// SSTP BPDUs of three VLANs, of which VLAN 10 is untagged, and those of VLAN 1 in both forms.
TEST(FrameCaptureTest, TsharkReadsSpanningTreesOfVlans) {
  SKIP_WITHOUT_TSHARK();
  std::string yaml = bridges("rstp");
  const auto replace = [&](const std::string& from, const std::string& to) {
    yaml.replace(yaml.find(from), from.size(), to);
  };
  replace("protocols: {rstp: {}}", "protocols: {rstp: {per_vlan: true}}");
  replace("s1: {kind: b, protocols: {rstp: {priority: 4096}}}",
          "s1: {kind: b, protocols: {rstp: {per_vlan: true, priority: 4096}}, "
          "ports: {eth1: {trunk: [1, 10, 20], native: 10}}}");
  replace("s2: {kind: b}", "s2: {kind: b, ports: {eth1: {trunk: [1, 10, 20], native: 10}}}");
  const ProtocolCapture capture("pvst", yaml, {{"s1", "eth1"}, {"s1", "eth2"}}, 1min);
  capture.expect_sound();
  const auto hellos = [&](const std::string& filter) {
    return count_at(capture, "s1:eth1", "frame.packet_flags_direction == 2 && " + filter);
  };
  const std::string sstp = "eth.dst == 01:00:0c:cc:cc:cd && stp.type == 2 && ";
  EXPECT_EQ(hellos(sstp + "!vlan && stp.pvst.origvlan == 10 && stp.root.ext == 10"), 30);
  EXPECT_EQ(hellos(sstp + "vlan.id == 20 && stp.pvst.origvlan == 20"), 30);
  EXPECT_EQ(hellos(sstp + "vlan.id == 1 && stp.pvst.origvlan == 1"), 30);
  EXPECT_EQ(hellos("eth.dst == 01:80:c2:00:00:00 && stp.root.ext == 1 && !vlan"), 30);
  EXPECT_EQ(hellos("stp"), 120);
  // An access port in VLAN 1 knows one form.
  EXPECT_EQ(count_at(capture, "s1:eth2", "eth.dst != 01:80:c2:00:00:00"), 0);
  EXPECT_EQ(capture.count("!stp"), 0);
}

TEST(FrameCaptureTest, TsharkReadsRapidSpanningTree) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("rstp", bridges("rstp"), {{"s1", "eth1"}, {"s2", "eth2"}}, 2min);
  capture.expect_sound();
  // The root says every two seconds that it is there.
  EXPECT_EQ(count_at(capture, "s1:eth1",
                     "stp.type == 2 && frame.time_relative < 60 && "
                     "frame.packet_flags_direction == 2"),
            30);
  EXPECT_GT(capture.count("stp.flags.tc == 1"), 0);
  EXPECT_EQ(capture.count("!stp"), 0);
  EXPECT_EQ(capture.count("eth.dst != 01:80:c2:00:00:00"), 0);
}

TEST(FrameCaptureTest, TsharkReadsSpanningTree) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("stp", bridges("stp"), {{"s1", "eth1"}, {"s2", "eth1"}}, 3min);
  capture.expect_sound();
  EXPECT_EQ(count_at(capture, "s1:eth1",
                     "stp.type == 0 && frame.time_relative < 60 && "
                     "frame.packet_flags_direction == 2"),
            30);
  EXPECT_EQ(capture.count("!stp"), 0);
}

// Two routers on a link of their own and on a shared network with a host; the process of one dies.
constexpr const char* kRouters = R"(title: routers
topology:
  name: routers
  topology:
    kinds: {r: {kind: router, os: x, version: 1.0.0, boot: {cold: 1m}}}
    nodes:
      r1: {kind: r, interfaces: {eth1: {address: 10.0.1.1/30, bgp: {remote_as: 65002}},
                                 eth2: {address: 10.0.2.1/24}, lo: {address: 10.9.0.1/32}},
           protocols: {bfd: {}, bgp: {as: 65001, profile: frr, networks: [10.9.0.1/32]}, ospf: {},
                       vrrp: {interface: eth2, vrid: 5, addresses: [10.0.2.254], priority: 120}}}
      r2: {kind: r, interfaces: {eth1: {address: 10.0.1.2/30, bgp: {remote_as: 65001}},
                                 eth2: {address: 10.0.2.2/24}, lo: {address: 10.9.0.2/32}},
           protocols: {bfd: {}, bgp: {as: 65002, networks: [10.9.0.2/32]}, ospf: {},
                       vrrp: {interface: eth2, vrid: 5, addresses: [10.0.2.254]}}}
      lan: {kind: switch, os: x, version: 1.0.0, boot: {cold: 1m}}
      desk: {kind: host, address: 10.0.2.10/24, gateway: 10.0.2.254}
    links:
      - {endpoints: ["r1:eth1", "r2:eth1"], delay: 1ms}
      - endpoints: ["r1:eth2", "lan:eth1"]
      - endpoints: ["r2:eth2", "lan:eth2"]
      - endpoints: ["desk:eth0", "lan:eth3"]
  probes:
    - {from: desk, to: r2, interval: 1s}
faults: [{name: dies, kind: process_crash, select: r1, process: routing, trigger: {at: 60100ms}}]
clock: {warm_up: 5m, duration: 24h}
)";

TEST(FrameCaptureTest, TsharkReadsRoutingProtocols) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("routers", kRouters,
                                {{"r1", "eth1"}, {"r1", "eth2"}, {"desk", "eth0"}}, 3min);
  capture.expect_sound();
  const std::string first_minute =
      " && frame.time_relative < 60 && frame.packet_flags_direction == 2";
  EXPECT_EQ(count_at(capture, "r1:eth1", "ospf.msg == 1" + first_minute), 6);
  EXPECT_EQ(count_at(capture, "r1:eth1", "bfd" + first_minute), 229);
  EXPECT_EQ(count_at(capture, "r1:eth1", "bgp.type == 4" + first_minute), 2);
  EXPECT_EQ(count_at(capture, "r1:eth2", "vrrp" + first_minute), 60);
  EXPECT_EQ(capture.count("vrrp.checksum.status != \"Good\""), 0);
  // Adjacency and session come again: descriptions, updates, a handshake, OPEN and UPDATE.
  for (const char* filter :
       {"ospf.msg == 2", "ospf.msg == 3", "ospf.msg == 4", "ospf.msg == 5", "bgp.type == 1",
        "bgp.type == 2", "tcp.flags.syn == 1 && tcp.flags.ack == 0",
        "tcp.flags.syn == 1 && tcp.flags.ack == 1", "bfd.sta == 1"}) {
    EXPECT_GT(capture.count(filter), 0) << filter;
  }
  EXPECT_GT(capture.count("bgp.cap.type == 71"), 0);  // Long-lived graceful restart, of FRR.
  EXPECT_EQ(capture.count("tcp.analysis.lost_segment || tcp.analysis.ack_lost_segment"), 0);
}

// RFC 2328 13.3: who is not designated tells those who are, and they tell everybody.
TEST(FrameCaptureTest, OspfTellsDesignatedRoutersOrAll) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("designated", R"(title: three routers
topology:
  name: three
  topology:
    kinds: {r: {kind: router, os: x, version: 1.0.0, boot: {cold: 1m}, protocols: {ospf: {}}}}
    nodes:
      r1: {kind: r, interfaces: {eth1: {address: 10.0.2.1/24}}}
      r2: {kind: r, interfaces: {eth1: {address: 10.0.2.2/24}}}
      r3: {kind: r, interfaces: {eth1: {address: 10.0.2.3/24, ospf: {priority: 0}}}}
      lan: {kind: switch, os: x, version: 1.0.0, boot: {cold: 1m}}
    links:
      - endpoints: ["r1:eth1", "lan:eth1"]
      - endpoints: ["r2:eth1", "lan:eth2"]
      - endpoints: ["r3:eth1", "lan:eth3"]
faults: [{name: dies, kind: process_crash, select: r3, process: routing, trigger: {at: 60100ms}}]
clock: {warm_up: 5m, duration: 24h}
)",
                                {{"r1", "eth1"}}, 3min);
  capture.expect_sound();
  EXPECT_GT(capture.count("ospf.msg == 4 && ip.dst == 224.0.0.6 && ip.src == 10.0.2.3"), 0);
  EXPECT_GT(capture.count("ospf.msg == 5 && ip.dst == 224.0.0.6"), 0);
  EXPECT_EQ(capture.count("ip.dst == 224.0.0.6 && ip.src != 10.0.2.3"), 0);
  EXPECT_EQ(capture.count("ip.dst == 224.0.0.6 && eth.dst != 01:00:5e:00:00:06"), 0);
  EXPECT_GT(capture.count("ospf.msg == 4 && ip.dst == 224.0.0.5 && ip.src == 10.0.2.2"), 0);
  EXPECT_EQ(capture.count("ospf.msg == 4 && ip.dst == 224.0.0.5 && ip.src == 10.0.2.3"), 0);
}

TEST(FrameCaptureTest, TsharkReadsProbesAndTheirNeighbors) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("probes", kRouters, {{"desk", "eth0"}}, 1min);
  capture.expect_sound();
  EXPECT_EQ(capture.count("icmp.type == 8"), 61);
  EXPECT_EQ(capture.count("icmp.resp_to"), 61);  // Each answer to its question.
  EXPECT_EQ(capture.count("arp.opcode == 1 && frame.packet_flags_direction == 2"), 1);
  EXPECT_EQ(capture.count("arp.opcode == 2 && frame.packet_flags_direction == 1"), 1);
}

// Firewalls in a pair, each behind the same switch.
TEST(FrameCaptureTest, HeartbeatsAreSeen) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("heartbeats", R"(title: pair
topology:
  name: pair
  topology:
    kinds: {fw: {kind: firewall, os: x, version: 1.0.0, boot: {cold: 1m},
                 protocols: {active_standby: {interface: eth1}}}}
    nodes:
      fw1: {kind: fw, interfaces: {eth1: {address: 192.0.2.1/30}},
            stateful: {peer: fw2, heartbeat: 1s}}
      fw2: {kind: fw, interfaces: {eth1: {address: 192.0.2.2/30}},
            stateful: {peer: fw1, heartbeat: 1s, active: false}}
    links:
      - endpoints: ["fw1:eth1", "fw2:eth1"]
clock: {warm_up: 5m, duration: 24h}
)",
                                {{"fw1", "eth1"}}, 1min);
  capture.expect_sound();
  EXPECT_EQ(capture.count("eth.type == 0x88b5 && frame.packet_flags_direction == 2"), 60);
  EXPECT_EQ(capture.count("eth.type == 0x88b5 && frame.packet_flags_direction == 1"), 60);
}

TEST(FrameCaptureTest, TsharkReadsAggregation) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("lacp", R"(title: bundle
topology:
  name: bundle
  topology:
    kinds:
      sw: {kind: switch, os: x, version: 1.0.0, boot: {cold: 1m}, protocols: {lacp: {rate: fast}},
           lags: {po1: {members: [eth1, eth2]}}}
    nodes:
      s1: {kind: sw}
      s2: {kind: sw}
    links:
      - endpoints: ["s1:eth1", "s2:eth1"]
      - endpoints: ["s1:eth2", "s2:eth2"]
faults: [{name: shut, kind: port_shutdown, select: s1, ports: [eth2], trigger: {at: 60100ms}}]
clock: {warm_up: 5m, duration: 24h}
)",
                                {{"s1", "eth1"}, {"s1", "eth2"}}, 2min);
  capture.expect_sound();
  // One a second each way; the partner is in step, collects and distributes.
  EXPECT_EQ(count_at(capture, "s1:eth1", "lacp && frame.time_relative < 60"), 120);
  EXPECT_EQ(count_at(capture, "s1:eth1", "lacp.flags.a.distrib == 0"), 0);
  EXPECT_LE(count_at(capture, "s1:eth2", "lacp"), 122);
  EXPECT_EQ(capture.count("eth.dst != 01:80:c2:00:00:02"), 0);
}

// Hosts whose kernels probe: known neighbours are asked alone.
TEST(FrameCaptureTest, TsharkReadsProbesOfNeighbors) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("unicast", R"(title: pair
topology:
  name: pair
  topology:
    kinds: {host: {neighbors: {profile: linux}}}
    nodes:
      a: {kind: host, address: 10.0.1.1/24}
      b: {kind: host, address: 10.0.1.2/24}
    links:
      - endpoints: ["a:eth0", "b:eth0"]
  probes:
    - {from: a, to: b, interval: 1s}
clock: {warm_up: 5m, duration: 24h}
)",
                                {{"a", "eth0"}}, 5min);
  capture.expect_sound();
  EXPECT_EQ(capture.count("arp.opcode == 1 && eth.dst == ff:ff:ff:ff:ff:ff && "
                          "frame.time_relative > 1"),
            0);
  EXPECT_GT(capture.count("arp.opcode == 1 && frame.packet_flags_direction == 2"), 3);
  EXPECT_EQ(capture.count("arp.opcode == 1"), capture.count("arp.opcode == 2"));
}

TEST(FrameCaptureTest, TsharkReadsWhoIsAtTheOtherEnd) {
  SKIP_WITHOUT_TSHARK();
  const ProtocolCapture capture("lldp", R"(title: two
topology:
  name: two
  topology:
    kinds: {sw: {kind: switch, os: x, version: 1.0.0, boot: {cold: 1m}, protocols: {lldp: {}}}}
    nodes:
      s1: {kind: sw}
      s2: {kind: sw}
    links:
      - endpoints: ["s1:eth1", "s2:eth7"]
clock: {warm_up: 5m, duration: 24h}
)",
                                {{"s1", "eth1"}}, 2min);
  capture.expect_sound();
  EXPECT_EQ(capture.count("lldp"), 8);
  EXPECT_EQ(capture.count("lldp.tlv.system.name == \"s2\" && lldp.port.id == \"eth7\" && "
                          "lldp.time_to_live == 121 && frame.packet_flags_direction == 1"),
            4);
}

INSTANTIATE_TEST_SUITE_P(ShippedCaptures, TsharkTest,
                         testing::Values(std::pair("http-get.pcap", "141.142.228.5/32"),
                                         std::pair("http-qinq.pcap", "141.142.228.5/32"),
                                         std::pair("imap.pcap", "10.40.3.2/32"),
                                         std::pair("smtp.pcap", "188.184.129.157/32"),
                                         std::pair("citrix.pcap", "21.0.0.8/32"),
                                         std::pair("http-ipv6.pcap",
                                                   "2001:618:400::5199:cc70/128")));

}  // namespace
}  // namespace switchfault
