// RecordedStory: a capture in memory, written packet by packet.
//
//   RecordedStory story;
//   story.tcp(1s, "10.9.0.1:40000", "10.9.1.1:443", kSyn).udp(2s, …);

#ifndef SWITCHFAULT_TESTS_RUN_RECORDED_STORY_H_
#define SWITCHFAULT_TESTS_RUN_RECORDED_STORY_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/capture.h>
#include <switchfault/ip_address.h>
#include <switchfault/units.h>

namespace switchfault {

inline constexpr std::uint8_t kSynFlag = 0x02;
inline constexpr std::uint8_t kAckFlag = 0x10;

class RecordedStory final : public PacketSource {
 public:
  // "address:port"; IPv4.
  RecordedStory& tcp(Duration at, std::string_view from, std::string_view to, std::uint8_t flags) {
    return ip(at, 6, from, to, {0, 0, 0, 1, 0, 0, 0, 0, 0x50, flags, 0x20, 0, 0, 0, 0, 0});
  }
  RecordedStory& udp(Duration at, std::string_view from, std::string_view to) {
    return ip(at, 17, from, to, {0, 8, 0, 0});
  }
  // Any bytes as an Ethernet frame.
  RecordedStory& frame(Duration at, const std::vector<int>& bytes) {
    Stored& stored = packets_.emplace_back();
    stored.at = at;
    for (const int byte : bytes) {
      stored.bytes.push_back(static_cast<std::byte>(byte));
    }
    return *this;
  }
  // Begins again, as a capture that is opened once more.
  RecordedStory& rewound() {
    next_ = 0;
    end_ = {};
    return *this;
  }
  CaptureEnd::How ends = CaptureEnd::How::complete;

  bool next(RecordedPacket& packet) override {
    if (next_ == packets_.size()) {
      end_.how = ends;
      return false;
    }
    const Stored& stored = packets_[next_++];
    packet = {.at_ns = kEpoch + stored.at.count(),
              .length = static_cast<std::uint32_t>(stored.bytes.size()),
              .link_layer = LinkLayer::ethernet,
              .bytes = stored.bytes};
    return true;
  }
  [[nodiscard]] std::uint64_t packets() const override { return next_; }
  [[nodiscard]] const CaptureEnd& end() const override { return end_; }
  [[nodiscard]] const std::vector<UnreadableLinkType>& unreadable() const override {
    return unreadable_;
  }

 private:
  static constexpr std::int64_t kEpoch = 1'700'000'000'000'000'000;
  struct Stored {
    Duration at{};
    std::vector<std::byte> bytes;
  };

  static void add(std::vector<int>& bytes, std::uint32_t value, unsigned count) {
    for (unsigned shift = 8 * count; shift > 0; shift -= 8) {
      bytes.push_back(static_cast<int>((value >> (shift - 8)) & 0xffU));
    }
  }
  RecordedStory& ip(Duration at, int protocol, std::string_view from, std::string_view to,
                    std::initializer_list<int> behind_ports) {
    std::vector<int> bytes = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0};
    const auto length = static_cast<std::uint32_t>(20 + 4 + behind_ports.size());
    bytes.insert(bytes.end(), {0x45, 0});
    add(bytes, length, 2);
    bytes.insert(bytes.end(), {0, 1, 0, 0, 64, protocol, 0, 0});
    const auto colon = [](std::string_view end) { return end.find(':'); };
    for (const std::string_view end : {from, to}) {
      add(bytes, IpAddress::parse(end.substr(0, colon(end)))->v4_bits(), 4);
    }
    for (const std::string_view end : {from, to}) {
      const int port = std::stoi(std::string(end.substr(colon(end) + 1)));
      add(bytes, static_cast<std::uint32_t>(port), 2);
    }
    bytes.insert(bytes.end(), behind_ports.begin(), behind_ports.end());
    return frame(at, bytes);
  }

  std::vector<Stored> packets_;
  std::size_t next_ = 0;
  CaptureEnd end_;
  std::vector<UnreadableLinkType> unreadable_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_RUN_RECORDED_STORY_H_
