// libFuzzer target over the reading of YAML and every typed reader. Built with clang and
// -DSWITCHFAULT_FUZZ=ON; run as
//   timeout -s KILL 300 yaml_fuzz tests/fuzz/corpus/yaml
// What is found goes into the corpus, which the ordinary tests read too.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "fuzz/yaml_walk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const switchfault::YamlLimits tight{
      .bytes = 1 << 16, .depth = 5, .values = 60, .aliased_values = 20, .bracket_marks = 80};
  for (const switchfault::YamlLimits& limits : {switchfault::YamlLimits{}, tight}) {
    const switchfault::YamlWalk walk(text, limits);
    if (!walk.promise().empty()) {
      std::fprintf(stderr, "broken promise: %s\n", walk.promise().c_str());
      std::abort();
    }
  }
  return 0;
}
