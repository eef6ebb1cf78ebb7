// The header of a pcap file, in any of its four common forms: micro- or nanoseconds, either byte
// order. Other forms (Kuznetzov's, versions before 2.4) are left to libpcap.

#ifndef SWITCHFAULT_IO_PCAP_HEADER_H_
#define SWITCHFAULT_IO_PCAP_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/byte_order.h"

namespace switchfault {

struct PcapHeader {
  static constexpr std::size_t kSize = 24;
  static constexpr std::size_t kRecordHeader = 16;
  static constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
  static constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
  static constexpr std::uint32_t kLinkTypeMask = 0x03ffffff;  // The rest tells of check sequences.

  bool big_endian = false;
  bool nanoseconds = false;
  std::uint32_t version = 0;  // Major and minor, 16 bits each.
  std::uint32_t snapshot_length = 0;
  std::uint32_t link_type = 0;

  [[nodiscard]] std::uint32_t number(const std::byte* bytes) const {
    return big_endian ? load_big<std::uint32_t>(bytes) : load_little<std::uint32_t>(bytes);
  }
};

inline bool is_pcap(std::uint32_t magic) {
  return magic == PcapHeader::kMicroseconds || magic == PcapHeader::kNanoseconds;
}

// False: not a pcap file in one of these forms, or its header is not all there.
inline bool read_pcap_header(std::span<const std::byte> bytes, PcapHeader& header) {
  if (bytes.size() < PcapHeader::kSize) {
    return false;
  }
  header.big_endian = is_pcap(load_big<std::uint32_t>(bytes.data()));
  const std::uint32_t magic = header.number(bytes.data());
  header.nanoseconds = magic == PcapHeader::kNanoseconds;
  const auto version = [&](std::size_t at) {
    return header.big_endian ? load_big<std::uint16_t>(&bytes[at])
                             : load_little<std::uint16_t>(&bytes[at]);
  };
  header.version = std::uint32_t{version(4)} << 16U | version(6);
  header.snapshot_length = header.number(&bytes[16]);
  header.link_type = header.number(&bytes[20]) & PcapHeader::kLinkTypeMask;
  return is_pcap(magic);
}

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_PCAP_HEADER_H_
