#include "io/pcapng_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/byte_order.h"
#include "core/check.h"
#include "io/pcapng_reader.h"

namespace switchfault {
namespace {

constexpr std::size_t kBufferSize = std::size_t{256} * 1024;
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
  SF_CHECK(frame.length >= frame.bytes.size());
  if (frame.comment.empty()) {
    write_plain(frame);
    return;
  }
  begin_block(kEnhancedPacketBlock);
  const auto at = static_cast<std::uint64_t>(std::max<std::int64_t>(frame.at_ns, 0));
  put32(frame.interface);
  put32(static_cast<std::uint32_t>(at >> 32U));
  put32(static_cast<std::uint32_t>(at));
  put32(static_cast<std::uint32_t>(frame.bytes.size()));
  put32(frame.length);
  put_padded(frame.bytes);
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
  const auto size = static_cast<std::uint32_t>(frame.bytes.size());
  const std::uint32_t padding = (4 - size % 4) % 4;
  const bool has_direction = frame.direction != CapturedFrame::Direction::unknown;
  const std::uint32_t flags = frame.direction == CapturedFrame::Direction::in ? 1 : 2;
  constexpr std::uint32_t kWord = 4, kWordsAround = 8, kWordsOfFlags = 3;
  const std::uint32_t length =
      kWord * (kWordsAround + (has_direction ? kWordsOfFlags : 0)) + size + padding;
  const std::array<std::uint32_t, 7> head = {kEnhancedPacketBlock,
                                             length,
                                             frame.interface,
                                             static_cast<std::uint32_t>(at >> 32U),
                                             static_cast<std::uint32_t>(at),
                                             size,
                                             frame.length};
  const std::array<std::uint32_t, 4> tail = {kWord << 16U | kPacketFlags, flags, kEndOfOptions,
                                             length};
  const std::size_t begin = buffer_.size();
  append(head);
  buffer_.append(reinterpret_cast<const char*>(frame.bytes.data()), size);
  buffer_.append(padding, '\0');
  append(std::span(tail).subspan(has_direction ? 0 : kWordsOfFlags));
  SF_CHECK(buffer_.size() - begin == length);
  flush_if_full();
}

void PcapngWriter::append(std::span<const std::uint32_t> words) {
  std::array<std::byte, 4 * kMostWords> bytes{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    store_little(&bytes[4 * i], words[i]);
  }
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), 4 * words.size());
}

void PcapngWriter::flush_if_full() {
  if (buffer_.size() >= kBufferSize) {
    file_.write(buffer_);
    buffer_.clear();
  }
}

void PcapngWriter::finish() {
  file_.write(buffer_);
  buffer_.clear();
  file_.commit();
}

void PcapngWriter::begin_block(std::uint32_t type) {
  block_ = buffer_.size();
  put32(type);
  put32(0);  // The length, known at the end.
}

void PcapngWriter::end_block() {
  const auto length = static_cast<std::uint32_t>(buffer_.size() - block_ + 4);
  put32(length);
  std::array<std::byte, 4> bytes{};
  store_little(bytes.data(), length);
  std::transform(bytes.begin(), bytes.end(),
                 buffer_.begin() + static_cast<std::ptrdiff_t>(block_ + 4),
                 [](std::byte byte) { return static_cast<char>(byte); });
  flush_if_full();
}

void PcapngWriter::put16(std::uint16_t value) {
  buffer_ += static_cast<char>(value & 0xffU);
  buffer_ += static_cast<char>(value >> 8U);
}

void PcapngWriter::put32(std::uint32_t value) {
  put16(static_cast<std::uint16_t>(value & 0xffffU));
  put16(static_cast<std::uint16_t>(value >> 16U));
}

void PcapngWriter::put_padded(std::span<const std::byte> bytes) {
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  buffer_.append((4 - bytes.size() % 4) % 4, '\0');
}

void PcapngWriter::put_option(std::uint16_t code, std::string_view value) {
  value = clipped(value);
  put16(code);
  put16(static_cast<std::uint16_t>(value.size()));
  put_padded(std::as_bytes(std::span(value)));
}

std::unique_ptr<CaptureWriter> create_capture(const std::string& path) {
  return std::make_unique<PcapngWriter>(path);
}

}  // namespace switchfault
