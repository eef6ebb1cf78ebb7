// Random draws as pure functions of (seed; purpose, entity, occurrence, index).
//
// There is no "next" draw: the n-th hello of a port or the second attempt of an action always draws
// the same number, whatever else was added to the scenario and whichever strategy runs. Philox4x64
// (Random123) keyed by the seed and a hash of the purpose, counter = (entity, occurrence, index);
// distributions are Boost's quantiles, one code on every standard library; times are rounded to 1
// us.

#ifndef SWITCHFAULT_CORE_RANDOM_H_
#define SWITCHFAULT_CORE_RANDOM_H_

#include <cstdint>
#include <string_view>

#include <switchfault/units.h>

namespace switchfault {

// 64-bit FNV-1a; the stable hash of names and purposes. Never changes: seeds depend on it.
constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  return hash;
}

// What a draw is for: "rstp.hello_phase". The compiler hashes the text (not consteval: clang 14
// crashes on it inside designated initialisers).
struct Purpose {
  std::uint64_t hash;
  constexpr explicit Purpose(const char* text) : hash(stable_hash(text)) {}
};

struct DrawKey {
  Purpose purpose;
  std::uint64_t entity = 0;      // Stable id of the entity, never its dense index.
  std::uint64_t occurrence = 0;  // Which one: hello number, attempt, boot count.
  std::uint64_t index = 0;       // Which draw within the occurrence.
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : seed_(seed) {}
  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  [[nodiscard]] std::uint64_t bits(const DrawKey& key) const;
  // In [0, 1), 53 bits.
  [[nodiscard]] double uniform(const DrawKey& key) const;
  // In [low, high).
  [[nodiscard]] Duration uniform(const DrawKey& key, Duration low, Duration high) const;
  // In [0, count). REQUIRES: count > 0.
  [[nodiscard]] std::uint64_t below(const DrawKey& key, std::uint64_t count) const;
  [[nodiscard]] bool chance(const DrawKey& key, double probability) const;
  [[nodiscard]] Duration exponential(const DrawKey& key, Duration mean) const;
  [[nodiscard]] Duration weibull(const DrawKey& key, double shape, Duration scale) const;
  // By median and sigma of the logarithm.
  [[nodiscard]] Duration log_normal(const DrawKey& key, Duration median, double sigma) const;
  [[nodiscard]] Duration triangular(const DrawKey& key, Duration low, Duration mode,
                                    Duration high) const;

 private:
  std::uint64_t seed_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_RANDOM_H_
