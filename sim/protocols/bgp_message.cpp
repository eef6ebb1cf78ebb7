#include "protocols/bgp_message.h"

#include <algorithm>
#include <array>
#include <utility>

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
constexpr std::uint8_t kPartial = 0x20, kMeaning = kOptional | kTransitive;
constexpr std::size_t kBadPrefix = 33;

// In an OPEN: RFC 5492, RFC 6793, RFC 4724.
constexpr std::uint32_t kCapabilities = 2, kFourOctets = 65, kRestart = 64, kLongLived = 71;
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
void put_attribute(Bytes8& out, const BgpAttribute& attribute) {
  const bool extended = attribute.value.size() > 0xff;
  put8(out, attribute.flags | (extended ? kExtendedLength : 0U));
  put8(out, attribute.type);
  extended ? put16(out, attribute.value.size()) : put8(out, attribute.value.size());
  put(out, attribute.value);
}
Bytes8 number(std::uint32_t value) {
  Bytes8 bytes;
  put32(bytes, value);
  return bytes;
}

BgpAttribute attribute(BgpType type, std::uint8_t flags, Bytes8 value) {
  return {.flags = flags, .type = static_cast<std::uint8_t>(type), .value = std::move(value)};
}

// In the order of their types.
std::vector<BgpAttribute> attributes_of(const BgpPath& path) {
  std::vector<BgpAttribute> all;
  all.push_back(attribute(BgpType::origin, kTransitive, {std::byte{0}}));  // IGP
  Bytes8 as_path;
  for (std::size_t i = 0; i < path.as_path.size(); i += kMostInSegment) {
    const std::size_t count = std::min(kMostInSegment, path.as_path.size() - i);
    put8(as_path, kAsSequence);
    put8(as_path, count);
    for (std::size_t j = i; j < i + count; ++j) {
      put32(as_path, path.as_path[j]);
    }
  }
  all.push_back(attribute(BgpType::as_path, kTransitive, std::move(as_path)));
  all.push_back(attribute(BgpType::next_hop, kTransitive, number(path.next_hop)));
  if (path.med) {
    all.push_back(attribute(BgpType::med, kOptional, number(*path.med)));
  }
  if (path.local_preference) {
    all.push_back(
        attribute(BgpType::local_preference, kTransitive, number(*path.local_preference)));
  }
  if (path.originator != 0) {
    all.push_back(attribute(BgpType::originator, kOptional, number(path.originator)));
  }
  if (!path.clusters.empty()) {
    Bytes8 clusters;
    for (const std::uint32_t cluster : path.clusters) {
      put32(clusters, cluster);
    }
    all.push_back(attribute(BgpType::clusters, kOptional, std::move(clusters)));
  }
  all.insert(all.end(), path.unread.begin(), path.unread.end());
  return all;
}

void replace(std::vector<BgpAttribute>& all, BgpAttribute by) {
  const auto at = std::ranges::lower_bound(all, by.type, {}, &BgpAttribute::type);
  if (at != all.end() && at->type == by.type) {
    *at = std::move(by);
  } else {
    all.insert(at, std::move(by));
  }
}

// The damage that is in one attribute.
void damage_attributes(std::vector<BgpAttribute>& all, UpdateDamage damage) {
  constexpr std::size_t kOriginAt = 0, kAsPathAt = 1, kNextHopAt = 2;
  constexpr std::uint8_t kNoOrigin = 3;
  const Bytes8 three(3), five(5);
  Bytes8& as_path = all[kAsPathAt].value;
  switch (damage) {
    case UpdateDamage::origin_value:
      all[kOriginAt].value = {std::byte{kNoOrigin}};
      break;
    case UpdateDamage::origin_flags:
      all[kOriginAt].flags = kOptional | kTransitive;
      break;
    case UpdateDamage::as_path_length:  // A segment that counts one more than it holds.
      if (as_path.empty()) {
        as_path = {std::byte{kAsSequence}, std::byte{0}};
      }
      as_path[1] = static_cast<std::byte>(std::to_integer<unsigned>(as_path[1]) + 1);
      break;
    case UpdateDamage::next_hop_length:
      all[kNextHopAt].value.pop_back();
      break;
    case UpdateDamage::next_hop_missing:
      all.erase(all.begin() + kNextHopAt);
      break;
    case UpdateDamage::med_length:
      replace(all, attribute(BgpType::med, kOptional, three));
      break;
    case UpdateDamage::local_preference_length:
      replace(all, attribute(BgpType::local_preference, kTransitive, three));
      break;
    case UpdateDamage::aggregator_length:
      replace(all, attribute(BgpType::aggregator, kOptional | kTransitive, five));
      break;
    case UpdateDamage::communities_length:
      replace(all, attribute(BgpType::communities, kOptional | kTransitive, five));
      break;
    case UpdateDamage::entropy_label_length:
      replace(all, attribute(BgpType::entropy_label, kOptional | kTransitive, five));
      break;
    case UpdateDamage::attributes_length:
    case UpdateDamage::prefix_length:
      break;
  }
}

Bytes8 attributes_of(const BgpUpdate& update) {
  std::vector<BgpAttribute> all = attributes_of(update.path);
  if (update.damage) {
    damage_attributes(all, *update.damage);
  }
  Bytes8 out;
  for (const BgpAttribute& one : all) {
    put_attribute(out, one);
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
// RFC 9494 section 3.1; without flags and with no time, as FRR sends it.
void put_long_lived(Bytes8& out) {
  constexpr std::size_t kFamily = 7;
  put8(out, kLongLived);
  put8(out, kFamily);
  put16(out, kIpv4);
  put8(out, kUnicast);
  put32(out, 0);
}

struct LengthOf {
  std::size_t operator()(const BgpOpen& open) const {
    constexpr std::size_t kOpen = 18;
    constexpr std::size_t kRestartCapability = 4, kFamily = 4, kLongLivedCapability = 9;
    if (!open.restart) {
      return kOpen;
    }
    return kOpen + kRestartCapability + (open.restart->helps_only ? 0 : kFamily) +
           (open.restart->long_lived ? kLongLivedCapability : 0);
  }
  std::size_t operator()(const BgpUpdate& update) const {
    const std::size_t rest = 4 + length_of(update.withdrawn) + length_of(update.prefixes);
    if (update.prefixes.empty()) {
      return rest;
    }
    const bool plain = !update.damage && update.path.unread.empty();
    return rest + (plain ? length_of(update.path) : attributes_of(update).size());
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
      constexpr std::size_t kTimes = 2, kFamily = 4;
      put8(capabilities, kRestart);
      put8(capabilities, kTimes + (open.restart->helps_only ? 0 : kFamily));
      put16(capabilities, (open.restart->restarting ? kRestarting : 0U) |
                              (open.restart->seconds & kRestartSeconds));
      if (!open.restart->helps_only) {
        put16(capabilities, kIpv4);
        put8(capabilities, kUnicast);
        put8(capabilities, open.restart->preserved ? kPreserved : 0U);
      }
      if (open.restart->long_lived) {
        put_long_lived(capabilities);
      }
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
    const Bytes8 attributes = update.prefixes.empty() ? Bytes8() : attributes_of(update);
    const bool too_long = update.damage == UpdateDamage::attributes_length;
    put16(out, too_long ? 0xffff : attributes.size());
    put(out, attributes);
    const std::size_t prefixes_at = out.size();
    for (const IpPrefix& prefix : update.prefixes) {
      put_prefix(out, prefix);
    }
    if (update.damage == UpdateDamage::prefix_length) {
      out[prefixes_at] = std::byte{kBadPrefix};
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

// What RFC 4271 and RFC 4456 say of their flags; empty: of no known type.
std::optional<std::uint8_t> flags_of(BgpType type, bool entropy_label) {
  switch (type) {
    case BgpType::origin:
    case BgpType::as_path:
    case BgpType::next_hop:
    case BgpType::local_preference:
    case BgpType::atomic_aggregate:
      return kTransitive;
    case BgpType::med:
    case BgpType::originator:
    case BgpType::clusters:
      return kOptional;
    case BgpType::aggregator:
    case BgpType::communities:
      return kOptional | kTransitive;
    case BgpType::entropy_label:
      return entropy_label ? std::optional<std::uint8_t>(kOptional | kTransitive) : std::nullopt;
    case BgpType::none:
      break;
  }
  return std::nullopt;
}

// What is wrong with its value, if anything; it goes into the path if nothing is.
std::optional<BgpFlaw::What> get_attribute(BgpType type, std::span<const std::byte> value,
                                           BgpPath& path) {
  constexpr std::size_t kNumber = 4, kAggregator = 8;
  using What = BgpFlaw::What;
  const std::size_t size = value.size();
  const auto wrong_unless = [](bool sound) {
    return sound ? std::nullopt : std::optional(What::length);
  };
  Reader in(value);
  switch (type) {
    case BgpType::origin:
      if (size == 1 && in.get(1) > 2) {
        return What::value;
      }
      return wrong_unless(size == 1);
    case BgpType::as_path: {
      BgpPath read;
      if (!get_as_path(in, read)) {
        return What::length;
      }
      path.as_path = std::move(read.as_path);
      return std::nullopt;
    }
    case BgpType::atomic_aggregate:
    case BgpType::entropy_label:
      return wrong_unless(size == 0);
    case BgpType::aggregator:
      return wrong_unless(size == kAggregator);
    case BgpType::communities:
      return wrong_unless(size > 0 && size % kNumber == 0);
    case BgpType::clusters:
      for (std::size_t i = 0; i < size && size % kNumber == 0; i += kNumber) {
        path.clusters.push_back(in.get(kNumber));
      }
      return wrong_unless(size > 0 && size % kNumber == 0);
    case BgpType::next_hop:
    case BgpType::med:
    case BgpType::local_preference:
    case BgpType::originator:
    case BgpType::none:
      break;
  }
  if (size != kNumber) {
    return What::length;
  }
  const std::uint32_t number = in.get(kNumber);
  if (type == BgpType::next_hop) {
    path.next_hop = number;
  } else if (type == BgpType::med) {
    path.med = number;
  } else if (type == BgpType::local_preference) {
    path.local_preference = number;
  } else {
    path.originator = number;
  }
  return std::nullopt;
}

BgpRestart get_restart(Reader in) {
  const std::uint32_t flags = in.get(2);
  BgpRestart restart{.restarting = (flags & kRestarting) != 0,
                     .seconds = static_cast<std::uint16_t>(flags & kRestartSeconds),
                     .helps_only = in.empty()};
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
      } else if (code == kLongLived && open.restart) {
        open.restart->long_lived = !value.empty();
      }
    }
  }
  return version && in.good() && in.empty() && parameters.good() ? std::optional<BgpMessage>(open)
                                                                 : std::nullopt;
}

// Reads the attributes of an UPDATE, and what is wrong with them.
class AttributeReader {
 public:
  AttributeReader(BgpReading& reading, bool entropy_label)
      : reading_(reading), entropy_label_(entropy_label) {}

  void read(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const bool extended = (std::to_integer<std::uint8_t>(bytes.front()) & kExtendedLength) != 0;
      const std::size_t header = extended ? 4 : 3;
      Reader in(bytes);
      const auto flags = static_cast<std::uint8_t>(in.get(1));
      const auto type = static_cast<BgpType>(in.get(1));
      const std::size_t length = in.get(extended ? 2 : 1);
      if (!in.good() || bytes.size() < header + length) {
        found(BgpFlaw::What::attribute_too_long, type);
        return;
      }
      read_one(type, flags, bytes.subspan(header, length));
      bytes = bytes.subspan(header + length);
    }
  }
  // RFC 4271 5: what an UPDATE with prefixes must have.
  void finish() {
    for (const BgpType type : {BgpType::origin, BgpType::as_path, BgpType::next_hop}) {
      if (!seen_[static_cast<std::uint8_t>(type)]) {
        found(BgpFlaw::What::missing, type);
      }
    }
  }

 private:
  void found(BgpFlaw::What what, BgpType type) {
    reading_.flaws.push_back({.what = what, .type = type});
  }
  void read_one(BgpType type, std::uint8_t flags, std::span<const std::byte> value) {
    if (std::exchange(seen_[static_cast<std::uint8_t>(type)], true)) {
      found(BgpFlaw::What::twice, type);
      return;
    }
    const auto expected = flags_of(type, entropy_label_);
    if (!expected) {
      if ((flags & kOptional) == 0) {
        found(BgpFlaw::What::unknown, type);
      } else if ((flags & kTransitive) != 0) {
        reading_.update.path.unread.push_back({.flags = kOptional | kTransitive | kPartial,
                                               .type = static_cast<std::uint8_t>(type),
                                               .value = {value.begin(), value.end()}});
      }
      return;
    }
    const bool may_be_partial = *expected == (kOptional | kTransitive);
    if ((flags & kMeaning) != *expected || ((flags & kPartial) != 0 && !may_be_partial)) {
      found(BgpFlaw::What::flags, type);
    } else if (const auto what = get_attribute(type, value, reading_.update.path)) {
      found(*what, type);
    }
  }

  BgpReading& reading_;
  bool entropy_label_;
  std::array<bool, 256> seen_{};
};

// The body of an UPDATE.
BgpReading get_update(std::span<const std::byte> body, bool entropy_label) {
  BgpReading reading;
  const auto flawed = [&reading](BgpFlaw::What what) {
    reading.flaws.push_back({.what = what, .type = BgpType::none});
    return std::move(reading);
  };
  // The lengths of withdrawn prefixes and of attributes, each before its part.
  const auto part = [&body]() -> std::optional<std::span<const std::byte>> {
    if (body.size() < 2 || body.size() - 2 < load_big16(body.data())) {
      return std::nullopt;
    }
    const auto inside = body.subspan(2, load_big16(body.data()));
    body = body.subspan(2 + inside.size());
    return inside;
  };
  const auto withdrawn = part();
  const auto attributes = withdrawn ? part() : std::nullopt;
  if (!attributes) {
    return flawed(BgpFlaw::What::list_too_long);
  }
  if (!get_prefixes(Reader(*withdrawn), reading.update.withdrawn) ||
      !get_prefixes(Reader(body), reading.update.prefixes)) {
    return flawed(BgpFlaw::What::prefixes);
  }
  AttributeReader reader(reading, entropy_label);
  reader.read(*attributes);
  if (!reading.update.prefixes.empty()) {
    reader.finish();
  }
  return reading;
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

BgpReading read_bgp_update(std::span<const std::byte> bytes, bool entropy_label) {
  return get_update(bytes.subspan(kHeader), entropy_label);
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
    case 2: {
      BgpReading reading = get_update(bytes.subspan(kHeader), false);
      return reading.flaws.empty() ? std::optional<BgpMessage>(std::move(reading.update))
                                   : std::nullopt;
    }
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
