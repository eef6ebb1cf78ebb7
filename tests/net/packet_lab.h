// PacketLab: a WalkLab that sends packets and remembers what became of each.
//
//   const std::uint32_t flow = lab.flow("h1", "h2");
//   lab.send_at(flow, 1s, 1000);      // a frame of 1000 bytes at 1 s
//   lab.play();                       // until all have ended
//   lab.told                          // {"1000012345 delivered at h2"}: nanoseconds, end

#ifndef SWITCHFAULT_TESTS_NET_PACKET_LAB_H_
#define SWITCHFAULT_TESTS_NET_PACKET_LAB_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "net/packet_plane.h"
#include "net/walk_lab.h"

namespace switchfault {

class PacketLab final : public WalkLab, public PacketSink, public PacketTap {
 public:
  template <typename... Plan>
  explicit PacketLab(Plan&&... plan) : WalkLab(std::forward<Plan>(plan)...) {
    plane().set_sink(*this);
  }

  [[nodiscard]] PacketPlane& plane() { return network().packets(); }

  FlowIndex flow(std::string_view from, std::string_view to) {
    return flow(from, packet(from, to));
  }
  FlowIndex flow(std::string_view from, const Packet& packet, std::uint32_t conversation = 0) {
    return plane().add_flow(
        {.from = index(from), .packet = packet, .conversation = conversation, .group = {}});
  }
  FlowIndex broadcast(std::string_view from) {
    return plane().add_flow({.from = index(from), .packet = {}, .group = kBroadcastMac});
  }

  void send_at(FlowIndex flow, Duration at, std::uint32_t length = 1000, bool opens = true,
               std::uint8_t ttl = 64) {
    offers_.push_back({.at = kTimeZero + at,
                       .number = offers_.size(),
                       .flow = flow,
                       .length = length,
                       .ttl = ttl,
                       .opens = opens});
  }
  // Until nothing is in flight and this time has passed.
  void play(Duration until = 10s) {
    if (plane().waiting() == 0 && played_ < offers_.size()) {
      plane().offer(std::span(offers_).subspan(played_));
      played_ = offers_.size();
    }
    simulator().run_until(kTimeZero + until);
  }

  void ended(const Ended& packet) override {
    told.push_back(fmt::format("{} {} at {}", packet.at.time_since_epoch().count(),
                               disposition_name(packet.disposition),
                               packet.place == Entity{} ? "?" : network().name(packet.place)));
    ++ends[packet.disposition];
    last_copies = packet.copies;
    total_delay += packet.at - packet.offered;
  }
  void capture(PortRef port) { plane().capture(port, *this); }
  void passed(const PassingFrame& frame) override { frames.push_back(frame); }
  void crossed(const FrameOnWire& frame) override {
    crossings.push_back({network().name(network().node(frame.port.node).entity_of(frame.port.port)),
                         frame.out,
                         frame.at,
                         {frame.bytes.begin(), frame.bytes.end()},
                         frame.disposition});
  }
  // A frame that is no packet, at a port.
  struct Crossing {
    std::string port;
    bool out = false;
    SimTime at;
    std::vector<std::byte> bytes;
    Disposition disposition = Disposition::delivered;
  };

  // Conservation of copies.
  [[nodiscard]] bool conserves() {
    const PacketCounters& all = plane().counters();
    return all.offered + all.copied == all.delivered + all.lost + all.in_flight;
  }

  Log told;
  std::map<Disposition, std::uint64_t> ends;
  std::uint32_t last_copies = 0;
  Duration total_delay{};
  std::vector<PassingFrame> frames;
  std::vector<Crossing> crossings;

 private:
  std::vector<OfferedPacket> offers_;
  std::size_t played_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_NET_PACKET_LAB_H_
