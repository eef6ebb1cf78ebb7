// Versions of switch operating systems, compared as their vendors mean them: 7.10 is after 7.9,
// 15.2(4)E8 before 15.2(7)E1, 20.4R3-S2 after 20.4R3.
//
// A version is a sequence of numbers and words; leading words (a product name) do not count.
// Comparison is a total order. Missing parts count as 0, so 7.9 equals 7.9.0; a word after the
// same numbers is later (a maintenance release) unless it names a version before the release
// (rc, beta, alpha, dev, pre). Not modelled: relations between the trains of one vendor.

#ifndef SWITCHFAULT_CORE_VERSION_H_
#define SWITCHFAULT_CORE_VERSION_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace switchfault {

class Version {
 public:
  // Empty when the text holds no number.
  static std::optional<Version> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  // By meaning: 7.9 and 7.9.0 are equal though their texts differ.
  friend std::weak_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }

 private:
  friend class VersionRange;
  struct Part {
    std::uint64_t number = 0;  // Of a number.
    std::string word;          // Of a word, lower case; empty for a number.
  };
  static std::weak_ordering compare(const std::vector<Part>& a, const std::vector<Part>& b);
  static std::optional<std::vector<Part>> split(std::string_view text);

  std::string text_;
  std::vector<Part> parts_;
};

// A set of versions: "4.2.*", ">=7.9 <7.12" (all hold), "15.2(4)E .. 15.2(7)E" (ends included),
// "7.9" (this one), "7.9, 7.10.2" (any of), "*" (all).
class VersionRange {
 public:
  // Empty when malformed.
  static std::optional<VersionRange> parse(std::string_view text);
  [[nodiscard]] bool contains(const Version& version) const;

 private:
  enum class Relation : std::uint8_t { less, at_most, equal, at_least, greater, prefix };
  struct Bound {
    Relation relation = Relation::equal;
    Version version;
  };
  static std::optional<std::vector<Bound>> parse_alternative(std::string_view text);
  static bool holds(const Bound& bound, const Version& version);

  std::vector<std::vector<Bound>> any_of_;  // Of each alternative all bounds hold.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_VERSION_H_
