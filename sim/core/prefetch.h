// prefetch: brings a line of memory near before it is used.

#ifndef SWITCHFAULT_CORE_PREFETCH_H_
#define SWITCHFAULT_CORE_PREFETCH_H_

namespace switchfault {

inline void prefetch(const void* line) {
  __builtin_prefetch(line);
  // GCC takes a function that does nothing else for one without effect and drops the calls of it.
  asm volatile("");
}

inline void prefetch_to_write(void* line) {
  __builtin_prefetch(line, 1);
  asm volatile("");
}

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_PREFETCH_H_
