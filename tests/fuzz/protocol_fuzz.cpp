// libFuzzer target over the decoders of the control protocols. Built with clang and
// -DSWITCHFAULT_FUZZ=ON; run as
//   timeout -s KILL 300 protocol_fuzz tests/fuzz/corpus/protocol
// What is found goes into the corpus, which the ordinary tests read too.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "fuzz/protocol_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const switchfault::ProtocolWalk walk(std::as_bytes(std::span(data, size)));
  if (!walk.promise().empty()) {
    std::fprintf(stderr, "broken promise: %s\n", walk.promise().c_str());
    std::abort();
  }
  return 0;
}
