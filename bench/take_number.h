// The one kind of option that small benchmarks have: --name=NUMBER.

#ifndef SWITCHFAULT_BENCH_TAKE_NUMBER_H_
#define SWITCHFAULT_BENCH_TAKE_NUMBER_H_

#include <charconv>
#include <string_view>
#include <system_error>

namespace switchfault::bench {

// True when the argument is this flag; its number must be positive.
inline bool take_number(std::string_view argument, std::string_view flag, int& number) {
  if (!argument.starts_with(flag)) {
    return false;
  }
  argument.remove_prefix(flag.size());
  const char* end = argument.data() + argument.size();
  const auto result = std::from_chars(argument.data(), end, number);
  return result.ec == std::errc{} && result.ptr == end && number > 0;
}

}  // namespace switchfault::bench

#endif  // SWITCHFAULT_BENCH_TAKE_NUMBER_H_
