// libFuzzer target over loading whole scenarios with the program's catalogue and the first events
// of their runs. Built with clang and -DSWITCHFAULT_FUZZ=ON. Words to play with are the schemas'
// keys:
//   grep -oh '"[a-z_-]\+"' docs/schema/*.json | sort -u > words
//   timeout -s KILL 300 scenario_fuzz -dict=words tests/fuzz/corpus/scenario
// What is found goes into the corpus, which the ordinary tests read too.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/scenario_load.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const switchfault::ScenarioLoad load(std::string(reinterpret_cast<const char*>(data), size));
  if (!load.promise().empty()) {
    std::fprintf(stderr, "broken promise: %s\n", load.promise().c_str());
    std::abort();
  }
  return 0;
}
