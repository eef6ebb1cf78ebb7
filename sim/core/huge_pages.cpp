#include "core/huge_pages.h"

#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace switchfault {
namespace {

constexpr std::align_val_t kLine{64};
constexpr std::align_val_t kPage{kHugePageBytes};

bool is_large(std::size_t bytes) {
  return bytes >= kHugePageBytes / 2;
}

}  // namespace

void* allocate_table(std::size_t bytes) {
  if (!is_large(bytes)) {
    return ::operator new(bytes, kLine);
  }
  const std::size_t whole = (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  void* const table = ::operator new(whole, kPage);
#ifdef __linux__
  madvise(table, whole, MADV_HUGEPAGE);  // Refused: small pages do as well.
#endif
  return table;
}

void free_table(void* table, std::size_t bytes) {
  if (is_large(bytes)) {
    ::operator delete(table, kPage);
  } else {
    ::operator delete(table, kLine);
  }
}

}  // namespace switchfault
