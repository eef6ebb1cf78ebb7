#include "captures/made_captures.h"

#include <algorithm>
#include <fstream>
#include <initializer_list>

namespace switchfault::bench {
namespace {

std::array<char, 4> little(std::uint32_t value) {
  return {static_cast<char>(value & 0xffU), static_cast<char>(value >> 8U & 0xffU),
          static_cast<char>(value >> 16U & 0xffU), static_cast<char>(value >> 24U & 0xffU)};
}

void put(std::ofstream& out, std::initializer_list<std::uint32_t> words) {
  for (const std::uint32_t word : words) {
    out.write(little(word).data(), 4);
  }
}

void put_big(std::string& frame, std::size_t at, std::uint32_t value) {
  frame[at] = static_cast<char>(value >> 8U & 0xffU);
  frame[at + 1] = static_cast<char>(value & 0xffU);
}

// The least Ethernet payload, so that one header fits frames of every length.
constexpr std::uint32_t kIpLength = 46, kUdpLength = 26;

std::string first_frame() {
  std::string frame(2000, '\0');
  frame.replace(0, 12, std::string("\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12));
  frame.replace(12, 12, std::string("\x08\0\x45\0\0\0\0\0\0\0\x40\x11", 12));
  frame.replace(26, 8, std::string("\x0a\0\0\x01\x0a\0\0\x02", 8));
  put_big(frame, 16, kIpLength);
  put_big(frame, 36, 9);  // Discard.
  put_big(frame, 38, kUdpLength);
  return frame;
}

}  // namespace

void write_pcap(const std::string& path, Mix mix, int packets) {
  constexpr std::uint32_t kFirstPort = 40'000;
  std::ofstream out(path, std::ios::binary);
  put(out, {0xa1b23c4d, 4U << 16U | 2, 0, 0, 262144, 1});
  std::string frame = first_frame();
  for (int i = 0; i < packets; ++i) {
    const auto number = static_cast<std::uint32_t>(i);
    const std::uint32_t length = mix[number % mix.size()];
    put_big(frame, 18, number & 0xffffU);  // Identification.
    put_big(frame, 34, kFirstPort + number % kMadeFlows);
    put(out, {number / 1'000'000, number % 1'000'000 * 1000, length, length});
    out.write(frame.data(), length);
  }
}

}  // namespace switchfault::bench
