// Captures for tests: made in memory byte by byte, read to the end, and the shipped ones.

#ifndef SWITCHFAULT_TESTS_IO_CAPTURE_BYTES_H_
#define SWITCHFAULT_TESTS_IO_CAPTURE_BYTES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <switchfault/capture.h>

#include "core/byte_order.h"
#include "io/byte_stream.h"
#include "packet_bytes.h"

namespace switchfault {

// Writes numbers in a byte order of choice.
class BytesWriter {
 public:
  explicit BytesWriter(bool big_endian) : big_endian_(big_endian) {}
  BytesWriter& u16(std::uint16_t value) { return put(value); }
  BytesWriter& u32(std::uint32_t value) { return put(value); }
  BytesWriter& u64(std::uint64_t value) { return put(value); }
  BytesWriter& bytes(std::span<const std::byte> more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  BytesWriter& padded(std::span<const std::byte> more) {
    bytes(more);
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
    return *this;
  }
  [[nodiscard]] const Bytes& done() const { return bytes_; }

 private:
  template <typename Number>
  BytesWriter& put(Number value) {
    bytes_.resize(bytes_.size() + sizeof(value));
    std::byte* const at = &bytes_[bytes_.size() - sizeof(value)];
    big_endian_ ? store_big(at, value) : store_little(at, value);
    return *this;
  }
  bool big_endian_;
  Bytes bytes_;
};

struct PcapForm {
  bool big_endian = false;
  bool nanoseconds = false;
  std::uint32_t link_type = 1;
  std::uint32_t snapshot_length = 262144;
};

inline Bytes pcap_header(const PcapForm& form = {}) {
  BytesWriter out(form.big_endian);
  out.u32(form.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4).u16(2).u16(4).u32(0).u32(0);
  return out.u32(form.snapshot_length).u32(form.link_type).done();
}

struct PcapRecord {
  std::uint32_t seconds = 0, fraction = 0;
  std::uint32_t captured = 0, length = 0;
};

inline Bytes pcap_record(const PcapForm& form, const PcapRecord& record,
                         std::span<const std::byte> bytes) {
  BytesWriter out(form.big_endian);
  out.u32(record.seconds).u32(record.fraction).u32(record.captured).u32(record.length);
  return out.bytes(bytes).done();
}

inline Bytes pcapng_block(bool big_endian, std::uint32_t type, const Bytes& body) {
  const auto length = static_cast<std::uint32_t>((body.size() + 3) / 4 * 4 + 12);
  return BytesWriter(big_endian).u32(type).u32(length).padded(body).u32(length).done();
}

inline Bytes pcapng_section(bool big_endian = false) {
  return pcapng_block(
      big_endian, 0x0a0d0d0a,
      BytesWriter(big_endian).u32(0x1a2b3c4d).u16(1).u16(0).u64(0xffffffffffffffff).done());
}

inline Bytes pcapng_interface(std::uint16_t link_type, const Bytes& options = {},
                              bool big_endian = false) {
  return pcapng_block(big_endian, 1,
                      BytesWriter(big_endian).u16(link_type).u16(0).u32(0).bytes(options).done());
}

inline Bytes pcapng_packet(std::uint32_t interface, std::uint64_t units,
                           std::span<const std::byte> bytes, bool big_endian = false) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return pcapng_block(big_endian, 6,
                      BytesWriter(big_endian)
                          .u32(interface)
                          .u32(static_cast<std::uint32_t>(units >> 32U))
                          .u32(static_cast<std::uint32_t>(units))
                          .u32(size)
                          .u32(size)
                          .bytes(bytes)
                          .done());
}

class MemoryStream final : public ByteStream {
 public:
  // Gives at most `step` bytes at a time, as a pipe would.
  explicit MemoryStream(Bytes bytes, std::size_t step = 1U << 30U)
      : bytes_(std::move(bytes)), step_(step) {}
  std::size_t read(std::span<std::byte> into) override {
    const std::size_t count = std::min({into.size(), bytes_.size() - at_, step_});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
    at_ += count;
    return count;
  }
  [[nodiscard]] CaptureEnd end() const override { return {CaptureEnd::How::complete, {}}; }

 private:
  Bytes bytes_;
  std::size_t step_;
  std::size_t at_ = 0;
};

inline BufferedStream stream_of(Bytes bytes) {
  return BufferedStream(std::make_unique<MemoryStream>(std::move(bytes)));
}

// One packet, kept.
struct KeptPacket {
  std::int64_t at_ns = 0;
  std::uint32_t length = 0;
  LinkLayer link_layer = LinkLayer::unknown;
  Bytes bytes;
  friend bool operator==(const KeptPacket&, const KeptPacket&) = default;
};
inline void PrintTo(const KeptPacket& packet, std::ostream* out) {
  *out << packet.at_ns << ' ' << packet.length << ' ' << hexadecimal(packet.bytes);
}

struct ReadCapture {
  std::vector<KeptPacket> packets;
  CaptureEnd::How how = CaptureEnd::How::not_yet;
  std::string reason;
  friend bool operator==(const ReadCapture&, const ReadCapture&) = default;
};
inline void PrintTo(const ReadCapture& capture, std::ostream* out) {
  *out << capture.packets.size() << " packets, end " << static_cast<int>(capture.how) << ' '
       << capture.reason;
}

inline ReadCapture read_all(PacketSource& source) {
  ReadCapture result;
  RecordedPacket packet;
  while (source.next(packet)) {
    result.packets.push_back({packet.at_ns,
                              packet.length,
                              packet.link_layer,
                              {packet.bytes.begin(), packet.bytes.end()}});
  }
  EXPECT_FALSE(source.next(packet)) << "it goes on after its end";
  EXPECT_EQ(source.packets(), result.packets.size());
  result.how = source.end().how;
  result.reason = source.end().reason;
  return result;
}

inline std::string text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

// A folder of this test's own, empty at first.
inline std::string capture_folder() {
  const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    (std::string("switchfault_") + test->test_suite_name() + "_" + test->name());
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string() + "/";
}

inline std::string write_bytes(const std::string& path, const Bytes& bytes) {
  std::ofstream(path, std::ios::binary) << text_of(bytes);
  return path;
}

inline const std::string kCaptures = SWITCHFAULT_SOURCE_DIR "/tests/data/pcap/";

// Names of the shipped captures, in order.
inline std::vector<std::string> shipped_captures() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(kCaptures)) {
    if (entry.path().extension() != ".md") {
      names.push_back(entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_IO_CAPTURE_BYTES_H_
