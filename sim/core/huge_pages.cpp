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
#ifndef __linux__
constexpr std::align_val_t kPage{kHugePageBytes};
#endif

bool is_large(std::size_t bytes) {
  return bytes >= kHugePageBytes / 2;
}

std::size_t whole_pages(std::size_t bytes) {
  return (bytes + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
}

#ifdef __linux__
// The system's own pages are zero, cost nothing yet, and go back to it. One more than is used, to
// begin at one.
void* map_pages(std::size_t whole) {
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
  madvise(begin + before, whole, MADV_HUGEPAGE);  // Refused: small pages do as well.
  return begin + before;
}
#endif

}  // namespace

void* allocate_table(std::size_t bytes) {
  if (!is_large(bytes)) {
    return ::operator new(bytes, kLine);
  }
#ifdef __linux__
  return map_pages(whole_pages(bytes));
#else
  return ::operator new(whole_pages(bytes), kPage);
#endif
}

void free_table(void* table, std::size_t bytes) {
  if (!is_large(bytes)) {
    ::operator delete(table, kLine);
    return;
  }
#ifdef __linux__
  munmap(table, whole_pages(bytes));
#else
  ::operator delete(table, kPage);
#endif
}

void* allocate_zeroed(std::size_t bytes) {
  void* const table = allocate_table(bytes);
#ifdef __linux__
  if (is_large(bytes)) {
    return table;  // It is.
  }
#endif
  std::memset(table, 0, bytes);
  return table;
}

}  // namespace switchfault
