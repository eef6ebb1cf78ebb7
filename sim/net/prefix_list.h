// PrefixList: the addresses of an interface, kept small: a large network has millions.
//
// A list lies in 64-bit words, one for an IPv4 prefix and three for an IPv6 one; the first word of
// each says whether it is the last. Values are made when asked for. An empty list has no word.

#ifndef SWITCHFAULT_NET_PREFIX_LIST_H_
#define SWITCHFAULT_NET_PREFIX_LIST_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <ranges>
#include <span>

#include <switchfault/ip_address.h>

namespace switchfault {

class PrefixList {
  static constexpr unsigned kLengthShift = 32;  // Below it the bits of an IPv4 address.
  static constexpr std::uint64_t kIsV6 = std::uint64_t{1} << 40U;
  static constexpr std::uint64_t kIsLast = std::uint64_t{1} << 41U;

 public:
  static constexpr std::size_t kV6Words = 3;

  class Iterator {
   public:
    // The concepts see a forward iterator, algorithms of before C++20 one that is read once.
    using iterator_concept = std::forward_iterator_tag;
    using iterator_category = std::input_iterator_tag;
    using value_type = IpPrefix;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = IpPrefix;

    Iterator() = default;
    explicit Iterator(const std::uint64_t* words) : words_(words) {}
    IpPrefix operator*() const {
      const auto length = static_cast<std::uint8_t>(words_[0] >> kLengthShift);
      return (words_[0] & kIsV6) != 0
                 ? IpPrefix(IpAddress::v6(words_[1], words_[2]), length)
                 : IpPrefix(IpAddress::v4(static_cast<std::uint32_t>(words_[0])), length);
    }
    Iterator& operator++() {
      words_ = is_last() ? nullptr : words_ + size();
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    friend class PrefixList;
    [[nodiscard]] bool is_last() const { return (words_[0] & kIsLast) != 0; }
    [[nodiscard]] std::size_t size() const { return (words_[0] & kIsV6) != 0 ? kV6Words : 1; }
    const std::uint64_t* words_ = nullptr;  // Null: at the end.
  };

  // Null: empty.
  explicit PrefixList(const std::uint64_t* words) : words_(words) {}
  // Writes one where there is room for kV6Words; gives the end of what was written.
  static std::uint64_t* write(const IpPrefix& prefix, bool is_last, std::uint64_t* to) {
    std::uint64_t head = std::uint64_t{prefix.length()} << kLengthShift;
    head |= is_last ? kIsLast : 0;
    if (prefix.is_v4()) {
      *to++ = head | prefix.address().v4_bits();
      return to;
    }
    *to++ = head | kIsV6;
    *to++ = prefix.address().high();
    *to++ = prefix.address().low();
    return to;
  }

  [[nodiscard]] bool empty() const { return words_ == nullptr; }
  [[nodiscard]] Iterator begin() const { return Iterator(words_); }
  [[nodiscard]] static Iterator end() { return {}; }
  [[nodiscard]] IpPrefix front() const { return *begin(); }
  // The word behind the list. REQUIRES: it is not empty.
  [[nodiscard]] const std::uint64_t* past() const {
    Iterator at = begin();
    while (!at.is_last()) {
      ++at;
    }
    return at.words_ + at.size();
  }

 private:
  const std::uint64_t* words_;
};

}  // namespace switchfault
// NOLINTBEGIN(readability-identifier-naming): the standard's name.
template <>
inline constexpr bool std::ranges::enable_borrowed_range<switchfault::PrefixList> = true;
// NOLINTEND(readability-identifier-naming)
#endif  // SWITCHFAULT_NET_PREFIX_LIST_H_
