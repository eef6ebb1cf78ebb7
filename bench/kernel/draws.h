// Cheap random numbers for the benches: a xorshift generator and increments by law.
//
// The simulator's own draws are pure functions of a key and cost more than the queues measured
// here; a bench wants a few nanoseconds of the same size for every engine instead.

#ifndef SWITCHFAULT_BENCH_KERNEL_DRAWS_H_
#define SWITCHFAULT_BENCH_KERNEL_DRAWS_H_

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace switchfault::bench {

class Xorshift {
 public:
  std::uint64_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return state_;
  }
  // In [0, count) for small counts.
  std::uint64_t below(std::uint64_t count) { return ((next() >> 32U) * count) >> 32U; }

 private:
  std::uint64_t state_ = 88'172'645'463'325'252ULL;
};

enum class Law : std::uint8_t {
  exponential,  // mean 1 ms
  packet,       // half serialisation 52 … 1214 ns, half propagation 0.5 … 5 us
  bimodal,      // 90 % up to 2 us, 10 % at 1 s
  lookahead,    // 1 us + exponential with mean 1 us: PHOLD
};

// Increments by the inverse of the law at 1024 equal steps, which fit into the first-level cache,
// with the steps of the wide laws filled by random low bits.
class Increments {
 public:
  explicit Increments(Law law) : law_(law) {
    for (std::size_t i = 0; i < kSteps; ++i) {
      quantiles_[i] = quantile((static_cast<double>(i) + 0.5) / kSteps);
    }
  }
  std::chrono::nanoseconds next() {
    const std::uint64_t bits = random_.next();
    const std::int64_t fill =
        law_ == Law::exponential ? static_cast<std::int64_t>((bits >> 40U) & 1023U) : 0;
    return std::chrono::nanoseconds{quantiles_[(bits >> 20U) % kSteps] + fill};
  }
  std::uint64_t below(std::uint64_t count) { return random_.below(count); }

 private:
  static constexpr std::size_t kSteps = 1024;

  [[nodiscard]] std::int64_t quantile(double u) const {
    switch (law_) {
      case Law::exponential:
        return std::llround(-1e6 * std::log1p(-u));
      case Law::packet:
        return std::llround(u < 0.5 ? 52 + 2 * u * (1214 - 52) : 500 + (2 * u - 1) * 4500);
      case Law::bimodal:
        return u < 0.9 ? std::llround(u / 0.9 * 2000) : 1'000'000'000;
      case Law::lookahead:
        return std::llround(1000 - 1000 * std::log1p(-u));
    }
    return 0;
  }

  Law law_;
  Xorshift random_;
  std::array<std::int64_t, kSteps> quantiles_{};
};

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_KERNEL_DRAWS_H_
