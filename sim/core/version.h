// Versions of switch operating systems, compared as their vendors mean them: 7.10 is after 7.9,
// 15.2(4)E8 before 15.2(7)E1, 20.4R3-S2 after 20.4R3.8, 7.12rc1 before 7.12.
//
// A version is a sequence of numbers and words; words before the first number (a product's name)
// do not count, nor does case. Part by part: a word of a version before the release (rc, beta …)
// < nothing or 0 < a word at once after a number < a number < a word after a hyphen. Thus 7.9 and
// 7.9.0 are equivalent, and the order is total. Not modelled: which train of a vendor continues
// which; 15.2(4)E and 15.2(4)M compare by their letters.

#ifndef SWITCHFAULT_CORE_VERSION_H_
#define SWITCHFAULT_CORE_VERSION_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchfault {

class Version {
 public:
  // Empty when the text holds no number, or one beyond 64 bits.
  static std::optional<Version> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  friend std::weak_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }

 private:
  friend class VersionRange;
  // In ascending order.
  enum class Kind : std::uint8_t { before_release, zero, attached_word, number, separate_word };
  struct Part {
    Kind kind = Kind::zero;
    std::uint64_t number = 0;
    std::string word;  // In lower case.
    friend auto operator<=>(const Part&, const Part&) = default;
  };
  // The first `count` parts, missing ones counted as 0.
  static std::weak_ordering compare(const Version& a, const Version& b, std::size_t count);

  std::string text_;
  std::vector<Part> parts_;
};

// A set of versions: "7.9" (and 7.9.0), "4.2.*" (all that begin so), ">=7.9 <7.12" (all bounds
// hold), "15.2(4)E .. 15.2(7)E" (ends included), "*" (all), and lists of these, "7.9, 7.11.*".
class VersionRange {
 public:
  // Empty when malformed. A list of single bounds, ">=7.9, <7.12", is refused: other programs mean
  // "and" by it, here a list is "or".
  static std::optional<VersionRange> parse(std::string_view text);
  [[nodiscard]] bool contains(const Version& version) const;

 private:
  enum class Relation : std::uint8_t { less, at_most, equal, at_least, greater, begins_with };
  struct Bound {
    Relation relation = Relation::equal;
    Version version;
  };
  using Bounds = std::vector<Bound>;  // All of them hold.
  static std::optional<Bounds> parse_bounds(std::string_view text);
  static bool holds(const Bound& bound, const Version& version);

  std::vector<Bounds> any_of_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_VERSION_H_
