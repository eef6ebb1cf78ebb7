// HugePages<T>: an allocator for large tables that are read in no order, as what a packet touches.
//
// A table of a megabyte or more is laid into memory that the kernel may map by pages of 2 MiB: a
// look at it then rarely waits for the address to be translated, too. Smaller tables are allocated
// as usual. Where the kernel has no such pages nothing is different but the alignment.
//
// ZeroedTable<T>: a table of fixed size for what only some of a large network ever needs. All bits
// of a row are zero until it is written; memory of a large table is taken where it is first
// touched.

#ifndef SWITCHFAULT_CORE_HUGE_PAGES_H_
#define SWITCHFAULT_CORE_HUGE_PAGES_H_

#include <cstddef>
#include <type_traits>
#include <utility>
#include <vector>

namespace switchfault {

inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Memory aligned to a line of the cache, or to a huge page from half of one on.
[[nodiscard]] void* allocate_table(std::size_t bytes);
void free_table(void* table, std::size_t bytes);
// The same, all zero.
[[nodiscard]] void* allocate_zeroed(std::size_t bytes);

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

template <typename T>
class ZeroedTable {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  ZeroedTable() = default;
  explicit ZeroedTable(std::size_t size)
      : rows_(size == 0 ? nullptr : static_cast<T*>(allocate_zeroed(size * sizeof(T)))),
        size_(size) {}
  ~ZeroedTable() {
    if (rows_ != nullptr) {
      free_table(rows_, size_ * sizeof(T));
    }
  }
  ZeroedTable(ZeroedTable&& other) noexcept
      : rows_(std::exchange(other.rows_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  ZeroedTable& operator=(ZeroedTable&& other) noexcept {
    std::swap(rows_, other.rows_);
    std::swap(size_, other.size_);
    return *this;
  }
  ZeroedTable(const ZeroedTable&) = delete;
  ZeroedTable& operator=(const ZeroedTable&) = delete;

  [[nodiscard]] std::size_t size() const { return size_; }
  T* data() { return rows_; }
  T& operator[](std::size_t row) { return rows_[row]; }
  const T& operator[](std::size_t row) const { return rows_[row]; }

 private:
  T* rows_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_HUGE_PAGES_H_
