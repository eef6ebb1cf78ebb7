// HugePages<T>: an allocator for large tables that are read in no order, as what a packet touches.
//
// A table of a megabyte or more is laid into memory that the kernel may map by pages of 2 MiB: a
// look at it then rarely waits for the address to be translated, too. Smaller tables are allocated
// as usual. Where the kernel has no such pages nothing is different but the alignment.

#ifndef SWITCHFAULT_CORE_HUGE_PAGES_H_
#define SWITCHFAULT_CORE_HUGE_PAGES_H_

#include <cstddef>
#include <vector>

namespace switchfault {

inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Memory aligned to a line of the cache, or to a huge page from half of one on.
[[nodiscard]] void* allocate_table(std::size_t bytes);
void free_table(void* table, std::size_t bytes);

template <typename T>
class HugePages {
 public:
  using value_type = T;

  HugePages() = default;
  template <typename U>
  HugePages(const HugePages<U>& /*other*/) {}  // NOLINT(google-explicit-constructor): as all are.

  T* allocate(std::size_t count) { return static_cast<T*>(allocate_table(count * sizeof(T))); }
  void deallocate(T* table, std::size_t count) { free_table(table, count * sizeof(T)); }
  bool operator==(const HugePages& /*other*/) const { return true; }
};

template <typename T>
using Table = std::vector<T, HugePages<T>>;

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_HUGE_PAGES_H_
