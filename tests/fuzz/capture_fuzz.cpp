// libFuzzer target over the readers of captures, the dissector and the rewriting of packets. Built
// with clang and -DSWITCHFAULT_FUZZ=ON; run as
//   timeout -s KILL 300 capture_fuzz tests/fuzz/corpus/capture
// What is found goes into the corpus, which the ordinary tests read too.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "fuzz/capture_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const switchfault::CaptureWalk walk({bytes.begin(), bytes.end()});
  if (!walk.promise().empty()) {
    std::fprintf(stderr, "broken promise: %s\n", walk.promise().c_str());
    std::abort();
  }
  return 0;
}
