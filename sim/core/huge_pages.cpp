#include "core/huge_pages.h"

#include <cstdint>
#include <cstring>
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

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
}

}  // namespace

void* allocate_table(std::size_t bytes) {
  if (!is_large(bytes)) {
    return ::operator new(bytes, kLine);
  }
  const std::size_t whole = whole_pages(bytes);
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

void* allocate_zeroed(std::size_t bytes) {
#ifdef __linux__
  if (is_large(bytes)) {
    // The system's own pages are zero and cost nothing yet; one more than is used, to begin at one.
    const std::size_t whole = whole_pages(bytes);
    void* const all = mmap(nullptr, whole + kHugePageBytes, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED) {
      throw std::bad_alloc();
    }
    auto* const begin = static_cast<std::byte*>(all);
    const std::size_t before =
        (kHugePageBytes - reinterpret_cast<std::uintptr_t>(all) % kHugePageBytes) % kHugePageBytes;
    if (before > 0) {
      munmap(begin, before);
    }
    if (before < kHugePageBytes) {
      munmap(begin + before + whole, kHugePageBytes - before);
    }
    madvise(begin + before, whole, MADV_HUGEPAGE);
    return begin + before;
  }
#endif
  void* const table = allocate_table(bytes);
  std::memset(table, 0, bytes);
  return table;
}

void free_zeroed(void* table, std::size_t bytes) {
#ifdef __linux__
  if (is_large(bytes)) {
    munmap(table, whole_pages(bytes));
    return;
  }
#endif
  free_table(table, bytes);
}

}  // namespace switchfault
