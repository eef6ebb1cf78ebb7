#include "io/pcapng_writer.h"

#include <algorithm>
#include <cstring>
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
constexpr std::uint32_t kWord = 4;

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

// Two words of a file as one.
constexpr std::uint64_t pair(std::uint32_t first, std::uint32_t second) {
  return first | std::uint64_t{second} << 32U;
}

// Little-endian; behind them. Word by word: a list of them would be stored twice.
template <typename... Words>
char* store(char* to, Words... words) {
  ((store_little(reinterpret_cast<std::byte*>(to), words), to += sizeof(words)), ...);
  return to;
}

constexpr std::uint32_t kWordsAround = 8, kWordsOfFlags = 2;  // Of a packet's block.

// As an option. The lowest two bits: 1 inbound, 2 outbound.
std::uint64_t direction_of(const CapturedFrame& frame) {
  return pair(kWord << 16U | kPacketFlags, frame.direction == CapturedFrame::Direction::in ? 1 : 2);
}

constexpr std::uint32_t padded(std::uint32_t bytes) {
  return (bytes + kWord - 1) / kWord * kWord;
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

// All of a block is known beforehand: seven words, the bytes, options, the length once more.
std::byte* PcapngWriter::place(const CapturedFrame& frame) {
  SF_CHECK(frame.interface < interfaces_);
  SF_CHECK(frame.length >= frame.size && frame.size <= kMostCapturedBytes);
  const bool has_direction = frame.direction != CapturedFrame::Direction::unknown;
  if (!has_direction || !frame.comment.empty()) [[unlikely]] {
    return place_with_options(frame);
  }
  const std::uint32_t length = kWord * (kWordsAround + kWordsOfFlags + 1) + padded(frame.size);
  char* const bytes = begin_packet(frame, length);
  char* const to = store(bytes + padded(frame.size), direction_of(frame));
  store(to, pair(kEndOfOptions, length));
  file_.advance(length);
  return reinterpret_cast<std::byte*>(bytes);
}

std::byte* PcapngWriter::place_with_options(const CapturedFrame& frame) {
  const std::string_view comment = clipped(frame.comment);
  const auto comment_size = static_cast<std::uint32_t>(comment.size());
  const bool has_comment = !comment.empty();
  const bool has_direction = frame.direction != CapturedFrame::Direction::unknown;
  std::uint32_t length = kWord * kWordsAround + padded(frame.size);
  length += has_comment ? kWord + padded(comment_size) : 0;
  length += has_direction ? kWord * kWordsOfFlags : 0;
  length += has_comment || has_direction ? kWord : 0;
  char* const bytes = begin_packet(frame, length);
  char* to = bytes + padded(frame.size);
  if (has_comment) {
    to = store(to, comment_size << 16U | kComment);
    to = std::copy(comment.begin(), comment.end(), to);
    to = std::fill_n(to, padded(comment_size) - comment_size, '\0');
  }
  if (has_direction) {
    to = store(to, direction_of(frame));
  }
  if (has_comment || has_direction) {
    to = store(to, std::uint32_t{kEndOfOptions});
  }
  store(to, length);
  file_.advance(length);
  return reinterpret_cast<std::byte*>(bytes);
}

// Where the bytes go; what would pad them is there.
char* PcapngWriter::begin_packet(const CapturedFrame& frame, std::uint32_t length) {
  const auto at = static_cast<std::uint64_t>(std::max<std::int64_t>(frame.at_ns, 0));
  char* const bytes = store(file_.room(length), pair(kEnhancedPacketBlock, length),
                            pair(frame.interface, static_cast<std::uint32_t>(at >> 32U)),
                            pair(static_cast<std::uint32_t>(at), frame.size), frame.length);
  store(bytes + (frame.size - frame.size % kWord), std::uint32_t{0});  // Padding, or what is next.
  return bytes;
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

void CaptureWriter::write(CapturedFrame frame, std::span<const std::byte> bytes) {
  frame.size = static_cast<std::uint32_t>(bytes.size());
  std::copy(bytes.begin(), bytes.end(), place(frame));
}

std::unique_ptr<CaptureWriter> create_capture(const std::string& path) {
  return std::make_unique<PcapngWriter>(path);
}

}  // namespace switchfault
