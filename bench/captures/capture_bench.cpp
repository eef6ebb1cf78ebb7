// capture_bench [--rounds=N] [--packets=N]
//
//   What does a recorded packet cost to read, beside libpcap's own loop over the same file?
//   Two captures are made in the temporary folder, frames of 64 bytes and IMIX (60, 590 and 1514
//   bytes, 7:4:1), and read from the page cache, one reader after the other in each round:
//     pcap_loop   libpcap 1.10, a callback that adds up lengths
//     ours        open_capture
//     by libpcap  open_capture with libpcap underneath, as for rarer forms of pcap
//     pcapng      open_capture, the same packets as written by create_capture
//   Each touches the first bytes of every packet. CPU seconds; ratios are formed in each round.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <switchfault/capture.h>

#include "captures/made_captures.h"
#include "take_number.h"

namespace {

namespace made = switchfault::bench;
using made::take_number;

struct Options {
  int rounds = 5;
  int packets = 1'000'000;
};

void convert(const std::string& pcap, const std::string& pcapng) {
  const auto source = switchfault::open_capture(pcap);
  const auto writer = switchfault::create_capture(pcapng);
  writer->add_interface("bench:eth1");
  switchfault::RecordedPacket packet;
  while (source->next(packet)) {
    writer->write({.interface = 0, .at_ns = packet.at_ns, .length = packet.length}, packet.bytes);
  }
  writer->finish();
}

struct Sum {
  std::uint64_t packets = 0, bytes = 0, first_bytes = 0;
  friend bool operator==(const Sum&, const Sum&) = default;
};

Sum by_pcap_loop(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  pcap_t* const pcap = pcap_open_offline_with_tstamp_precision(
      path.c_str(), PCAP_TSTAMP_PRECISION_NANO, words.data());
  Sum sum;
  const auto add = [](u_char* user, const pcap_pkthdr* header, const u_char* bytes) {
    auto* const total = reinterpret_cast<Sum*>(user);
    ++total->packets;
    total->bytes += header->len;
    total->first_bytes += bytes[0];
  };
  pcap_loop(pcap, -1, add, reinterpret_cast<u_char*>(&sum));
  pcap_close(pcap);
  return sum;
}

Sum by_ours(const std::string& path, bool libpcap_only) {
  const auto source = switchfault::open_capture(path, {.libpcap_only = libpcap_only});
  Sum sum;
  switchfault::RecordedPacket packet;
  while (source->next(packet)) {
    ++sum.packets;
    sum.bytes += packet.length;
    sum.first_bytes += std::to_integer<std::uint64_t>(packet.bytes[0]);
  }
  return sum;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Reader {
  const char* name;
  Sum (*read)(const std::string& path);
  bool pcapng;
};
constexpr std::array<Reader, 4> kReaders = {{
    {"pcap_loop", by_pcap_loop, false},
    {"ours", [](const std::string& path) { return by_ours(path, false); }, false},
    {"by libpcap", [](const std::string& path) { return by_ours(path, true); }, false},
    {"pcapng", [](const std::string& path) { return by_ours(path, false); }, true},
}};

bool measure(const char* name, made::Mix mix, const Options& options) {
  const std::string base =
      (std::filesystem::temp_directory_path() / fmt::format("capture_bench_{}", std::clock()))
          .string();
  const std::string pcap = base + ".pcap";
  const std::string pcapng = base + ".pcapng";
  made::write_pcap(pcap, mix, options.packets);
  convert(pcap, pcapng);
  const Sum expected = by_pcap_loop(pcap);

  bool agree = true;
  std::array<std::vector<double>, kReaders.size()> seconds;
  std::array<std::vector<double>, kReaders.size()> ratios;
  for (int round = 0; round < options.rounds; ++round) {
    for (std::size_t i = 0; i < kReaders.size(); ++i) {
      const std::clock_t start = std::clock();
      agree = kReaders[i].read(kReaders[i].pcapng ? pcapng : pcap) == expected && agree;
      seconds[i].push_back(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
      ratios[i].push_back(seconds[0].back() / seconds[i].back());
    }
  }
  std::filesystem::remove(pcap);
  std::filesystem::remove(pcapng);

  fmt::print("{}: {} packets, {:.1f} bytes on average, {} rounds\n", name, expected.packets,
             static_cast<double>(expected.bytes) / static_cast<double>(expected.packets),
             options.rounds);
  for (std::size_t i = 0; i < kReaders.size(); ++i) {
    const auto [least, most] = std::minmax_element(ratios[i].begin(), ratios[i].end());
    const double per_packet = median(seconds[i]) / static_cast<double>(expected.packets) * 1e9;
    fmt::print("  {:<11} {:6.1f} ns a packet {:6.1f} M/s   {:.2f} of pcap_loop ({:.2f}-{:.2f})\n",
               kReaders[i].name, per_packet, 1e3 / per_packet, median(ratios[i]), *least, *most);
  }
  return agree;
}

}  // namespace

int main(int count, char** values) {
  Options options;
  for (int i = 1; i < count; ++i) {
    if (!take_number(values[i], "--rounds=", options.rounds) &&
        !take_number(values[i], "--packets=", options.packets)) {
      std::fputs("usage: capture_bench [--rounds=N] [--packets=N]\n", stderr);
      return 2;
    }
  }
  try {
    const bool small = measure("64 bytes", made::kSmall, options);
    if (!measure("IMIX", made::kImix, options) || !small) {
      std::fputs("the readers do not agree\n", stderr);
      return 1;
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
  return 0;
}
