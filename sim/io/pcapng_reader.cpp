#include "io/pcapng_reader.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/byte_order.h"
#include "io/link_type.h"

namespace switchfault {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kBlockHeader = 8;     // Type and length.
constexpr std::size_t kBlockTrailer = 4;    // The length again.
constexpr std::size_t kSectionHeader = 28;  // The shortest.
// Of blocks that are looked into, as libpcap limits them; others of any length are passed over.
constexpr std::uint32_t kLongestBlock = 16 * 1024 * 1024;
constexpr std::uint32_t kLongestPacket = 262144;  // libpcap's MAXIMUM_SNAPLEN
constexpr std::size_t kMostInterfaces = 65536;    // Of a section.
constexpr std::uint64_t kNanosecondsPerSecond = 1'000'000'000;

struct Interface {
  std::uint32_t link_type = 0;
  LinkLayer link_layer = LinkLayer::unknown;
  std::uint32_t snapshot_length = 0;  // 0: no limit.
  bool binary = false;                // Units per second: 2^exponent, else 10^exponent.
  unsigned exponent = 6;
  std::int64_t offset_s = 0;
};

// The time of a packet; what does not fit into 64 bits is the last or first time that does.
std::int64_t nanoseconds(const Interface& interface, std::uint64_t units) {
  std::uint64_t seconds = 0;
  std::uint64_t fraction = 0;
  if (interface.binary) {
    seconds = interface.exponent < 64 ? units >> interface.exponent : 0;
    const Wide rest = units - (interface.exponent < 64 ? seconds << interface.exponent : 0);
    fraction = static_cast<std::uint64_t>(rest * kNanosecondsPerSecond >> interface.exponent);
  } else {
    Wide per_second = 1;
    for (unsigned i = 0; i < interface.exponent; ++i) {
      per_second *= 10;
    }
    seconds = static_cast<std::uint64_t>(units / per_second);
    fraction = static_cast<std::uint64_t>(units % per_second * kNanosecondsPerSecond / per_second);
  }
  __extension__ using Signed = __int128;
  const Signed time = (static_cast<Signed>(seconds) + interface.offset_s) *
                          static_cast<Signed>(kNanosecondsPerSecond) +
                      static_cast<Signed>(fraction);
  constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kFirst = std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(std::clamp<Signed>(time, kFirst, kLast));
}

class PcapngReader final : public PacketSource {
 public:
  explicit PcapngReader(BufferedStream stream) : stream_(std::move(stream)) {}

  bool next(RecordedPacket& packet) override {
    while (tally_.end.how == CaptureEnd::How::not_yet) {
      stream_.consume(std::exchange(pending_, 0));
      if (next_block(packet)) {
        ++tally_.packets;
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] std::uint64_t packets() const override { return tally_.packets; }
  [[nodiscard]] const CaptureEnd& end() const override { return tally_.end; }
  [[nodiscard]] const std::vector<UnreadableLinkType>& unreadable() const override {
    return tally_.unreadable;
  }

 private:
  [[nodiscard]] std::uint32_t u32(const std::byte* bytes) const {
    return big_endian_ ? load_big<std::uint32_t>(bytes) : load_little<std::uint32_t>(bytes);
  }
  [[nodiscard]] std::uint16_t u16(const std::byte* bytes) const {
    return big_endian_ ? load_big<std::uint16_t>(bytes) : load_little<std::uint16_t>(bytes);
  }

  bool damaged(std::string reason) {
    tally_.end = {CaptureEnd::How::damaged, std::move(reason)};
    return false;
  }
  bool cut_off(std::uint64_t wanted, std::uint64_t there) {
    const CaptureEnd stream = stream_.end();
    const bool told =
        stream.how == CaptureEnd::How::cut_off || stream.how == CaptureEnd::How::damaged;
    tally_.end = told ? stream
                      : CaptureEnd{CaptureEnd::How::cut_off,
                                   fmt::format("truncated pcapng file; a block of {} bytes has "
                                               "only {}",
                                               wanted, there)};
    return false;
  }

  // Reads one block; true when it gave a packet. Otherwise the end may have come.
  bool next_block(RecordedPacket& packet) {
    auto bytes = stream_.peek(kBlockHeader);
    if (bytes.empty()) {
      tally_.end = stream_.end();
      return false;
    }
    if (bytes.size() < kBlockHeader) {
      return cut_off(kBlockHeader, bytes.size());
    }
    const std::uint32_t type = u32(bytes.data());
    if (type == kSectionHeaderBlock && !take_byte_order()) {
      return false;
    }
    const std::uint32_t length = u32(stream_.peek(kBlockHeader).data() + 4);
    if (length < kBlockHeader + kBlockTrailer || length % 4 != 0) {
      return damaged(fmt::format("a block with the impossible length {}", length));
    }
    const bool packet_block =
        type == kPacketBlock || type == kSimplePacketBlock || type == kEnhancedPacketBlock;
    if (!packet_block && type != kSectionHeaderBlock && type != kInterfaceBlock) {
      return pass_over(length);
    }
    if (length > kLongestBlock) {
      return damaged(
          fmt::format("a block of {} bytes, at most {} are read", length, kLongestBlock));
    }
    bytes = stream_.peek(length);
    if (bytes.size() < length) {
      return cut_off(length, bytes.size());
    }
    if (u32(&bytes[length - kBlockTrailer]) != length) {
      return damaged(fmt::format("a block that begins with the length {} and ends with {}", length,
                                 u32(&bytes[length - kBlockTrailer])));
    }
    pending_ = length;
    const auto body = bytes.subspan(kBlockHeader, length - kBlockHeader - kBlockTrailer);
    if (type == kSectionHeaderBlock) {
      return begin_section(body);
    }
    return type == kInterfaceBlock ? add_interface(body) : read_packet(type, body, packet);
  }

  // A section may have another byte order than the one before it.
  bool take_byte_order() {
    const auto bytes = stream_.peek(kBlockHeader + 4);
    if (bytes.size() < kBlockHeader + 4) {
      return cut_off(kSectionHeader, bytes.size());
    }
    const std::byte* const magic = &bytes[kBlockHeader];
    big_endian_ = load_big<std::uint32_t>(magic) == kByteOrderMagic;
    return u32(magic) == kByteOrderMagic || damaged("a section of unknown byte order");
  }

  bool pass_over(std::uint32_t length) {
    for (std::uint32_t left = length; left > 0;) {
      const std::size_t there = stream_.peek(1).size();
      if (there == 0) {
        return cut_off(length, length - left);
      }
      const auto step = static_cast<std::uint32_t>(std::min<std::size_t>(there, left));
      stream_.consume(step);
      left -= step;
    }
    return false;
  }

  bool begin_section(std::span<const std::byte> body) {
    if (body.size() < kSectionHeader - kBlockHeader - kBlockTrailer) {
      return damaged("a section header that is too short");
    }
    interfaces_.clear();
    const std::uint16_t major = u16(&body[4]);
    const std::uint16_t minor = u16(&body[6]);
    return major == 1 ? false
                      : damaged(fmt::format("unsupported pcapng version {}.{}", major, minor));
  }

  bool add_interface(std::span<const std::byte> body) {
    if (body.size() < 8) {
      return damaged("an interface description that is too short");
    }
    if (interfaces_.size() == kMostInterfaces) {
      return damaged(fmt::format("more than {} interfaces", kMostInterfaces));
    }
    Interface interface;
    interface.link_type = u16(body.data());
    interface.link_layer = link_layer_of(interface.link_type);
    interface.snapshot_length = u32(&body[4]);
    if (!read_options(body.subspan(8), interface)) {
      return false;
    }
    interfaces_.push_back(interface);
    return false;
  }

  bool read_options(std::span<const std::byte> options, Interface& interface) {
    constexpr std::uint16_t kEndOfOptions = 0, kResolution = 9, kOffset = 14;
    while (options.size() >= 4) {
      const std::uint16_t code = u16(options.data());
      const std::size_t length = u16(&options[2]);
      const std::size_t padded = (length + 3) / 4 * 4;
      options = options.subspan(4);
      if (code == kEndOfOptions) {
        break;
      }
      if (padded > options.size()) {
        return damaged("an option that is longer than its block");
      }
      if (code == kResolution && length == 1 && !set_resolution(options[0], interface)) {
        return false;
      }
      if (code == kOffset && length == 8) {
        const std::uint64_t offset = big_endian_ ? load_big<std::uint64_t>(options.data())
                                                 : load_little<std::uint64_t>(options.data());
        interface.offset_s = static_cast<std::int64_t>(offset);
      }
      options = options.subspan(padded);
    }
    return true;
  }

  bool set_resolution(std::byte option, Interface& interface) {
    constexpr unsigned kLargestDecimal = 19;  // 10^19 still fits into 64 bits.
    constexpr unsigned kLargestBinary = 63;
    interface.binary = (option & std::byte{0x80}) != std::byte{0};
    interface.exponent = std::to_integer<unsigned>(option & std::byte{0x7f});
    const bool fits = interface.exponent <= (interface.binary ? kLargestBinary : kLargestDecimal);
    return fits || damaged(fmt::format("a resolution of time of {}^-{}", interface.binary ? 2 : 10,
                                       interface.exponent));
  }

  bool read_packet(std::uint32_t type, std::span<const std::byte> body, RecordedPacket& packet) {
    const std::size_t fixed = type == kSimplePacketBlock ? 4 : 20;
    if (body.size() < fixed) {
      return damaged("a packet block that is too short");
    }
    const std::uint32_t number = type == kEnhancedPacketBlock ? u32(body.data())
                                 : type == kPacketBlock       ? u16(body.data())
                                                              : 0;
    if (number >= interfaces_.size()) {
      return damaged(fmt::format("a packet of interface {}, which is not described", number));
    }
    const Interface& interface = interfaces_[number];
    std::uint32_t captured = 0;
    if (type == kSimplePacketBlock) {
      packet.length = u32(body.data());
      packet.at_ns = 0;
      const std::uint32_t limit = interface.snapshot_length;
      captured = limit == 0 ? packet.length : std::min(packet.length, limit);
    } else {
      const std::uint64_t high = u32(&body[4]);
      packet.at_ns = nanoseconds(interface, high << 32U | u32(&body[8]));
      captured = u32(&body[12]);
      packet.length = std::max(u32(&body[16]), captured);
    }
    if (captured > kLongestPacket) {
      return damaged(fmt::format("a packet of {} captured bytes, at most {} are read", captured,
                                 kLongestPacket));
    }
    if (captured > body.size() - fixed) {
      return damaged(fmt::format("a packet of {} captured bytes in a block with room for {}",
                                 captured, body.size() - fixed));
    }
    packet.bytes = body.subspan(fixed, captured);
    packet.link_layer = interface.link_layer;
    if (interface.link_layer == LinkLayer::unknown) {
      tally_.count_unreadable(interface.link_type);
    }
    return true;
  }

  BufferedStream stream_;
  std::size_t pending_ = 0;  // Bytes of the last block, consumed when the next one is wanted.
  bool big_endian_ = false;
  std::vector<Interface> interfaces_;
  CaptureTally tally_;
};

}  // namespace

std::unique_ptr<PacketSource> read_pcapng(BufferedStream stream) {
  return std::make_unique<PcapngReader>(std::move(stream));
}

}  // namespace switchfault
