// CaptureWalk: reads bytes as a capture by every reader that takes them, dissects and rewrites
// every packet, and says which promise was broken. Shared by the fuzz target and by the ordinary
// test that reads its corpus.

#ifndef SWITCHFAULT_TESTS_FUZZ_CAPTURE_WALK_H_
#define SWITCHFAULT_TESTS_FUZZ_CAPTURE_WALK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include <switchfault/capture.h>
#include <switchfault/diagnostic.h>

#include "brief_headers.h"
#include "core/dissect.h"
#include "core/rewrite.h"
#include "io/byte_stream.h"
#include "io/capture_file.h"
#include "packet_bytes.h"

namespace switchfault {

class CaptureWalk {
 public:
  explicit CaptureWalk(const Bytes& bytes) {
    const std::optional<Sum> ours = read(bytes, {});
    if (read(bytes, {.libpcap_only = true}) != ours) {
      broken("libpcap reads another capture");
    }
  }
  // The first broken promise, empty when all were kept.
  [[nodiscard]] const std::string& promise() const { return promise_; }

 private:
  // More bytes of packets than a file of 20 times its size could hold are not looked at: compressed
  // data unpacks to thousands of times its size.
  static constexpr std::uint64_t kMostPackets = 100'000;

  // What two readers must agree on.
  struct Sum {
    std::uint64_t packets = 0;
    std::uint64_t times = 0;
    std::uint64_t bytes = 0;
    std::uint64_t content = 0;
    CaptureEnd::How how = CaptureEnd::How::not_yet;
    std::string reason;
    friend bool operator==(const Sum&, const Sum&) = default;
  };

  class Memory final : public ByteStream {
   public:
    explicit Memory(const Bytes& bytes) : bytes_(bytes) {}
    std::size_t read(std::span<std::byte> into) override {
      const std::size_t count = std::min(into.size(), bytes_.size() - at_);
      std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), count, into.begin());
      at_ += count;
      return count;
    }
    [[nodiscard]] CaptureEnd end() const override { return {CaptureEnd::How::complete, {}}; }

   private:
    const Bytes& bytes_;
    std::size_t at_ = 0;
  };

  void broken(const char* promise) {
    if (promise_.empty()) {
      promise_ = promise;
    }
  }

  std::optional<Sum> read(const Bytes& bytes, const CaptureOptions& options) {
    try {
      return read_all(*read_capture(std::make_unique<Memory>(bytes), "x", options));
    } catch (const InputError& error) {
      if (error.diagnostics().empty() || error.diagnostics().front().message.empty()) {
        broken("it is refused without a reason");
      }
      return std::nullopt;
    }
  }

  Sum read_all(PacketSource& source) {
    Sum sum;
    RecordedPacket packet;
    while (sum.packets < kMostPackets && source.next(packet)) {
      ++sum.packets;
      sum.times = sum.times * 31 + static_cast<std::uint64_t>(packet.at_ns);
      sum.bytes += packet.length;
      if (packet.bytes.size() > packet.length) {
        broken("a packet is longer than its length");
      }
      // A copy of its exact size, which the address sanitizer watches.
      const Bytes copy(packet.bytes.begin(), packet.bytes.end());
      for (const std::byte byte : copy) {
        sum.content = sum.content * 31 + std::to_integer<std::uint64_t>(byte);
      }
      look_into(packet.link_layer, copy);
    }
    if (source.packets() != sum.packets) {
      broken("packets are counted wrongly");
    }
    if (sum.packets < kMostPackets &&
        (source.next(packet) || source.end().how == CaptureEnd::How::not_yet)) {
      broken("it has no end");
    }
    sum.how = source.end().how;
    sum.reason = source.end().reason;
    const bool explained =
        sum.how == CaptureEnd::How::cut_off || sum.how == CaptureEnd::How::damaged;
    if (explained == sum.reason.empty()) {
      broken("a reason goes with a bad end only");
    }
    return sum;
  }

  void look_into(LinkLayer link_layer, Bytes bytes) {
    const Headers headers = dissect(link_layer, bytes);
    const bool readable = headers.kind != FrameKind::unreadable;
    if (readable != (headers.unreadable == UnreadableReason::none)) {
      broken("a reason goes with unreadable packets only");
    }
    if (headers.payload_offset > bytes.size() || headers.network_offset > bytes.size() ||
        (headers.transport_offset != 0 && headers.transport_offset >= bytes.size())) {
      broken("an offset lies outside the packet");
    }
    BriefHeaders brief;
    if (link_layer == LinkLayer::ethernet && dissect_briefly(bytes, brief) &&
        !is_brief_of(brief, headers)) {
      broken("the short way reads other headers");
    }
    if (headers.kind == FrameKind::ip) {
      set_addresses(bytes, headers, headers.destination, headers.source);
      set_ttl(bytes, headers, 1);
      const Headers after = dissect(link_layer, bytes);
      if (after.source != headers.destination || after.destination != headers.source ||
          after.ttl != 1 || after.transport_offset != headers.transport_offset) {
        broken("a rewritten packet reads otherwise");
      }
      set_addresses(bytes, headers, headers.source, headers.destination);
    }
    if (headers.kind == FrameKind::arp) {
      set_addresses(bytes, headers, headers.destination, headers.source);
      set_arp_macs(bytes, headers, headers.source_mac, headers.destination_mac);
    }
    if (link_layer == LinkLayer::ethernet && headers.vlan_count > 0) {
      set_vlan(bytes, headers, headers.vlan_count - 1U, 7);
    }
  }

  std::string promise_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_FUZZ_CAPTURE_WALK_H_
