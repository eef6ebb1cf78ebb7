#include "io/pcapng_writer.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

#include "core/byte_order.h"
#include "core/check.h"
#include "io/pcapng_reader.h"

namespace switchfault {
namespace {

// With two longest options still well within BackgroundFile::kMostRoom.
constexpr std::size_t kMostCapturedBytes = std::size_t{512} * 1024;
constexpr std::size_t kLongestOption = 65535;
constexpr std::uint16_t kEthernetLinkType = 1;

// Option codes of section, interface and packet.
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;
constexpr std::uint16_t kUserApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kTimeResolution = 9;
constexpr std::uint16_t kPacketFlags = 2;

// As much of an UTF-8 text as an option holds.
std::string_view clipped(std::string_view text) {
  if (text.size() <= kLongestOption) {
    return text;
  }
  std::size_t end = kLongestOption;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

// Little-endian; behind them. Word by word: a list of them would be stored twice.
template <typename... Words>
char* store(char* to, Words... words) {
  static_assert((std::is_same_v<Words, std::uint32_t> && ...));
  ((store_little(reinterpret_cast<std::byte*>(to), words), to += sizeof(words)), ...);
  return to;
}

char* copy(char* to, std::span<const std::byte> bytes) {
  if (!bytes.empty()) {
    std::memcpy(to, bytes.data(), bytes.size());
  }
  return to + bytes.size();
}

}  // namespace

PcapngWriter::PcapngWriter(std::string path) : file_(std::move(path)) {
  begin_block(kSectionHeaderBlock);
  put32(kByteOrderMagic);
  put16(1);  // Version 1.0
  put16(0);
  put32(0xffffffff);  // A section of any length.
  put32(0xffffffff);
  put_option(kUserApplication, "switchfault");
  put_option(kEndOfOptions, {});
  end_block();
}

std::uint32_t PcapngWriter::add_interface(std::string_view name) {
  begin_block(kInterfaceBlock);
  put16(kEthernetLinkType);
  put16(0);
  put32(0);  // No limit of captured bytes.
  put_option(kInterfaceName, name);
  put_option(kTimeResolution, "\x09");  // 10^-9 s
  put_option(kEndOfOptions, {});
  end_block();
  return interfaces_++;
}

void PcapngWriter::write(const CapturedFrame& frame) {
  SF_CHECK(frame.interface < interfaces_);
  const std::size_t size = frame.bytes.size() + frame.rest.size();
  SF_CHECK(frame.length >= size && size <= kMostCapturedBytes);
  if (frame.comment.empty()) {
    write_plain(frame);
    return;
  }
  begin_block(kEnhancedPacketBlock);
  const auto at = static_cast<std::uint64_t>(std::max<std::int64_t>(frame.at_ns, 0));
  put32(frame.interface);
  put32(static_cast<std::uint32_t>(at >> 32U));
  put32(static_cast<std::uint32_t>(at));
  put32(static_cast<std::uint32_t>(size));
  put32(frame.length);
  put(frame.bytes);
  put(frame.rest);
  pad(size);
  put_option(kComment, frame.comment);
  if (frame.direction != CapturedFrame::Direction::unknown) {
    // The lowest two bits: 1 inbound, 2 outbound.
    put_option(kPacketFlags, frame.direction == CapturedFrame::Direction::in
                                 ? std::string_view("\x01\0\0\0", 4)
                                 : std::string_view("\x02\0\0\0", 4));
  }
  put_option(kEndOfOptions, {});
  end_block();
}

// Without a comment nearly all of a block is known beforehand: seven words, the bytes, and at most
// four words behind them.
void PcapngWriter::write_plain(const CapturedFrame& frame) {
  const auto at = static_cast<std::uint64_t>(std::max<std::int64_t>(frame.at_ns, 0));
  const auto size = static_cast<std::uint32_t>(frame.bytes.size() + frame.rest.size());
  const std::uint32_t padding = (4 - size % 4) % 4;
  const bool has_direction = frame.direction != CapturedFrame::Direction::unknown;
  const std::uint32_t flags = frame.direction == CapturedFrame::Direction::in ? 1 : 2;
  constexpr std::uint32_t kWord = 4, kWordsAround = 8, kWordsOfFlags = 3;
  const std::uint32_t length =
      kWord * (kWordsAround + (has_direction ? kWordsOfFlags : 0)) + size + padding;
  char* const begin = file_.room(length);
  char* to = begin;
  to = store(to, kEnhancedPacketBlock, length, frame.interface,
             static_cast<std::uint32_t>(at >> 32U), static_cast<std::uint32_t>(at), size,
             frame.length);
  to = copy(to, frame.bytes);
  to = copy(to, frame.rest);
  to = std::fill_n(to, padding, '\0');
  if (has_direction) {
    to = store(to, kWord << 16U | kPacketFlags, flags, std::uint32_t{kEndOfOptions});
  }
  to = store(to, length);
  SF_CHECK(to == begin + length);
  file_.advance(length);
}

void PcapngWriter::finish() {
  file_.commit();
}

void PcapngWriter::begin_block(std::uint32_t type) {
  block_.clear();
  put32(type);
  put32(0);  // The length, known at the end.
}

void PcapngWriter::end_block() {
  const auto length = static_cast<std::uint32_t>(block_.size() + 4);
  put32(length);
  store(block_.data() + 4, length);
  std::memcpy(file_.room(length), block_.data(), length);
  file_.advance(length);
}

void PcapngWriter::put16(std::uint16_t value) {
  block_ += static_cast<char>(value & 0xffU);
  block_ += static_cast<char>(value >> 8U);
}

void PcapngWriter::put32(std::uint32_t value) {
  put16(static_cast<std::uint16_t>(value & 0xffffU));
  put16(static_cast<std::uint16_t>(value >> 16U));
}

void PcapngWriter::put(std::span<const std::byte> bytes) {
  block_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Behind so many bytes.
void PcapngWriter::pad(std::size_t bytes) {
  block_.append((4 - bytes % 4) % 4, '\0');
}

void PcapngWriter::put_option(std::uint16_t code, std::string_view value) {
  value = clipped(value);
  put16(code);
  put16(static_cast<std::uint16_t>(value.size()));
  put(std::as_bytes(std::span(value)));
  pad(value.size());
}

std::unique_ptr<CaptureWriter> create_capture(const std::string& path) {
  return std::make_unique<PcapngWriter>(path);
}

}  // namespace switchfault
