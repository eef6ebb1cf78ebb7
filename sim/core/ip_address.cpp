#include <array>
#include <cstddef>

#include <switchfault/ip_address.h>

namespace switchfault {
namespace {

constexpr std::size_t kGroups = 8;           // 16-bit groups of an IPv6 address.
constexpr std::uint8_t kMappedBits = 96;     // Bits before an IPv4 address in its mapped form.
constexpr std::size_t kLongestAddress = 45;  // Mapped form with full groups and dotted decimals.

using Groups = std::array<std::uint16_t, kGroups>;

struct Mask {
  std::uint64_t high, low;
};

// The first `bits` of 128 set.
constexpr Mask leading_ones(unsigned bits) {
  const auto half = [](unsigned count) { return count == 0 ? 0ULL : ~0ULL << (64U - count); };
  return bits <= 64 ? Mask{half(bits), 0} : Mask{~0ULL, half(bits - 64)};
}

// Decimal without sign and leading zeros, at most `maximum`.
std::optional<std::uint32_t> decimal(std::string_view text, std::uint32_t maximum) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  std::uint32_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return value <= maximum ? std::optional(value) : std::nullopt;
}

// Large networks state millions of these: one look at each character.
std::optional<std::uint32_t> parse_dotted(std::string_view text) {
  std::uint32_t bits = 0;
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at == text.size() || text[at++] != '.')) {
      return std::nullopt;
    }
    const std::size_t first = at;
    std::uint32_t value = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9' && at < first + 4; ++at) {
      value = value * 10 + static_cast<std::uint32_t>(text[at] - '0');
    }
    const bool leading_zero = at > first + 1 && text[first] == '0';
    if (at == first || leading_zero || value > 255) {
      return std::nullopt;
    }
    bits = (bits << 8U) | value;
  }
  return at == text.size() ? std::optional(bits) : std::nullopt;
}

std::optional<std::uint16_t> parse_group(std::string_view text) {
  if (text.empty() || text.size() > 4) {
    return std::nullopt;
  }
  unsigned value = 0;
  for (const char c : text) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      digit = static_cast<unsigned>(c - 'a') + 10;
    } else if (c >= 'A' && c <= 'F') {
      digit = static_cast<unsigned>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    value = (value << 4U) | digit;
  }
  return static_cast<std::uint16_t>(value);
}

// Groups separated by ':' written from `out[0]` on; the last may be dotted decimals when
// `dotted_tail`. The number of groups, or empty.
std::optional<std::size_t> parse_groups(std::string_view text, bool dotted_tail, Groups& out) {
  std::size_t count = 0;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view part = text.substr(0, colon);
    const bool last = colon == std::string_view::npos;
    if (last && dotted_tail && part.find('.') != std::string_view::npos) {
      const auto bits = parse_dotted(part);
      if (!bits || count + 2 > kGroups) {
        return std::nullopt;
      }
      out[count++] = static_cast<std::uint16_t>(*bits >> 16U);
      out[count++] = static_cast<std::uint16_t>(*bits);
      return count;
    }
    const auto group = parse_group(part);
    if (!group || count == kGroups || colon + 1 == text.size()) {
      return std::nullopt;
    }
    out[count++] = *group;
    text.remove_prefix(last ? text.size() : colon + 1);
  }
  return count;
}

std::optional<Groups> parse_colons(std::string_view text) {
  const std::size_t gap = text.find("::");
  Groups groups{};
  if (gap == std::string_view::npos) {
    const auto count = parse_groups(text, true, groups);
    return count == kGroups ? std::optional(groups) : std::nullopt;
  }
  Groups tail{};
  const auto before = parse_groups(text.substr(0, gap), false, groups);
  const auto after = parse_groups(text.substr(gap + 2), true, tail);
  if (!before || !after || *before + *after >= kGroups) {  // "::" stands for one group or more.
    return std::nullopt;
  }
  for (std::size_t i = 0; i < *after; ++i) {
    groups[kGroups - *after + i] = tail[i];
  }
  return groups;
}

struct ZeroRun {
  std::size_t start = kGroups, length = 0;
};

// The first of the longest runs of at least two zero groups (RFC 5952 section 4.2).
ZeroRun longest_zero_run(const Groups& groups) {
  ZeroRun best;
  for (std::size_t i = 0; i < kGroups; ++i) {
    std::size_t end = i;
    while (end < kGroups && groups[end] == 0) {
      ++end;
    }
    if (end - i >= 2 && end - i > best.length) {
      best = {i, end - i};
    }
    i = end;
  }
  return best;
}

std::string hexadecimal(std::uint16_t group) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned shift = 16; shift > 0; shift -= 4) {
    const unsigned digit = (unsigned{group} >> (shift - 4U)) & 0xfU;
    if (digit != 0 || !text.empty() || shift == 4) {
      text += kDigits[digit];
    }
  }
  return text;
}

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.size() > kLongestAddress) {
    return std::nullopt;
  }
  if (text.find(':') == std::string_view::npos) {
    const auto bits = parse_dotted(text);
    return bits ? std::optional(v4(*bits)) : std::nullopt;
  }
  const auto groups = parse_colons(text);
  if (!groups) {
    return std::nullopt;
  }
  std::uint64_t halves[2] = {0, 0};
  for (std::size_t i = 0; i < kGroups; ++i) {
    halves[i / 4] = (halves[i / 4] << 16U) | (*groups)[i];
  }
  return v6(halves[0], halves[1]);
}

std::string IpAddress::text() const {
  if (is_v4()) {
    const std::uint32_t bits = v4_bits();
    return std::to_string(bits >> 24U) + '.' + std::to_string((bits >> 16U) & 0xffU) + '.' +
           std::to_string((bits >> 8U) & 0xffU) + '.' + std::to_string(bits & 0xffU);
  }
  Groups groups{};
  for (std::size_t i = 0; i < kGroups; ++i) {
    groups[i] = static_cast<std::uint16_t>((i < 4 ? high_ : low_) >> (48U - 16U * (i % 4)));
  }
  const ZeroRun run = longest_zero_run(groups);
  std::string out;
  for (std::size_t i = 0; i < kGroups; ++i) {
    if (i == run.start) {
      out += "::";
      i += run.length - 1;
      continue;
    }
    if (!out.empty() && out.back() != ':') {
      out += ':';
    }
    out += hexadecimal(groups[i]);
  }
  return out;
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return std::nullopt;
  }
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) {
    return std::nullopt;
  }
  const auto length = decimal(text.substr(slash + 1), address->is_v4() ? 32 : 128);
  return length ? std::optional(IpPrefix(*address, static_cast<std::uint8_t>(*length)))
                : std::nullopt;
}

IpPrefix IpPrefix::network() const {
  const Mask mask = leading_ones(is_v4() ? kMappedBits + length_ : length_);
  return {IpAddress::v6(address_.high() & mask.high, address_.low() & mask.low), length_};
}

IpAddress IpPrefix::broadcast() const {
  const Mask mask = leading_ones(is_v4() ? kMappedBits + length_ : length_);
  return IpAddress::v6(address_.high() | ~mask.high, address_.low() | ~mask.low);
}

bool IpPrefix::contains(IpAddress address) const {
  if (address.is_v4() != is_v4()) {
    return false;
  }
  const Mask mask = leading_ones(is_v4() ? kMappedBits + length_ : length_);
  return ((address.high() ^ address_.high()) & mask.high) == 0 &&
         ((address.low() ^ address_.low()) & mask.low) == 0;
}

std::string IpPrefix::text() const {
  return address_.text() + '/' + std::to_string(length_);
}

}  // namespace switchfault
