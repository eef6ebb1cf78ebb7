#include "protocols/bgp_message.h"

#include <algorithm>

#include "core/byte_order.h"

namespace switchfault {
namespace {

constexpr std::size_t kMarker = 16;
constexpr std::size_t kHeader = 19;
constexpr std::uint8_t kVersion = 4;
constexpr std::uint16_t kAsTrans = 23456;  // RFC 6793: stands for what two octets cannot say.
constexpr std::uint8_t kTransitive = 0x40, kOptional = 0x80, kExtendedLength = 0x10;
constexpr std::uint8_t kAsSequence = 2;
constexpr std::size_t kMostInSegment = 255;
// Types of attributes.
constexpr std::uint8_t kOrigin = 1, kAsPath = 2, kNextHop = 3, kMed = 4, kLocalPreference = 5,
                       kOriginator = 9, kClusters = 10;

// In an OPEN: RFC 5492, RFC 6793, RFC 4724.
constexpr std::uint32_t kCapabilities = 2, kFourOctets = 65, kRestart = 64;
constexpr std::uint32_t kRestarting = 0x8000, kRestartSeconds = 0x0fff, kPreserved = 0x80;
constexpr std::uint32_t kIpv4 = 1, kUnicast = 1;

using Bytes8 = std::vector<std::byte>;

void put8(Bytes8& out, std::size_t value) {
  out.push_back(static_cast<std::byte>(value));
}
void put16(Bytes8& out, std::size_t value) {
  out.resize(out.size() + 2);
  store_big(&out[out.size() - 2], static_cast<std::uint16_t>(value));
}
void put32(Bytes8& out, std::uint32_t value) {
  out.resize(out.size() + 4);
  store_big(&out[out.size() - 4], value);
}
void put(Bytes8& out, const Bytes8& more) {
  out.insert(out.end(), more.begin(), more.end());
}
void put_prefix(Bytes8& out, const IpPrefix& prefix) {
  put8(out, prefix.length());
  for (unsigned i = 0; i * 8 < prefix.length(); ++i) {
    put8(out, prefix.address().v4_bits() >> (24U - 8U * i) & 0xffU);
  }
}
void put_attribute(Bytes8& out, std::uint8_t flags, std::uint8_t type, const Bytes8& value) {
  const bool extended = value.size() > 0xff;
  put8(out, flags | (extended ? kExtendedLength : 0U));
  put8(out, type);
  extended ? put16(out, value.size()) : put8(out, value.size());
  put(out, value);
}
Bytes8 number(std::uint32_t value) {
  Bytes8 bytes;
  put32(bytes, value);
  return bytes;
}

Bytes8 attributes_of(const BgpPath& path) {
  Bytes8 out;
  put_attribute(out, kTransitive, kOrigin, {std::byte{0}});  // IGP
  Bytes8 as_path;
  for (std::size_t i = 0; i < path.as_path.size(); i += kMostInSegment) {
    const std::size_t count = std::min(kMostInSegment, path.as_path.size() - i);
    put8(as_path, kAsSequence);
    put8(as_path, count);
    for (std::size_t j = i; j < i + count; ++j) {
      put32(as_path, path.as_path[j]);
    }
  }
  put_attribute(out, kTransitive, kAsPath, as_path);
  put_attribute(out, kTransitive, kNextHop, number(path.next_hop));
  if (path.med) {
    put_attribute(out, kOptional, kMed, number(*path.med));
  }
  if (path.local_preference) {
    put_attribute(out, kTransitive, kLocalPreference, number(*path.local_preference));
  }
  if (path.originator != 0) {
    put_attribute(out, kOptional, kOriginator, number(path.originator));
  }
  if (!path.clusters.empty()) {
    Bytes8 clusters;
    for (const std::uint32_t cluster : path.clusters) {
      put32(clusters, cluster);
    }
    put_attribute(out, kOptional, kClusters, clusters);
  }
  return out;
}

std::size_t length_of(const std::vector<IpPrefix>& prefixes) {
  std::size_t length = 0;
  for (const IpPrefix& prefix : prefixes) {
    length += 1 + (prefix.length() + 7U) / 8U;
  }
  return length;
}
std::size_t length_of_attribute(std::size_t value) {
  return value + (value > 0xff ? 4 : 3);
}
std::size_t length_of(const BgpPath& path) {
  constexpr std::size_t kNumber = 4;
  const std::size_t segments = (path.as_path.size() + kMostInSegment - 1) / kMostInSegment;
  const std::size_t numbers = 1 + (path.med ? 1U : 0U) + (path.local_preference ? 1U : 0U) +
                              (path.originator != 0 ? 1U : 0U);
  return length_of_attribute(1) +
         length_of_attribute(2 * segments + kNumber * path.as_path.size()) +
         numbers * length_of_attribute(kNumber) +
         (path.clusters.empty() ? 0 : length_of_attribute(kNumber * path.clusters.size()));
}
struct LengthOf {
  std::size_t operator()(const BgpOpen& open) const {
    constexpr std::size_t kOpen = 18;
    constexpr std::size_t kRestartCapability = 8;
    return kOpen + (open.restart ? kRestartCapability : 0);
  }
  std::size_t operator()(const BgpUpdate& update) const {
    return 4 + length_of(update.withdrawn) + length_of(update.prefixes) +
           (update.prefixes.empty() ? 0 : length_of(update.path));
  }
  std::size_t operator()(const BgpNotification& /*notification*/) const { return 2; }
  std::size_t operator()(const BgpKeepalive& /*keepalive*/) const { return 0; }
};

struct PutMessage {
  Bytes8& out;
  void operator()(const BgpOpen& open) const {
    put8(out, kVersion);
    put16(out, open.as > 0xffff ? kAsTrans : open.as);
    put16(out, open.hold_seconds);
    put32(out, open.router);
    // One optional parameter that holds all capabilities.
    Bytes8 capabilities;
    put8(capabilities, kFourOctets);
    put8(capabilities, 4);
    put32(capabilities, open.as);
    if (open.restart) {
      put8(capabilities, kRestart);
      put8(capabilities, 6);
      put16(capabilities, (open.restart->restarting ? kRestarting : 0U) |
                              (open.restart->seconds & kRestartSeconds));
      put16(capabilities, kIpv4);
      put8(capabilities, kUnicast);
      put8(capabilities, open.restart->preserved ? kPreserved : 0U);
    }
    put8(out, capabilities.size() + 2);
    put8(out, kCapabilities);
    put8(out, capabilities.size());
    put(out, capabilities);
  }
  void operator()(const BgpUpdate& update) const {
    Bytes8 withdrawn;
    for (const IpPrefix& prefix : update.withdrawn) {
      put_prefix(withdrawn, prefix);
    }
    put16(out, withdrawn.size());
    put(out, withdrawn);
    const Bytes8 attributes = update.prefixes.empty() ? Bytes8() : attributes_of(update.path);
    put16(out, attributes.size());
    put(out, attributes);
    for (const IpPrefix& prefix : update.prefixes) {
      put_prefix(out, prefix);
    }
  }
  void operator()(const BgpNotification& notification) const {
    put8(out, notification.code);
    put8(out, notification.subcode);
  }
  void operator()(const BgpKeepalive&) const {}
};

// Reads past the end give zero and are remembered.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::uint32_t get(std::size_t size) {
    if (bytes_.size() < size) {
      good_ = false;
      bytes_ = {};
      return 0;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      value = value << 8U | std::to_integer<std::uint32_t>(bytes_[i]);
    }
    bytes_ = bytes_.subspan(size);
    return value;
  }
  Reader part(std::size_t size) {
    good_ = good_ && bytes_.size() >= size;
    size = std::min(size, bytes_.size());
    Reader inside(bytes_.first(size));
    bytes_ = bytes_.subspan(size);
    return inside;
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::span<const std::byte> bytes_;
  bool good_ = true;
};

bool get_prefixes(Reader in, std::vector<IpPrefix>& prefixes) {
  while (!in.empty()) {
    const std::uint32_t length = in.get(1);
    if (length > 32) {
      return false;
    }
    std::uint32_t address = 0;
    for (unsigned i = 0; i * 8 < length; ++i) {
      address |= in.get(1) << (24U - 8U * i);
    }
    prefixes.push_back(
        IpPrefix(IpAddress::v4(address), static_cast<std::uint8_t>(length)).network());
  }
  return in.good();
}

bool get_numbers(Reader& in, std::size_t count, std::vector<std::uint32_t>& numbers) {
  for (std::size_t i = 0; i < count; ++i) {
    numbers.push_back(in.get(4));
  }
  return in.good();
}

bool get_as_path(Reader in, BgpPath& path) {
  while (!in.empty()) {
    const bool sequence = in.get(1) == kAsSequence;
    if (!sequence || !get_numbers(in, in.get(1), path.as_path)) {
      return false;
    }
  }
  return in.good();
}

// What is not known is skipped.
bool get_attribute(std::uint8_t type, Reader in, BgpPath& path) {
  if (type == kOrigin) {
    return in.get(1) <= 2 && in.good() && in.empty();
  }
  if (type == kAsPath) {
    return get_as_path(in, path);
  }
  if (type == kNextHop) {
    path.next_hop = in.get(4);
  } else if (type == kMed) {
    path.med = in.get(4);
  } else if (type == kLocalPreference) {
    path.local_preference = in.get(4);
  } else if (type == kOriginator) {
    path.originator = in.get(4);
  } else if (type == kClusters) {
    while (!in.empty() && in.good()) {
      path.clusters.push_back(in.get(4));
    }
  } else {
    return true;
  }
  return in.good() && in.empty();
}

BgpRestart get_restart(Reader in) {
  const std::uint32_t flags = in.get(2);
  BgpRestart restart{.restarting = (flags & kRestarting) != 0,
                     .seconds = static_cast<std::uint16_t>(flags & kRestartSeconds)};
  while (!in.empty() && in.good()) {
    const std::uint32_t family = in.get(2);
    const std::uint32_t part = in.get(1);
    const bool preserved = (in.get(1) & kPreserved) != 0;
    if (family == kIpv4 && part == kUnicast) {
      restart.preserved = preserved;
    }
  }
  return restart;
}

std::optional<BgpMessage> get_open(Reader in) {
  BgpOpen open;
  const bool version = in.get(1) == kVersion;
  open.as = in.get(2);
  open.hold_seconds = static_cast<std::uint16_t>(in.get(2));
  open.router = in.get(4);
  Reader parameters = in.part(in.get(1));
  while (!parameters.empty() && parameters.good()) {
    const bool capabilities = parameters.get(1) == kCapabilities;
    Reader inside = parameters.part(parameters.get(1));
    while (capabilities && !inside.empty() && inside.good()) {
      const std::uint32_t code = inside.get(1);
      Reader value = inside.part(inside.get(1));
      if (code == kFourOctets) {
        open.as = value.get(4);
      } else if (code == kRestart) {
        open.restart = get_restart(value);
      }
    }
  }
  return version && in.good() && in.empty() && parameters.good() ? std::optional<BgpMessage>(open)
                                                                 : std::nullopt;
}

std::optional<BgpMessage> get_update(Reader in) {
  BgpUpdate update;
  const bool withdrawn = get_prefixes(in.part(in.get(2)), update.withdrawn);
  Reader attributes = in.part(in.get(2));
  while (!attributes.empty()) {
    const std::uint32_t flags = attributes.get(1);
    const auto type = static_cast<std::uint8_t>(attributes.get(1));
    const std::uint32_t length = attributes.get((flags & kExtendedLength) != 0 ? 2 : 1);
    Reader value = attributes.part(length);
    if (!attributes.good() || !get_attribute(type, value, update.path)) {
      return std::nullopt;
    }
  }
  if (!withdrawn || !in.good() || !get_prefixes(in, update.prefixes)) {
    return std::nullopt;
  }
  return update;
}

}  // namespace

std::vector<std::byte> encode_bgp(const BgpMessage& message) {
  Bytes8 out(kMarker, std::byte{0xff});
  put16(out, 0);
  put8(out, message.index() + 1);
  std::visit(PutMessage{out}, message);
  store_big(&out[kMarker], static_cast<std::uint16_t>(out.size()));
  return out;
}

std::size_t bgp_length(const BgpMessage& message) {
  return kHeader + std::visit(LengthOf(), message);
}

std::optional<BgpMessage> decode_bgp(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeader || load_big16(&bytes[kMarker]) != bytes.size() ||
      std::ranges::any_of(bytes.first(kMarker), [](std::byte b) { return b != std::byte{0xff}; })) {
    return std::nullopt;
  }
  Reader in(bytes.subspan(kHeader));
  switch (std::to_integer<int>(bytes[kHeader - 1])) {
    case 1:
      return get_open(in);
    case 2:
      return get_update(in);
    case 3: {
      BgpNotification notification{.code = static_cast<std::uint8_t>(in.get(1)),
                                   .subcode = static_cast<std::uint8_t>(in.get(1))};
      return in.good() ? std::optional<BgpMessage>(notification) : std::nullopt;
    }
    case 4:
      return in.empty() ? std::optional<BgpMessage>(BgpKeepalive{}) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace switchfault
