#include "core/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include <switchfault/units.h>

namespace switchfault {

CheckContext& check_context() {
  thread_local CheckContext context;
  return context;
}

void check_failed(const char* expression, const char* file, int line) {
  const CheckContext context = check_context();
  std::string moment = "no simulation running";
  if (context.running) {
    moment = "simulated time " + format_duration(Duration{context.now_ns}) + ", seed " +
             std::to_string(context.seed);
  }
  std::fprintf(stderr, "internal error: check failed: %s\n  at %s:%d\n  %s\n", expression, file,
               line, moment.c_str());
  std::abort();
}

}  // namespace switchfault
