// Fingerprint: a 128-bit hash of a sequence of numbers and texts, the same on every compiler.
//
// Two independent 64-bit lanes absorb every word: each multiplies it by an odd constant of its
// own, adds it to its state and mixes the state with the finalizer of MurmurHash3, a bijection, so
// that two sequences which differ in one word never agree in a lane by that word alone. A text
// counts with its length, so "ab","c" and "a","bc" differ. Not cryptographic: it raises an alarm
// when a run changed, it does not prove that two runs are equal.

#ifndef SWITCHFAULT_CORE_FINGERPRINT_H_
#define SWITCHFAULT_CORE_FINGERPRINT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace switchfault {

class Fingerprint {
 public:
  void add(std::uint64_t word);
  void add(std::string_view text);
  // 32 lower-case hexadecimal digits of what has been added so far; adding may go on.
  [[nodiscard]] std::string hex() const;

 private:
  std::uint64_t first_ = 0x243f6a8885a308d3;  // The first 128 bits of the fraction of pi.
  std::uint64_t second_ = 0x13198a2e03707344;
  std::uint64_t words_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_FINGERPRINT_H_
