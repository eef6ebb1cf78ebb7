// Captures made for measuring: UDP over IPv4 between two hosts, frames of repeating lengths.

#ifndef SWITCHFAULT_BENCH_CAPTURES_MADE_CAPTURES_H_
#define SWITCHFAULT_BENCH_CAPTURES_MADE_CAPTURES_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace switchfault::bench {

// The repeating pattern of frame lengths, without checksums.
using Mix = std::span<const std::uint32_t>;
inline constexpr std::array<std::uint32_t, 1> kSmall = {64};
inline constexpr std::array<std::uint32_t, 12> kImix = {60, 590, 60, 60, 590, 60,
                                                        60, 590, 60, 60, 590, 1514};

// From 10.0.0.1 to 10.0.0.2 in so many flows, by their source ports.
inline constexpr std::uint32_t kMadeFlows = 64;

// Nanoseconds, little-endian, Ethernet; a packet every microsecond.
void write_pcap(const std::string& path, Mix mix, int packets);

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_CAPTURES_MADE_CAPTURES_H_
