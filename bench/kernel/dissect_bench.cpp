// read/<what>, rewrite/<what>: what does it cost to read the headers of one packet, and to give
// it other addresses and another TTL with its checksums kept right? Packets lie one behind the
// other in 1 MiB, as a capture has them.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "core/dissect.h"
#include "core/rewrite.h"

namespace switchfault::bench {
namespace {

constexpr std::size_t kFrame = 64;
constexpr std::size_t kFrames = (1U << 20U) / kFrame;

using namespace std::string_view_literals;
constexpr std::string_view kTcp4 =
    "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x08\0"
    "\x45\0\0\x32\0\0\x40\0\x40\x06\x26\xc4\x0a\0\0\x01\x0a\0\0\x02"
    "\x04\xd2\0\x50\0\0\0\x01\0\0\0\0\x50\x10\x20\0\0\0\0\0"sv;
constexpr std::string_view kTaggedUdp4 =
    "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x81\0\0\x64\x08\0"
    "\x45\0\0\x2e\0\0\x40\0\x40\x11\x26\xbd\x0a\0\0\x01\x0a\0\0\x02"
    "\x04\xd2\0\x35\0\x1a\x12\x34"sv;
constexpr std::string_view kUdp6 =
    "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x86\xdd"
    "\x60\0\0\0\0\x0a\x11\x40\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02\x04\xd2\0\x35\0\x0a\x12\x34"sv;

std::vector<std::byte> frames_of(std::string_view begin) {
  std::vector<std::byte> frames(kFrames * kFrame);
  for (std::size_t i = 0; i < kFrames; ++i) {
    std::transform(begin.begin(), begin.end(),
                   frames.begin() + static_cast<std::ptrdiff_t>(i * kFrame),
                   [](char c) { return static_cast<std::byte>(c); });
  }
  return frames;
}

void read(benchmark::State& state, std::string_view begin) {
  const std::vector<std::byte> frames = frames_of(begin);
  for ([[maybe_unused]] auto iteration : state) {
    for (std::size_t i = 0; i < kFrames; ++i) {
      const Headers headers =
          dissect(LinkLayer::ethernet, std::span(frames).subspan(i * kFrame, kFrame));
      benchmark::DoNotOptimize(headers);
    }
  }
  state.counters["a packet"] = benchmark::Counter(
      kFrames, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void rewrite(benchmark::State& state, std::string_view begin) {
  std::vector<std::byte> frames = frames_of(begin);
  const Headers headers = dissect(LinkLayer::ethernet, std::span(frames).first(kFrame));
  std::uint8_t ttl = 0;
  for ([[maybe_unused]] auto iteration : state) {
    ++ttl;
    for (std::size_t i = 0; i < kFrames; ++i) {
      const auto frame = std::span(frames).subspan(i * kFrame, kFrame);
      set_addresses(frame, headers, headers.destination, headers.source);
      set_ttl(frame, headers, ttl);
    }
    benchmark::ClobberMemory();
  }
  state.counters["a packet"] = benchmark::Counter(
      kFrames, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(read, tcp4, kTcp4);
BENCHMARK_CAPTURE(read, tagged_udp4, kTaggedUdp4);
BENCHMARK_CAPTURE(read, udp6, kUdp6);
BENCHMARK_CAPTURE(rewrite, tcp4, kTcp4);
BENCHMARK_CAPTURE(rewrite, udp6, kUdp6);

}  // namespace
}  // namespace switchfault::bench

BENCHMARK_MAIN();
