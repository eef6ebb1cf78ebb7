#include "core/fingerprint.h"

namespace switchfault {
namespace {

// The finalizer of MurmurHash3 (fmix64), a bijection in which every bit of the input changes
// every bit of the output with a probability near one half.
constexpr std::uint64_t mixed(std::uint64_t word) {
  word = (word ^ (word >> 33U)) * 0xff51afd7ed558ccd;
  word = (word ^ (word >> 33U)) * 0xc4ceb9fe1a85ec53;
  return word ^ (word >> 33U);
}

// The multipliers of MurmurHash3's two lanes, odd.
constexpr std::uint64_t kFirstLane = 0x87c37b91114253d5;
constexpr std::uint64_t kSecondLane = 0x4cf5ad432745937f;
// Added to the length of a text, so that a text is not taken for the numbers that spell it.
constexpr std::uint64_t kTextMark = 0xd6e8feb86659fd93;

void append_hex(std::string& text, std::uint64_t word) {
  for (unsigned shift = 64; shift != 0;) {
    shift -= 4;
    text += "0123456789abcdef"[(word >> shift) & 0xfU];
  }
}

}  // namespace

void Fingerprint::add(std::uint64_t word) {
  first_ = mixed(first_ + word * kFirstLane);
  second_ = mixed(second_ + word * kSecondLane);
  ++words_;
}

void Fingerprint::add(std::string_view text) {
  add(kTextMark + text.size());
  std::uint64_t word = 0;
  unsigned shift = 0;
  for (const char c : text) {  // Little-endian words by arithmetic, not by the machine's order.
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(c)) << shift;
    shift += 8;
    if (shift == 64) {
      add(word);
      word = 0;
      shift = 0;
    }
  }
  if (shift != 0) {
    add(word);
  }
}

std::string Fingerprint::hex() const {
  // The lanes meet only here; the count separates a sequence from one that ends in a fixed point.
  const std::uint64_t first = mixed(first_ + words_);
  const std::uint64_t second = mixed(second_ ^ (first + words_));
  std::string text;
  text.reserve(32);
  append_hex(text, mixed(first + second));
  append_hex(text, second);
  return text;
}

}  // namespace switchfault
