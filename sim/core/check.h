// SF_CHECK: a condition that only a defect of ours can violate. Always on, prints the expression,
// the place, the simulated time and the seed of the running simulation, and aborts.

#ifndef SWITCHFAULT_CORE_CHECK_H_
#define SWITCHFAULT_CORE_CHECK_H_

#include <cstdint>

namespace switchfault {

// What the message adds; set by a Simulator for the time it runs on this thread.
struct CheckContext {
  std::int64_t now_ns = 0;
  std::uint64_t seed = 0;
  bool running = false;
};
CheckContext& check_context();  // Per thread.

[[noreturn]] void check_failed(const char* expression, const char* file, int line);

}  // namespace switchfault

#define SF_CHECK(condition)               \
  (static_cast<bool>(condition) ? void(0) \
                                : ::switchfault::check_failed(#condition, __FILE__, __LINE__))

#endif  // SWITCHFAULT_CORE_CHECK_H_
