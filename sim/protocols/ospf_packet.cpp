#include "protocols/ospf_packet.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <type_traits>

#include "core/byte_order.h"
#include "core/checksum.h"

namespace switchfault {
namespace {

constexpr std::size_t kHeaderLength = 24;     // Of a packet, A.3.1.
constexpr std::size_t kLsaHeaderLength = 20;  // A.4.1.
constexpr std::uint8_t kVersion = 2;
constexpr std::uint8_t kOptions = 0x02;  // E: external routes are understood.
constexpr std::uint8_t kBorderBit = 0x01;
constexpr std::uint16_t kInterfaceMtu = 1500;
constexpr std::uint8_t kMasterBit = 1, kMoreBit = 2, kInitialBit = 4;
// 13.1: instances that differ by more in age are not the same one refreshed (MaxAgeDiff).
constexpr std::uint16_t kMaxAgeDifference = 900;

class Writer {
 public:
  template <typename Number>
  void put(Number value) {
    if constexpr (sizeof(Number) == 1) {
      bytes_.push_back(static_cast<std::byte>(value));
    } else {
      const std::size_t at = bytes_.size();
      bytes_.resize(at + sizeof(Number));
      store_big(&bytes_[at], value);
    }
  }
  void put_bytes(std::span<const std::byte> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }
  std::vector<std::byte>& bytes() { return bytes_; }

 private:
  std::vector<std::byte> bytes_;
};

// Reads past the end give zero and are remembered.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <typename Number>
  Number get() {
    if (left() < sizeof(Number)) {
      good_ = false;
      at_ = bytes_.size();
      return {};
    }
    const std::byte* const here = &bytes_[at_];
    at_ += sizeof(Number);
    if constexpr (sizeof(Number) == 1) {
      return static_cast<Number>(*here);
    } else {
      return load_big<Number>(here);
    }
  }
  std::span<const std::byte> take(std::size_t size) {
    if (left() < size) {
      good_ = false;
      size = left();
    }
    at_ += size;
    return bytes_.subspan(at_ - size, size);
  }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] bool good() const { return good_; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
  bool good_ = true;
};

// ISO 8473 (Fletcher) over an advertisement but its age, with the result where it stands (12.1.7).
std::uint16_t fletcher(std::span<const std::byte> lsa) {
  constexpr std::size_t kFrom = 2;       // Behind the age.
  constexpr std::size_t kChecksum = 16;  // Where it stands.
  constexpr int kModulus = 255;
  int c0 = 0;
  int c1 = 0;
  for (std::size_t i = kFrom; i < lsa.size(); ++i) {
    const bool own = i == kChecksum || i == kChecksum + 1;
    c0 = (c0 + (own ? 0 : std::to_integer<int>(lsa[i]))) % kModulus;
    c1 = (c1 + c0) % kModulus;
  }
  const int behind = static_cast<int>((lsa.size() - kChecksum - 1) % kModulus);
  int x = (behind * c0 - c1) % kModulus;
  x += x <= 0 ? kModulus : 0;
  int y = 2 * kModulus - c0 - x;
  y -= y > kModulus ? kModulus : 0;
  return static_cast<std::uint16_t>(static_cast<unsigned>(x) << 8U | static_cast<unsigned>(y));
}

void put_header(Writer& out, const LsaHeader& header) {
  out.put(header.age);
  out.put(kOptions);
  out.put(static_cast<std::uint8_t>(header.key.type));
  out.put(header.key.id);
  out.put(header.key.router);
  out.put(static_cast<std::uint32_t>(header.sequence));
  out.put(header.checksum);
  out.put(header.length);
}

bool known_type(std::uint32_t type) {
  return (type >= 1 && type <= 3) || type == static_cast<std::uint32_t>(LsaType::grace);
}

std::optional<LsaHeader> get_header(Reader& in) {
  LsaHeader header;
  header.age = in.get<std::uint16_t>();
  in.get<std::uint8_t>();  // Options.
  const auto type = in.get<std::uint8_t>();
  header.key.id = in.get<std::uint32_t>();
  header.key.router = in.get<std::uint32_t>();
  header.sequence = static_cast<std::int32_t>(in.get<std::uint32_t>());
  header.checksum = in.get<std::uint16_t>();
  header.length = in.get<std::uint16_t>();
  if (!in.good() || !known_type(type) ||
      (type == static_cast<std::uint8_t>(LsaType::grace) && header.key.id != kGraceId)) {
    return std::nullopt;
  }
  header.key.type = static_cast<LsaType>(type);
  return header;
}

// RFC 3623 appendix A.
constexpr std::uint16_t kGracePeriod = 1, kGraceReason = 2, kGraceAddress = 3;
constexpr std::uint32_t kSoftwareRestart = 1;

void put_tlv(Writer& out, std::uint16_t type, std::uint16_t length) {
  out.put(type);
  out.put(length);
}

// Each is four octets long with its padding; other types are passed over.
void get_grace(Reader& in, LsaBody& body) {
  while (in.left() > 0 && in.good()) {
    const auto type = in.get<std::uint16_t>();
    const auto length = in.get<std::uint16_t>();
    if ((type == kGracePeriod || type == kGraceAddress) && length == 4) {
      (type == kGracePeriod ? body.grace_seconds : body.address) = in.get<std::uint32_t>();
    } else {
      in.take((std::size_t{length} + 3) / 4 * 4);
    }
  }
}

void put_body(Writer& out, LsaType type, const LsaBody& body) {
  switch (type) {
    case LsaType::router:
      out.put(body.border ? kBorderBit : std::uint8_t{0});
      out.put(std::uint8_t{0});
      out.put(static_cast<std::uint16_t>(body.links.size()));
      for (const RouterLink& link : body.links) {
        out.put(link.id);
        out.put(link.data);
        out.put(static_cast<std::uint8_t>(link.type));
        out.put(std::uint8_t{0});  // Types of service.
        out.put(link.metric);
      }
      return;
    case LsaType::network:
      out.put(body.mask);
      for (const std::uint32_t router : body.routers) {
        out.put(router);
      }
      return;
    case LsaType::summary:
      out.put(body.mask);
      out.put(body.metric & 0xffffffU);
      return;
    case LsaType::grace:
      put_tlv(out, kGracePeriod, 4);
      out.put(body.grace_seconds);
      put_tlv(out, kGraceReason, 1);
      out.put(kSoftwareRestart << 24U);  // Padded to four octets.
      if (body.address != 0) {
        put_tlv(out, kGraceAddress, 4);
        out.put(body.address);
      }
      return;
  }
}

std::optional<LsaBody> get_body(Reader& in, LsaType type) {
  LsaBody body;
  switch (type) {
    case LsaType::router: {
      body.border = (in.get<std::uint8_t>() & kBorderBit) != 0;
      in.get<std::uint8_t>();
      const auto count = in.get<std::uint16_t>();
      for (std::size_t i = 0; i < count && in.good(); ++i) {
        RouterLink link;
        link.id = in.get<std::uint32_t>();
        link.data = in.get<std::uint32_t>();
        const auto link_type = in.get<std::uint8_t>();
        const auto services = in.get<std::uint8_t>();
        link.metric = in.get<std::uint16_t>();
        if (link_type < 1 || link_type > 3 || services != 0) {
          return std::nullopt;
        }
        link.type = static_cast<RouterLink::Type>(link_type);
        body.links.push_back(link);
      }
      break;
    }
    case LsaType::network:
      body.mask = in.get<std::uint32_t>();
      while (in.left() > 0 && in.good()) {
        body.routers.push_back(in.get<std::uint32_t>());
      }
      break;
    case LsaType::summary:
      body.mask = in.get<std::uint32_t>();
      body.metric = in.get<std::uint32_t>() & 0xffffffU;
      break;
    case LsaType::grace:
      get_grace(in, body);
      break;
  }
  return in.good() && in.left() == 0 ? std::optional(std::move(body)) : std::nullopt;
}

std::optional<OspfUpdate::Item> get_lsa(Reader& in) {
  Reader ahead = in;
  const auto header = get_header(ahead);
  if (!header || header->length < kLsaHeaderLength) {
    return std::nullopt;
  }
  const auto whole = in.take(header->length);
  if (!in.good() || fletcher(whole) != header->checksum) {
    return std::nullopt;
  }
  Reader inside(whole.subspan(kLsaHeaderLength));
  auto body = get_body(inside, header->key.type);
  if (!body) {
    return std::nullopt;
  }
  return OspfUpdate::Item{make_content<Lsa>(header->key, header->sequence, *std::move(body)),
                          header->age};
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): as in ContentRef.

struct PutPacket {
  Writer& out;
  void operator()(const OspfHello& hello) const {
    out.put(hello.mask);
    out.put(hello.hello_seconds);
    out.put(kOptions);
    out.put(hello.priority);
    out.put(hello.dead_seconds);
    out.put(hello.designated);
    out.put(hello.backup);
    for (const std::uint32_t neighbor : hello.neighbors) {
      out.put(neighbor);
    }
  }
  void operator()(const OspfDescription& description) const {
    out.put(kInterfaceMtu);
    out.put(kOptions);
    out.put(static_cast<std::uint8_t>((description.initial ? kInitialBit : 0) |
                                      (description.more ? kMoreBit : 0) |
                                      (description.master ? kMasterBit : 0)));
    out.put(description.sequence);
    for (const LsaHeader& header : description.headers) {
      put_header(out, header);
    }
  }
  void operator()(const OspfRequest& request) const {
    for (const LsaKey& key : request.keys) {
      out.put(static_cast<std::uint32_t>(key.type));
      out.put(key.id);
      out.put(key.router);
    }
  }
  void operator()(const OspfUpdate& update) const {
    out.put(static_cast<std::uint32_t>(update.items.size()));
    for (const OspfUpdate::Item& item : update.items) {
      out.put_bytes(item.lsa->encoded(item.age));
    }
  }
  void operator()(const OspfAcknowledgment& acknowledgment) const {
    for (const LsaHeader& header : acknowledgment.headers) {
      put_header(out, header);
    }
  }
};

OspfHello get_hello(Reader& in) {
  OspfHello hello;
  hello.mask = in.get<std::uint32_t>();
  hello.hello_seconds = in.get<std::uint16_t>();
  in.get<std::uint8_t>();  // Options.
  hello.priority = in.get<std::uint8_t>();
  hello.dead_seconds = in.get<std::uint32_t>();
  hello.designated = in.get<std::uint32_t>();
  hello.backup = in.get<std::uint32_t>();
  while (in.good() && in.left() > 0) {
    hello.neighbors.push_back(in.get<std::uint32_t>());
  }
  return hello;
}

std::optional<std::vector<LsaHeader>> get_headers(Reader& in) {
  std::vector<LsaHeader> headers;
  while (in.left() > 0) {
    const auto header = get_header(in);
    if (!header) {
      return std::nullopt;
    }
    headers.push_back(*header);
  }
  return headers;
}

std::optional<OspfBody> get_description(Reader& in) {
  in.get<std::uint16_t>();  // MTU.
  in.get<std::uint8_t>();   // Options.
  const auto bits = in.get<std::uint8_t>();
  OspfDescription description{.initial = (bits & kInitialBit) != 0,
                              .more = (bits & kMoreBit) != 0,
                              .master = (bits & kMasterBit) != 0,
                              .sequence = in.get<std::uint32_t>(),
                              .headers = {}};
  auto headers = get_headers(in);
  if (!headers) {
    return std::nullopt;
  }
  description.headers = *std::move(headers);
  return description;
}

std::optional<OspfBody> get_request(Reader& in) {
  OspfRequest request;
  while (in.good() && in.left() > 0) {
    const auto type = in.get<std::uint32_t>();
    const auto id = in.get<std::uint32_t>();
    const auto router = in.get<std::uint32_t>();
    if (!known_type(type)) {
      return std::nullopt;
    }
    request.keys.push_back({static_cast<LsaType>(type), id, router});
  }
  return request;
}

std::optional<OspfBody> get_update(Reader& in) {
  OspfUpdate update;
  const auto count = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < count; ++i) {
    auto item = get_lsa(in);
    if (!item) {
      return std::nullopt;
    }
    update.items.push_back(*std::move(item));
  }
  return update;
}

std::optional<OspfBody> get_packet(std::uint8_t type, Reader& in) {
  switch (type) {
    case 1:
      return get_hello(in);
    case 2:
      return get_description(in);
    case 3:
      return get_request(in);
    case 4:
      return get_update(in);
    case 5: {
      auto headers = get_headers(in);
      return headers ? std::optional<OspfBody>(OspfAcknowledgment{*std::move(headers)})
                     : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// Over the packet without its authentication (8 bytes), A.3.1.
std::uint16_t packet_checksum(std::span<const std::byte> packet) {
  constexpr std::size_t kAuthentication = 16;
  std::uint64_t sum = 0;
  for (std::size_t at = 0; at < kAuthentication; at += 2) {
    sum += load_big16(&packet[at]);
  }
  return internet_checksum(packet.subspan(kHeaderLength), sum);
}

}  // namespace

Lsa::Lsa(const LsaKey& key, std::int32_t sequence, LsaBody body)
    : key_(key), sequence_(sequence), checksum_(0), body_(std::move(body)) {
  checksum_ = fletcher(encoded(0));
}

std::size_t Lsa::length() const {
  constexpr std::size_t kLinkLength = 12;
  switch (key_.type) {
    case LsaType::router:
      return kLsaHeaderLength + 4 + kLinkLength * body_.links.size();
    case LsaType::network:
      return kLsaHeaderLength + 4 + 4 * body_.routers.size();
    case LsaType::summary:
      return kLsaHeaderLength + 8;
    case LsaType::grace:
      return kLsaHeaderLength + (body_.address == 0 ? 16 : 24);
  }
  return kLsaHeaderLength;
}

LsaHeader Lsa::header(std::uint16_t age) const {
  return {.key = key_,
          .sequence = sequence_,
          .checksum = checksum_,
          .age = age,
          .length = static_cast<std::uint16_t>(length())};
}

std::vector<std::byte> Lsa::encoded(std::uint16_t age) const {
  Writer out;
  put_header(out, header(age));
  put_body(out, key_.type, body_);
  return std::move(out.bytes());
}

std::strong_ordering more_recent(const LsaHeader& a, const LsaHeader& b) {
  if (a.sequence != b.sequence) {
    return a.sequence <=> b.sequence;
  }
  if (a.checksum != b.checksum) {
    return a.checksum <=> b.checksum;
  }
  const bool a_over = a.age >= kLsaMaxAge;
  const bool b_over = b.age >= kLsaMaxAge;
  if (a_over != b_over) {
    return a_over <=> b_over;
  }
  const int difference = int{a.age} - int{b.age};
  if (difference > kMaxAgeDifference || -difference > kMaxAgeDifference) {
    return b.age <=> a.age;
  }
  return std::strong_ordering::equal;
}

std::vector<std::byte> encode_ospf(std::uint32_t router, std::uint32_t area, const OspfBody& body) {
  Writer out;
  out.put(kVersion);
  out.put(static_cast<std::uint8_t>(body.index() + 1));
  out.put(std::uint16_t{0});  // Length, below.
  out.put(router);
  out.put(area);
  out.put(std::uint16_t{0});  // Checksum, below.
  out.put(std::uint16_t{0});  // No authentication.
  out.put(std::uint64_t{0});
  std::visit(PutPacket{out}, body);
  std::vector<std::byte>& bytes = out.bytes();
  store_big(&bytes[2], static_cast<std::uint16_t>(bytes.size()));
  store_big(&bytes[12], packet_checksum(bytes));
  return std::move(bytes);
}

std::optional<OspfPacket> decode_ospf(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeaderLength) {
    return std::nullopt;
  }
  Reader in(bytes);
  const auto version = in.get<std::uint8_t>();
  const auto type = in.get<std::uint8_t>();
  const auto length = in.get<std::uint16_t>();
  if (version != kVersion || length < kHeaderLength || length > bytes.size()) {
    return std::nullopt;
  }
  const auto packet = bytes.first(length);
  if (packet_checksum(packet) != 0) {
    return std::nullopt;
  }
  OspfPacket decoded;
  decoded.router = in.get<std::uint32_t>();
  decoded.area = in.get<std::uint32_t>();
  Reader inside(packet.subspan(kHeaderLength));
  auto body = get_packet(type, inside);
  if (!body || !inside.good() || inside.left() > 0) {
    return std::nullopt;
  }
  decoded.body = *std::move(body);
  return decoded;
}

}  // namespace switchfault
