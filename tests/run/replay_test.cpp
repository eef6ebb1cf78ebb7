#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <numeric>
#include <string>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <switchfault/replay.h>

#include "run/recorded_story.h"
#include "run/scenario_lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

// A desk and a server with a web service; s2 panics at 10 min and is back after 14.
Scenario shop() {
  return load_scenario_text("test.yaml", two_switches(R"(
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
services: {shop: {endpoints: [web], port: 443, depends: none}}
users: {office: {places: [desk], count: 5}}
)"),
                            builtin_catalog());
}

// A request and its answer every second, from recorded addresses that the topology does not know.
RecordedStory requests(Duration from, Duration to) {
  RecordedStory story;
  story.tcp(from, "192.168.7.5:50000", "198.51.100.9:443", kSynFlag);
  for (Duration at = from + 1s; at < to; at += 1s) {
    story.tcp(at, "192.168.7.5:50000", "198.51.100.9:443", kAckFlag)
        .tcp(at + 1ms, "198.51.100.9:443", "192.168.7.5:50000", kAckFlag);
  }
  return story;
}

std::uint64_t sum(const std::vector<VerdictCount>& counts) {
  return std::accumulate(
      counts.begin(), counts.end(), std::uint64_t{0},
      [](std::uint64_t all, const VerdictCount& one) { return all + one.packets; });
}

std::string text(const std::vector<VerdictCount>& counts) {
  std::string all;
  for (const VerdictCount& count : counts) {
    all += (all.empty() ? "" : ", ") + count.verdict + " " + std::to_string(count.packets);
  }
  return all;
}

// A desk and a server behind a firewall with room for two sessions, which says how long they last.
constexpr const char* kGuarded = R"(title: guarded
topology:
  name: t
  topology:
    nodes:
      fw: {kind: firewall, os: x, version: 1.0.0, boot: {cold: 1m},
           interfaces: {eth1: {address: 10.0.1.254/24}, eth2: {address: 10.0.2.254/24}},
           filters: [{action: permit, from: 10.0.1.0/24}],
           stateful: {session_capacity: 2, tcp_timeout: 1h, tcp_transitory_timeout: 10s}}
      desk: {kind: host, address: 10.0.1.1/24, gateway: 10.0.1.254}
      web: {kind: host, address: 10.0.2.1/24, gateway: 10.0.2.254}
    links:
      - endpoints: ["desk:eth0", "fw:eth1"]
      - endpoints: ["web:eth0", "fw:eth2"]
clock: {warm_up: 1m, duration: 1h}
)";

TEST(ReplayTest, AFullTableRefusesNewConversationsUntilOldOnesEnd) {
  const Scenario scenario = load_scenario_text("test.yaml", kGuarded, builtin_catalog());
  constexpr std::uint8_t kFinFlag = 0x01;
  RecordedStory story;
  const auto connect = [&](Duration at, const std::string& client) {
    story.tcp(at, client, "10.0.2.1:443", kSynFlag)
        .tcp(at + 1ms, "10.0.2.1:443", client, kSynFlag | kAckFlag)
        .tcp(at + 2ms, client, "10.0.2.1:443", kAckFlag);
  };
  connect(1s, "10.0.1.1:50001");
  connect(2s, "10.0.1.1:50002");
  connect(3s, "10.0.1.1:50003");  // No room.
  story.tcp(4s, "10.0.1.1:50001", "10.0.2.1:443", kFinFlag | kAckFlag)
      .tcp(5s, "10.0.2.1:443", "10.0.1.1:50001", kFinFlag | kAckFlag);
  connect(14s, "10.0.1.1:50003");  // Still: the first has closed 9 s ago.
  connect(16s, "10.0.1.1:50003");
  story.tcp(17s, "10.0.1.1:50002", "10.0.2.1:443", kAckFlag);
  const ReplayReport report = replay(scenario, {}, story);
  EXPECT_EQ(text(report.dispositions), "delivered 12, no_session 4, session_table_full 2");
  EXPECT_EQ(text(report.dispositions), text(report.baseline_dispositions));
}

TEST(ReplayTest, ATableThatPacketsFillTriggersAFault) {
  std::string yaml = kGuarded;
  yaml +=
      "faults: [{name: full, kind: kernel_panic, select: fw, "
      "trigger: {table: {name: sessions, fill: 100%}}}]\n";
  const Scenario scenario = load_scenario_text("test.yaml", yaml, builtin_catalog());
  RecordedStory story;
  for (int i = 1; i <= 4; ++i) {
    story.tcp(1s * i, "10.0.1.1:5000" + std::to_string(i), "10.0.2.1:443", kSynFlag);
  }
  const ReplayReport report = replay(scenario, {}, story);
  // The second one fills it, and is on its way to the server when the firewall panics.
  EXPECT_EQ(text(report.dispositions), "delivered 1, no_carrier 1, no_route 2");
  EXPECT_EQ(text(report.baseline_dispositions), "delivered 2, session_table_full 2");
}

TEST(ReplayTest, PacketsAreLostWhileTheSwitchIsDownAndNotInTheBaseline) {
  const Scenario scenario = shop();
  RecordedStory story = requests(0s, 20min);
  const ReplayReport report = replay(scenario, {}, story);
  EXPECT_EQ(report.trace.packets, 2 * 1199U + 1);
  EXPECT_EQ(text(report.baseline_dispositions), "delivered 2399");
  EXPECT_EQ(sum(report.dispositions), report.trace.packets);
  ASSERT_EQ(report.flows.size(), 2U);
  const FlowReport& request = report.flows[0];
  EXPECT_EQ(request.from, "desk");
  EXPECT_EQ(request.to, "web");
  EXPECT_EQ(request.application, "shop");
  EXPECT_FALSE(request.reply);
  EXPECT_EQ(request.run.first_loss, kTimeZero + 10min);
  ASSERT_EQ(request.run.outages.size(), 1U);
  EXPECT_GE(*request.run.outages[0].end, kTimeZero + 14min);
  EXPECT_EQ(request.baseline.lost, 0U);
  EXPECT_EQ(report.failed, 1U);
  EXPECT_EQ(report.for_good, 0U);
  EXPECT_EQ(report.applications[0].failed, 1U);
  EXPECT_TRUE(report.flows[1].reply);
}

TEST(ReplayTest, DelayIsThatOfTheLinks) {
  const Scenario scenario = shop();
  RecordedStory story = requests(0s, 10s);
  const ReplayReport report = replay(scenario, {}, story);
  // 64 bytes and 20 of gap over three links of 1 Gb/s.
  EXPECT_EQ(report.flows[0].run.delay->min, 3 * 672ns);
  EXPECT_EQ(report.flows[0].run.delay->max, 3 * 672ns);
}

TEST(ReplayTest, StartSpeedAndLoopsMoveThePackets) {
  const Scenario scenario = shop();
  RecordedStory story = requests(0s, 11s);
  ReplayOptions options{.start = 2min, .speed = {.numerator = 2, .denominator = 1}, .loops = 2};
  options.again = [&] { return std::make_unique<RecordedStory>(story.rewound()); };
  const ReplayReport report = replay(scenario, options, story);
  EXPECT_EQ(report.trace.loops, 2U);
  EXPECT_EQ(report.trace.packets, 42U);
  EXPECT_EQ(report.first_sent, kTimeZero + 2min);
  EXPECT_EQ(text(report.dispositions), "delivered 42");
  EXPECT_EQ(report.conversations, 1U);
  // Two times 10.001 s at twice the speed, and one mean gap between.
  EXPECT_EQ(report.last_sent, kTimeZero + 2min + 2 * 5'000'500us + 250'025us);
}

TEST(ReplayTest, PacketsAfterTheEndAreNamed) {
  const Scenario scenario = shop();
  RecordedStory story = requests(0s, 10s);
  const ReplayReport report = replay(scenario, {.start = 1h - 5s}, story);
  EXPECT_EQ(text(report.dispositions), "delivered 9, after_end 9, unfinished 1");
}

TEST(ReplayTest, WhatCannotBeSentIsNamed) {
  const Scenario scenario = shop();
  RecordedStory story;
  story
      .frame(0s, {1, 0x80, 0xc2, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0, 3, 0x42, 0x42, 3})  // BPDU
      .frame(1s, {1, 2, 3})
      .udp(2s, "10.0.10.10:5000", "10.0.10.10:53")
      .udp(3s, "192.168.7.5:5000", "10.0.10.10:53");
  ReplayOptions options;
  options.map.automatic = false;
  options.map.rules.push_back({.prefix = "10.0.10.10/32", .to = {{"web", {}}}});
  const ReplayReport report = replay(scenario, options, story);
  EXPECT_EQ(text(report.dispositions), "unreadable 1, link_control 1, unmapped 1, same_host 1");
  EXPECT_EQ(text(report.trace.unreadable_by), "link header cut off 1");
  EXPECT_EQ(report.trace.unreadable, 1U);
  EXPECT_EQ(report.trace.sent, 0U);
}

TEST(ReplayTest, SameSeedSameReport) {
  const Scenario scenario = shop();
  RecordedStory story = requests(9min, 15min);
  RecordedStory again = requests(9min, 15min);
  EXPECT_EQ(replay(scenario, {}, story).fingerprint, replay(scenario, {}, again).fingerprint);
  RecordedStory skipped = requests(9min, 15min);
  ReplayOptions options;
  options.run.skip_quiet_time = false;
  EXPECT_EQ(replay(scenario, options, skipped).fingerprint,
            replay(scenario, {}, story.rewound()).fingerprint);
}

TEST(ReplayTest, InterruptedReplayStillAccountsForWhatItRead) {
  const Scenario scenario = shop();
  RecordedStory story = requests(0s, 10s);
  ReplayOptions options;
  options.run.progress = [](SimTime now, SimTime) { return now < kTimeZero; };
  const ReplayReport report = replay(scenario, options, story);
  EXPECT_TRUE(report.interrupted);
  EXPECT_EQ(sum(report.dispositions), report.trace.packets);
}

// Counts frames of each length.
class Lengths final : public CaptureWriter {
 public:
  std::uint32_t add_interface(std::string_view /*name*/) override { return 0; }
  std::byte* place(const CapturedFrame& frame) override {
    ++counts[frame.length];
    bytes.resize(frame.size);
    return bytes.data();
  }
  void finish() override {}
  std::vector<std::byte> bytes;  // Of the last one.
  std::map<std::uint32_t, int> counts;
};

TEST(ReplayTest, SourcesOfTheScenarioLoadTheLinksBesideTheCapture) {
  const std::string yaml = two_switches(R"(
services: {shop: {endpoints: [web], port: 443, depends: none}}
users: {office: {places: [desk], count: 5}}
traffic: {load: {from: ops, to: web, rate: 1Mbps, until: 20s}}
)");
  const Scenario scenario = load_scenario_text("test.yaml", yaml, builtin_catalog());
  RecordedStory story = requests(0s, 10s);
  Lengths lengths;
  ReplayOptions options;
  options.run.captures = {{.node = {"s1", {}}, .port = "eth2", .writer = &lengths}};
  const ReplayReport report = replay(scenario, options, story);
  EXPECT_EQ(text(report.dispositions), "delivered 19");
  EXPECT_EQ(report.log.traffic[0].sent, 2500U);
  // Three questions for addresses and their answers among them.
  EXPECT_EQ(lengths.counts, (std::map<std::uint32_t, int>{{54, 19}, {60, 6}, {996, 2500}}));
}

TEST(ReplayTest, CutOffCaptureIsReplayedUpToTheCut) {
  const Scenario scenario = shop();
  RecordedStory story = requests(0s, 5s);
  story.ends = CaptureEnd::How::cut_off;
  const ReplayReport report = replay(scenario, {}, story);
  EXPECT_EQ(report.trace.packets, 9U);
  EXPECT_EQ(report.trace.end.how, CaptureEnd::How::cut_off);
}

TEST(ReplayTest, EmptyCaptureIsAReport) {
  const Scenario scenario = shop();
  RecordedStory story;
  const ReplayReport report = replay(scenario, {}, story);
  EXPECT_EQ(report.trace.packets, 0U);
  EXPECT_TRUE(report.flows.empty());
  EXPECT_EQ(report.log.end, kTimeZero + 1h);
}

// Captures of others, as capinfos counts them, through an office of our own.
struct Counted {
  const char* file;
  std::uint64_t packets, bytes;
};
constexpr Counted kCaptures[] = {
    {"arp.pcap", 6, 4252},          {"backward-timestamps.pcap", 9, 1404},
    {"dns.pcap", 464, 57942},       {"empty.pcap", 0, 0},
    {"http-get.pcap", 14, 6087},    {"http-ipv6.pcap", 81, 40670},
    {"http-qinq.pcap", 14, 6199},   {"http-requests.pcap", 385, 447734},
    {"null-loopback.pcap", 3, 924}, {"raw-ip.pcap", 100, 31018},
    {"rstp.pcap", 30, 1800},        {"smtp.pcap", 21, 2786},
    {"sll2.pcap", 6, 552},          {"pcapng-multi-interface.pcapng", 6, 798},
    {"mpls-in-vlan.pcap", 3, 2533}, {"nano-big-endian.pcap", 10, 2198},
    {"ospfv3.pcap", 61, 9974},      {"sliced.pcap", 48, 12582912},
};

TEST(ReplayTest, EveryPacketOfPublicCapturesHasOneVerdictInEachRun) {
  const std::string root = SWITCHFAULT_SOURCE_DIR;
  const Scenario scenario = load_scenario(root + "/scenarios/office-web.yaml", builtin_catalog());
  for (const Counted& counted : kCaptures) {
    const auto source = open_capture(root + "/tests/data/pcap/" + counted.file);
    const ReplayReport report = replay(scenario, {.start = 1min}, *source);
    EXPECT_EQ(report.trace.packets, counted.packets) << counted.file;
    EXPECT_EQ(report.trace.bytes, counted.bytes) << counted.file;
    EXPECT_EQ(sum(report.dispositions), counted.packets) << counted.file;
    EXPECT_EQ(sum(report.baseline_dispositions), counted.packets) << counted.file;
  }
}

// The figures of README.md and docs/replay.md.
TEST(ReplayTest, OfficeThatSurfsLosesWhatTheDocumentsSay) {
  const std::string root = SWITCHFAULT_SOURCE_DIR;
  const Scenario scenario = load_scenario(root + "/scenarios/office-web.yaml", builtin_catalog());
  const auto source = open_capture(root + "/tests/data/pcap/http-requests.pcap");
  const ReplayReport report = replay(scenario, {.start = 1min}, *source);
  EXPECT_EQ(report.failed, 48U);
  EXPECT_EQ(report.for_good, 45U);
  EXPECT_EQ(text(report.dispositions), "delivered 257, no_route 117, table_corrupted 11");
  EXPECT_EQ(text(report.baseline_dispositions), "delivered 385");
}

// Jumbo frames of UDP from 10.9.0.1 to 10.9.0.2, one every 100 us, in 64 flows.
void write_jumbo_capture(const std::string& path, std::uint64_t bytes) {
  constexpr std::size_t kFrame = 9014, kRecord = 16 + kFrame;
  std::ofstream out(path, std::ios::binary);
  const auto put32 = [](char* at, std::uint32_t value) { std::memcpy(at, &value, 4); };
  std::string header(24, '\0');
  put32(&header[0], 0xa1b23c4d);
  put32(&header[4], 4U << 16U | 2);
  put32(&header[16], 262144);
  put32(&header[20], 1);
  out << header;
  std::string record(kRecord, '\0');
  put32(&record[8], kFrame);
  put32(&record[12], kFrame);
  record.replace(16, 12, std::string("\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12));
  record.replace(28, 12, std::string("\x08\0\x45\0\x23\x28\0\0\0\0\x40\x11", 12));
  record.replace(42, 8, std::string("\x0a\x09\0\x01\x0a\x09\0\x02", 8));
  record.replace(50, 6, std::string("\x80\0\0\x09\x23\x14", 6));
  constexpr std::uint32_t kPerSecond = 10'000;
  for (std::uint32_t i = 0; std::uint64_t{i} * kRecord < bytes; ++i) {
    put32(&record[0], i / kPerSecond);
    put32(&record[4], i % kPerSecond * 100'000);
    record[51] = static_cast<char>(i % 64);
    out << record;
  }
}

std::size_t resident_kib() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

// Through reader, conversations, two switches, verdicts; nothing is stored.
TEST(ReplayLongTest, TenGigabytesThroughAPipeTakeNoMoreMemoryThanOne) {
  constexpr std::uint64_t kBytes = 10'000'000'000;
  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("replay-fifo-{}", ::getpid())).string();
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  std::thread writer(write_jumbo_capture, path, kBytes);
  const Scenario scenario = load_scenario_text("test.yaml", two_switches(""), builtin_catalog());
  ReplayOptions options;
  options.map.rules.push_back({.prefix = "10.9.0.1/32", .to = {{"desk", {}}}});
  options.map.rules.push_back({.prefix = "10.9.0.2/32", .to = {{"web", {}}}});
  std::size_t after_one = 0, most = 0;
  SimTime looked = kTimeZero;
  options.run.progress = [&](SimTime now, SimTime) {
    if (now >= looked + 1s) {
      looked = now;
      most = std::max(most, resident_kib());
      after_one = now < kTimeZero + 12s ? most : after_one;  // 1.08 GB.
    }
    return true;
  };
  const ReplayReport report = replay(scenario, options, *open_capture(path));
  writer.join();
  std::filesystem::remove(path);
  EXPECT_EQ(report.trace.end.how, CaptureEnd::How::complete);
  EXPECT_GE(report.trace.bytes, kBytes - kBytes / 100);
  EXPECT_EQ(text(report.dispositions), fmt::format("delivered {}", report.trace.packets));
  EXPECT_GT(after_one, 0U);
  EXPECT_LT(most, after_one + 4096);
}

}  // namespace
}  // namespace switchfault
