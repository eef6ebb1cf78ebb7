// replay_bench [ROUNDS] [PACKETS] [SCENARIO]
//
// What does replaying a packet cost, beside libpcap's own loop over the same file? Two hosts at one
// switch; captures of 64-byte frames and IMIX as in capture_bench. `replay` is the whole command
// but for its printing: reading, dissecting, flows, the network with an OS in its switch, verdicts.
// Without faults there is no second network beside it. Then the same with both ports of the switch
// under capture, into a file, a fifth as many packets, also by the clock until all of the file is
// on the disk, and beside the least there is: one copy of the frames on their way to the disk, and
// what the kernel alone takes for writing as many bytes. With a scenario:
// packet-hops a second through its network, a tenth as many packets. CPU seconds; ratios formed in
// each round.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <switchfault/capture.h>
#include <switchfault/catalog.h>
#include <switchfault/load.h>
#include <switchfault/replay.h>
#include <switchfault/scenario.h>

#include "captures/made_captures.h"
#include "io/background_file.h"

namespace switchfault::bench {
namespace {

Scenario one_switch() {
  Scenario scenario;
  scenario.title = "replay bench";
  scenario.clock.duration = std::chrono::hours{1};
  scenario.clock.warm_up = std::chrono::minutes{10};
  for (const char* name : {"h1", "h2", "s1"}) {
    NodeConfig& node = scenario.topology.nodes.emplace_back();
    node.name = name;
    node.kind = name[0] == 's' ? NodeKind::switch_ : NodeKind::host;
    if (node.kind == NodeKind::host) {
      InterfaceConfig& interface = node.interfaces.emplace_back();
      interface.name = "eth0";
      const IpAddress own = IpAddress::v4(0x0a000000U | (name[1] == '1' ? 1U : 2U));
      interface.addresses.push_back({IpPrefix(own, 24), {}});
      LinkConfig& link = scenario.topology.links.emplace_back();
      link.a = {{name, {}}, "eth0"};
      link.b = {{"s1", {}}, name[1] == '1' ? "eth1" : "eth2"};
      link.rate = {100'000'000'000};
    }
  }
  return scenario;
}

std::uint64_t by_pcap_loop(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  pcap_t* const pcap = pcap_open_offline_with_tstamp_precision(
      path.c_str(), PCAP_TSTAMP_PRECISION_NANO, words.data());
  std::uint64_t packets = 0;
  const auto count = [](u_char* user, const pcap_pkthdr* /*header*/, const u_char* /*bytes*/) {
    ++*reinterpret_cast<std::uint64_t*>(user);
  };
  pcap_loop(pcap, -1, count, reinterpret_cast<u_char*>(&packets));
  pcap_close(pcap);
  return packets;
}

enum class Captures { none, switch_ports };

struct Replayed {
  std::uint64_t delivered = 0;
  std::uint64_t hops = 0;
  double cpu_s = 0;    // With the cold boot, or without.
  double clock_s = 0;  // Until captures are on the disk.
  std::uint64_t captured_bytes = 0;
};

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double clock_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// What a plain loop of write() takes for so many bytes.
double by_write(const std::string& path, std::uint64_t bytes) {
  const std::string piece(std::size_t{1} << 20U, 'x');
  const double begin = cpu_seconds();
  std::FILE* const file = std::fopen(path.c_str(), "wb");
  std::setvbuf(file, nullptr, _IONBF, 0);
  for (std::uint64_t written = 0; written < bytes;) {
    const std::size_t size = std::min<std::uint64_t>(piece.size(), bytes - written);
    written += std::fwrite(piece.data(), 1, size, file);
  }
  std::fclose(file);
  const double seconds = cpu_seconds() - begin;
  std::filesystem::remove(path);
  return seconds;
}

// The least that a capture at two ports takes: room for the blocks, the bytes of each frame copied
// once, and the way to the disk; nothing is looked at, rewritten or said of it.
double by_copying(const std::string& path, Mix mix, int packets) {
  constexpr std::size_t kAround = 44, kWord = 4, kWaiting = std::size_t{256} * 1024;
  const std::vector<char> recorded(2 * kWaiting, 'x');
  const double begin = cpu_seconds();
  BackgroundFile file(path);
  std::size_t at = 0;
  for (int i = 0; i < packets; ++i) {
    const std::size_t size = mix[static_cast<std::size_t>(i) % mix.size()];
    for (int port = 0; port < 2; ++port) {
      const std::size_t length = kAround + (size + kWord - 1) / kWord * kWord;
      std::memcpy(file.room(length), recorded.data() + at, size);
      file.advance(length);
    }
    at = (at + size) % kWaiting;
  }
  file.commit();
  const double seconds = cpu_seconds() - begin;
  std::filesystem::remove(path);
  return seconds;
}

// With captures the frames at both ports of the switch go to a file, which is gone afterwards.
Replayed by_replay(const Scenario& scenario, const std::string& path, Captures captures,
                   bool with_boot) {
  const double clock_begin = clock_seconds();
  double begin = cpu_seconds();
  bool booted = with_boot;
  const auto source = open_capture(path);
  ReplayOptions options;
  options.run.until = std::chrono::minutes{1};
  options.run.progress = [&](SimTime /*now*/, SimTime /*end*/) {
    begin = booted ? begin : cpu_seconds();
    booted = true;
    return true;
  };
  std::unique_ptr<CaptureWriter> writer;
  if (captures == Captures::switch_ports) {
    writer = create_capture(path + ".pcapng");
    for (const char* port : {"eth1", "eth2"}) {
      options.run.captures.push_back({.node = {"s1", {}},
                                      .port = port,
                                      .writer = writer.get(),
                                      .interface = writer->add_interface(port)});
    }
  }
  const ReplayReport report = replay(scenario, options, *source);
  Replayed replayed{.hops = report.hops};
  if (writer != nullptr) {
    writer->finish();
    replayed.captured_bytes = std::filesystem::file_size(path + ".pcapng");
  }
  replayed.cpu_s = cpu_seconds() - begin;
  replayed.clock_s = clock_seconds() - clock_begin;
  std::filesystem::remove(path + ".pcapng");
  for (const VerdictCount& verdict : report.dispositions) {
    replayed.delivered += verdict.verdict == "delivered" ? verdict.packets : 0;
  }
  return replayed;
}

// Sorted, with the middle one.
class Samples {
 public:
  void add(double value) { values_.insert(std::upper_bound(begin(), end(), value), value); }
  [[nodiscard]] double median() const { return values_[values_.size() / 2]; }
  [[nodiscard]] double least() const { return values_.front(); }
  [[nodiscard]] double most() const { return values_.back(); }

 private:
  std::vector<double>::iterator begin() { return values_.begin(); }
  std::vector<double>::iterator end() { return values_.end(); }
  std::vector<double> values_;
};

class MadeFile {
 public:
  MadeFile(Mix mix, int packets)
      : path_((std::filesystem::temp_directory_path() /
               fmt::format("replay_bench_{}.pcap", std::clock()))
                  .string()) {
    write_pcap(path_, mix, packets);
  }
  ~MadeFile() { std::filesystem::remove(path_); }
  MadeFile(const MadeFile&) = delete;
  MadeFile& operator=(const MadeFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

bool measure(const char* name, Mix mix, int rounds, int packets) {
  const MadeFile file(mix, packets);
  const int captured_packets = packets / 5;  // More would measure the disk.
  const MadeFile shorter(mix, captured_packets);
  const Scenario scenario = one_switch();
  const auto wanted = static_cast<std::uint64_t>(packets);
  Samples loops, replays, captures, ratios, slower, slower_by_clock, writes, least;
  bool whole = true;
  for (int round = 0; round < rounds; ++round) {
    const double begin = cpu_seconds();
    whole = by_pcap_loop(file.path()) == wanted && whole;
    const double loop = cpu_seconds() - begin;
    const Replayed plain = by_replay(scenario, file.path(), Captures::none, true);
    const Replayed few = by_replay(scenario, shorter.path(), Captures::none, true);
    const Replayed captured = by_replay(scenario, shorter.path(), Captures::switch_ports, true);
    whole = plain.delivered == wanted && captured.delivered == few.delivered && whole;
    loops.add(loop);
    replays.add(plain.cpu_s);
    captures.add(captured.cpu_s);
    ratios.add(loop / plain.cpu_s);
    slower.add(captured.cpu_s / few.cpu_s);
    slower_by_clock.add(captured.clock_s / few.clock_s);
    writes.add(by_write(shorter.path() + ".written", captured.captured_bytes));
    const double copying = by_copying(shorter.path() + ".copied", mix, captured_packets);
    least.add((few.cpu_s + copying) / few.cpu_s);
  }
  fmt::print(
      "{}: pcap_loop {:.1f} ns, replay {:.1f} ns a packet: {:.2f} of pcap_loop ({:.2f}-{:.2f})\n",
      name, loops.median() / packets * 1e9, replays.median() / packets * 1e9, ratios.median(),
      ratios.least(), ratios.most());
  fmt::print(
      "{}: captured at both ports {:.1f} ns a packet: {:.2f} times as long ({:.2f}-{:.2f})\n", name,
      captures.median() / captured_packets * 1e9, slower.median(), slower.least(), slower.most());
  fmt::print(
      "{}: with nothing but a copy of the frames on their way to the disk: {:.2f} times as long "
      "({:.2f}-{:.2f})\n",
      name, least.median(), least.least(), least.most());
  fmt::print(
      "{}: by the clock until it is on the disk: {:.2f} times as long ({:.2f}-{:.2f}); write() of "
      "as "
      "many bytes: {:.1f} ns a packet\n",
      name, slower_by_clock.median(), slower_by_clock.least(), slower_by_clock.most(),
      writes.median() / captured_packets * 1e9);
  return whole;
}

// Packet-hops through the network of a scenario, without its faults and its boot.
void measure_network(const std::string& path, int rounds, int packets) {
  Scenario scenario = load_scenario(path, builtin_catalog());
  scenario.faults.clear();
  scenario.one_of.clear();
  const MadeFile file(kSmall, packets);
  Samples rates;
  Replayed last;
  for (int round = 0; round < rounds; ++round) {
    last = by_replay(scenario, file.path(), Captures::none, false);
    rates.add(static_cast<double>(last.hops) / last.cpu_s);
  }
  fmt::print(
      "{}: {:.1f} million packet-hops a CPU second ({:.1f}-{:.1f}), {:.1f} hops a packet, "
      "{:.1f} % delivered\n",
      path, rates.median() / 1e6, rates.least() / 1e6, rates.most() / 1e6,
      static_cast<double>(last.hops) / packets,
      100 * static_cast<double>(last.delivered) / packets);
}

}  // namespace
}  // namespace switchfault::bench

int main(int count, char** values) {
  namespace bench = switchfault::bench;
  const int rounds = count > 1 ? std::atoi(values[1]) : 5;
  const int packets = count > 2 ? std::atoi(values[2]) : 10'000'000;
  if (rounds < 1 || packets < 10 || count > 4) {
    std::fputs("usage: replay_bench [ROUNDS] [PACKETS] [SCENARIO]\n", stderr);
    return 2;
  }
  const bool small = bench::measure("64 bytes", bench::kSmall, rounds, packets);
  const bool imix = bench::measure("IMIX", bench::kImix, rounds, packets);
  if (count > 3) {
    bench::measure_network(values[3], rounds, packets / 10);
  }
  if (!small || !imix) {
    std::fputs("error: packets were lost\n", stderr);
    return 1;
  }
  return 0;
}
