#include "protocols/lldpdu.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/byte_order.h"

namespace switchfault {
namespace {

constexpr unsigned kEnd = 0, kChassis = 1, kPort = 2, kTtl = 3, kSystemName = 5;  // Table 8-1.
constexpr std::byte kMacSubtype{4};                                               // Table 8-2.
constexpr std::byte kInterfaceSubtype{5};                                         // Table 8-3.
constexpr unsigned kLengthBits = 9;
constexpr std::size_t kHead = 2, kMacLength = 6, kMostText = 255;

void append(std::vector<std::byte>& bytes, unsigned type, std::span<const std::byte> value) {
  std::array<std::byte, kHead> head{};
  store_big(head.data(), static_cast<std::uint16_t>(type << kLengthBits | value.size()));
  bytes.insert(bytes.end(), head.begin(), head.end());
  bytes.insert(bytes.end(), value.begin(), value.end());
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.substr(0, kMostText)));
}

std::string text_of(std::span<const std::byte> bytes) {
  std::string text(bytes.size(), '\0');
  std::ranges::transform(bytes, text.begin(), [](std::byte b) { return static_cast<char>(b); });
  return text;
}

struct Value {
  unsigned type = kEnd;
  std::span<const std::byte> bytes;
};

// Takes the next one from the front; empty: cut off.
std::optional<Value> next_value(std::span<const std::byte>& rest) {
  if (rest.size() < kHead) {
    return std::nullopt;
  }
  const unsigned head = load_big16(rest.data());
  const std::size_t length = head & ((1U << kLengthBits) - 1);
  if (rest.size() - kHead < length) {
    return std::nullopt;
  }
  const Value value{.type = head >> kLengthBits, .bytes = rest.subspan(kHead, length)};
  rest = rest.subspan(kHead + length);
  return value;
}

bool read_chassis(const Value& value, Lldpdu& pdu) {
  if (value.type != kChassis || value.bytes.size() != 1 + kMacLength ||
      value.bytes[0] != kMacSubtype) {
    return false;
  }
  pdu.chassis = {};
  for (const std::byte octet : value.bytes.subspan(1)) {
    pdu.chassis.bits = pdu.chassis.bits << 8U | std::to_integer<std::uint64_t>(octet);
  }
  return true;
}

bool read_port(const Value& value, Lldpdu& pdu) {
  if (value.type != kPort || value.bytes.size() < 2 || value.bytes.size() > 1 + kMostText ||
      value.bytes[0] != kInterfaceSubtype) {
    return false;
  }
  pdu.port = text_of(value.bytes.subspan(1));
  return true;
}

bool read_ttl(const Value& value, Lldpdu& pdu) {
  if (value.type != kTtl || value.bytes.size() < 2) {
    return false;
  }
  pdu.ttl = load_big16(value.bytes.data());
  return true;
}

}  // namespace

std::vector<std::byte> encode_lldpdu(const Lldpdu& pdu) {
  std::vector<std::byte> bytes;
  std::vector<std::byte> value{kMacSubtype};
  for (std::size_t i = 0; i < kMacLength; ++i) {
    value.push_back(static_cast<std::byte>(pdu.chassis.bits >> (8 * (kMacLength - 1 - i)) & 0xffU));
  }
  append(bytes, kChassis, value);
  value = {kInterfaceSubtype};
  const auto port = bytes_of(pdu.port);
  value.insert(value.end(), port.begin(), port.end());
  append(bytes, kPort, value);
  std::array<std::byte, 2> ttl{};
  store_big(ttl.data(), pdu.ttl);
  append(bytes, kTtl, ttl);
  if (!pdu.system.empty()) {
    append(bytes, kSystemName, bytes_of(pdu.system));
  }
  append(bytes, kEnd, {});
  return bytes;
}

std::optional<Lldpdu> decode_lldpdu(std::span<const std::byte> bytes) {
  Lldpdu pdu;
  for (const auto read : {read_chassis, read_port, read_ttl}) {
    const auto value = next_value(bytes);
    if (!value || !read(*value, pdu)) {
      return std::nullopt;
    }
  }
  // The end may be missing (8.6): then the frame ends there.
  while (!bytes.empty()) {
    const auto value = next_value(bytes);
    if (!value) {
      return std::nullopt;
    }
    if (value->type == kEnd) {
      break;
    }
    if (value->type == kSystemName && value->bytes.size() <= kMostText) {
      pdu.system = text_of(value->bytes);
    }
  }
  return pdu;
}

}  // namespace switchfault
