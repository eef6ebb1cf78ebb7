// replay_bench [ROUNDS] [PACKETS]
//
// What does replaying a packet cost, beside libpcap's own loop over the same file? Two hosts at one
// switch; captures of 64-byte frames and IMIX as in capture_bench. `replay` is the whole command
// but for its printing: reading, dissecting, flows, the network with an OS in its switch, verdicts.
// Without faults there is no second network beside it. CPU seconds; ratios formed in each round.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <switchfault/capture.h>
#include <switchfault/replay.h>
#include <switchfault/scenario.h>

#include "captures/made_captures.h"

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
      interface.addresses.push_back({name[1] == '1' ? "10.0.0.1/24" : "10.0.0.2/24", {}});
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

// Delivered packets.
std::uint64_t by_replay(const Scenario& scenario, const std::string& path) {
  const auto source = open_capture(path);
  ReplayOptions options;
  options.run.until = std::chrono::minutes{1};
  const ReplayReport report = replay(scenario, options, *source);
  for (const VerdictCount& verdict : report.dispositions) {
    if (verdict.verdict == "delivered") {
      return verdict.packets;
    }
  }
  return 0;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool measure(const char* name, Mix mix, int rounds, int packets) {
  const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("replay_bench_{}.pcap", std::clock()))
          .string();
  write_pcap(path, mix, packets);
  const Scenario scenario = one_switch();
  const auto wanted = static_cast<std::uint64_t>(packets);
  std::vector<double> loops, replays, ratios;
  bool whole = true;
  for (int round = 0; round < rounds; ++round) {
    std::clock_t start = std::clock();
    whole = by_pcap_loop(path) == wanted && whole;
    loops.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    start = std::clock();
    whole = by_replay(scenario, path) == wanted && whole;
    replays.push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
    ratios.push_back(loops.back() / replays.back());
  }
  std::filesystem::remove(path);
  const auto [least, most] = std::minmax_element(ratios.begin(), ratios.end());
  fmt::print(
      "{}: pcap_loop {:.1f} ns, replay {:.1f} ns a packet: {:.2f} of pcap_loop ({:.2f}-{:.2f})\n",
      name, median(loops) / packets * 1e9, median(replays) / packets * 1e9, median(ratios), *least,
      *most);
  return whole;
}

}  // namespace
}  // namespace switchfault::bench

int main(int count, char** values) {
  namespace bench = switchfault::bench;
  const int rounds = count > 1 ? std::atoi(values[1]) : 5;
  const int packets = count > 2 ? std::atoi(values[2]) : 2'000'000;
  if (rounds < 1 || packets < 1 || count > 3) {
    std::fputs("usage: replay_bench [ROUNDS] [PACKETS]\n", stderr);
    return 2;
  }
  const bool small = bench::measure("64 bytes", bench::kSmall, rounds, packets);
  const bool imix = bench::measure("IMIX", bench::kImix, rounds, packets);
  if (!small || !imix) {
    std::fputs("error: packets were lost\n", stderr);
    return 1;
  }
  return 0;
}
