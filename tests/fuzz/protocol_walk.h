// Reads bytes as what a control protocol sends; the first byte chooses which. Promise: what has
// been read is written as something that is read as the same again.

#ifndef SWITCHFAULT_TESTS_FUZZ_PROTOCOL_WALK_H_
#define SWITCHFAULT_TESTS_FUZZ_PROTOCOL_WALK_H_

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "protocols/bfd_packet.h"
#include "protocols/bgp_message.h"
#include "protocols/bpdu.h"
#include "protocols/heartbeat.h"
#include "protocols/lacpdu.h"
#include "protocols/lldpdu.h"
#include "protocols/ospf_packet.h"
#include "protocols/vrrp_packet.h"

namespace switchfault {

class ProtocolWalk {
 public:
  explicit ProtocolWalk(std::span<const std::byte> bytes) {
    if (bytes.empty()) {
      return;
    }
    const auto one = kReaders[std::to_integer<std::size_t>(bytes[0]) % kReaders.size()];
    const std::optional<Bytes> once = one.again(bytes.subspan(1));
    read_ = once.has_value();
    if (once && one.again(*once) != once) {
      promise_ = std::string(one.name) + " does not read what it has written";
    }
  }

  [[nodiscard]] bool read() const { return read_; }
  // Empty: kept.
  [[nodiscard]] const std::string& promise() const { return promise_; }

 private:
  using Bytes = std::vector<std::byte>;
  struct Reader {
    const char* name;
    std::optional<Bytes> (*again)(std::span<const std::byte> bytes);  // Reads and writes.
  };

  static std::optional<Bytes> bpdu(std::span<const std::byte> bytes) {
    const auto read = decode_bpdu(bytes);
    return read ? std::optional(encode_bpdu(*read)) : std::nullopt;
  }
  static std::optional<Bytes> ospf(std::span<const std::byte> bytes) {
    const auto read = decode_ospf(bytes);
    return read ? std::optional(encode_ospf(read->router, read->area, read->body)) : std::nullopt;
  }
  static std::optional<Bytes> bgp(std::span<const std::byte> bytes) {
    const auto read = decode_bgp(bytes);
    return read ? std::optional(encode_bgp(*read)) : std::nullopt;
  }
  static std::optional<Bytes> bfd(std::span<const std::byte> bytes) {
    const auto read = decode_bfd(bytes);
    if (!read) {
      return std::nullopt;
    }
    const auto written = encode_bfd(*read);
    return Bytes(written.begin(), written.end());
  }
  static std::optional<Bytes> vrrp(std::span<const std::byte> bytes, const IpAddress& source) {
    const auto read = decode_vrrp(bytes, source);
    return read ? std::optional(encode_vrrp(*read, source)) : std::nullopt;
  }
  static std::optional<Bytes> heartbeat(std::span<const std::byte> bytes) {
    const auto read = decode_heartbeat(bytes);
    if (!read) {
      return std::nullopt;
    }
    const auto written = encode_heartbeat(*read);
    return Bytes(written.begin(), written.end());
  }

  static std::optional<Bytes> lacp(std::span<const std::byte> bytes) {
    const auto read = decode_lacpdu(bytes);
    if (!read) {
      return std::nullopt;
    }
    const auto written = encode_lacpdu(*read);
    return Bytes(written.begin(), written.end());
  }

  static std::optional<Bytes> lldp(std::span<const std::byte> bytes) {
    const auto read = decode_lldpdu(bytes);
    return read ? std::optional(encode_lldpdu(*read)) : std::nullopt;
  }

  static constexpr std::array<Reader, 9> kReaders{{
      {"bpdu", bpdu},
      {"ospf", ospf},
      {"bgp", bgp},
      {"bfd", bfd},
      {"vrrp", [](std::span<const std::byte> bytes) { return vrrp(bytes, IpAddress::v4(1)); }},
      {"vrrp ipv6",
       [](std::span<const std::byte> bytes) { return vrrp(bytes, IpAddress::v6(1, 1)); }},
      {"heartbeat", heartbeat},
      {"lacp", lacp},
      {"lldp", lldp},
  }};

  bool read_ = false;
  std::string promise_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_FUZZ_PROTOCOL_WALK_H_
