#include "peers/peer_options.h"

#include <charconv>
#include <cstdio>
#include <ctime>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "peers/fat_tree_flows.h"

namespace switchfault::bench {
namespace {

bool parse(std::string_view text, std::uint64_t& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

bool set(PeerOptions& options, std::string_view name, std::string_view value) {
  const std::map<std::string_view, std::string*> texts = {{"--workload", &options.workload},
                                                          {"--scheduler", &options.scheduler},
                                                          {"--device", &options.device},
                                                          {"--hosts", &options.hosts}};
  const std::map<std::string_view, std::uint64_t*> numbers = {
      {"--k", &options.k},
      {"--packet-hops", &options.packet_hops},
      {"--pending", &options.pending},
      {"--events", &options.events}};
  if (const auto text = texts.find(name); text != texts.end()) {
    *text->second = value;
    return true;
  }
  const auto number = numbers.find(name);
  return number != numbers.end() && parse(value, *number->second);
}

}  // namespace

std::optional<PeerOptions> parse_peer_options(int argc, char** argv) {
  PeerOptions options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--json") {
      options.json = true;
    } else if (i + 1 == argc || !set(options, name, argv[++i])) {
      fmt::print(stderr, "{}: cannot use {}\n", argv[0], name);
      return std::nullopt;
    }
  }
  if (options.k < 4 || options.k % 2 != 0 || options.k > kMaxArity) {
    fmt::print(stderr, "{}: --k must be even, from 4 to {}\n", argv[0], kMaxArity);
    return std::nullopt;
  }
  return options;
}

int report(const PeerOptions& options, const HopResult& result) {
  if (options.json) {
    fmt::print(R"({{"workload":"{}","k":{},"hops":{},"cpu_s":{:.6f},"delivered":{},"sent":{}}})"
               "\n",
               options.workload, options.k, result.hops, result.cpu_s, result.delivered,
               result.sent);
  } else {
    fmt::print("{}, k = {}: {:.0f} packet-hops a CPU s, {} in {:.3f} s, {} of {} packets\n",
               options.workload, options.k, static_cast<double>(result.hops) / result.cpu_s,
               result.hops, result.cpu_s, result.delivered, result.sent);
  }
  if (result.delivered != result.sent || result.hops != result.sent * kHopsPerPacket) {
    fmt::print(stderr, "{}: packets were lost, or took a wrong path\n", options.workload);
    return 1;
  }
  return 0;
}

int report(const PeerOptions& options, const PholdResult& result) {
  if (options.json) {
    fmt::print(R"({{"workload":"{}","pending":{},"events":{},"cpu_s":{:.6f}}})"
               "\n",
               options.workload, options.pending, result.events, result.cpu_s);
  } else {
    fmt::print("{}, {} pending: {:.0f} events a CPU s, {} in {:.3f} s\n", options.workload,
               options.pending, static_cast<double>(result.events) / result.cpu_s, result.events,
               result.cpu_s);
  }
  return 0;
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

}  // namespace switchfault::bench
