// SparseTable<T>: an item for each of many keys, of which few are ever used: made by pieces.

#ifndef SWITCHFAULT_NET_SPARSE_TABLE_H_
#define SWITCHFAULT_NET_SPARSE_TABLE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace switchfault {

template <typename T>
class SparseTable {
 public:
  explicit SparseTable(std::size_t keys) : pieces_((keys + kPiece - 1) / kPiece) {}
  T& at(std::size_t key) {
    auto& piece = pieces_[key / kPiece];
    if (piece == nullptr) {
      piece = std::make_unique<std::array<T, kPiece>>();
    }
    return (*piece)[key % kPiece];
  }
  // Null: at() was never called for it or one near to it.
  [[nodiscard]] T* find(std::size_t key) const {
    const auto& piece = pieces_[key / kPiece];
    return piece == nullptr ? nullptr : &(*piece)[key % kPiece];
  }
  template <typename Visit>
  void visit(Visit visit) const {
    for (const auto& piece : pieces_) {
      if (piece != nullptr) {
        std::ranges::for_each(*piece, visit);
      }
    }
  }

 private:
  static constexpr std::size_t kPiece = 32;
  std::vector<std::unique_ptr<std::array<T, kPiece>>> pieces_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_SPARSE_TABLE_H_
