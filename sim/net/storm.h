// Storms: floods that feed themselves, as fluid loads instead of circulating frames.
//
// A frame that was flooded into a looped domain (net/bridge_domains.h) starts a storm there after
// kCirculations rounds of its longest possible loop. From then on every direction of a link that
// the flood reaches carries the greatest load that explains itself: a bridge sends out of each port
// the sum of what came in by the others, and a link carries of it what its rate allows. So a ring
// runs at the rate of its slowest link, and a port towards a host is offered both senses of it.
// Loads are computed again, once an instant, when a bridge of the domain changes; the storm ends
// with the loop. Instances with an interface in the domain spend CPU time on what is punted.
// Storm control of a port limits what it lets in, or shuts the port that is offered more.
// Not modelled: how a storm builds up, frames longer than the least one, MACs that
// bridges learn from circulating frames, background load displaced by the storm.

#ifndef SWITCHFAULT_NET_STORM_H_
#define SWITCHFAULT_NET_STORM_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "net/bridge_domains.h"
#include "net/network.h"
#include "net/network_impl.h"

namespace switchfault {

// Rounds after which the copies of one frame count as a storm. Assumed: with a least frame of 672
// bits and microseconds a round, a few dozen copies fill a link; 100 is reached within a
// millisecond.
inline constexpr std::int64_t kCirculations = 100;
// A least Ethernet frame with preamble and gap (IEEE 802.3: 64 + 20 bytes).
inline constexpr std::int64_t kStormFrameBits = 672;
// What the chip lets through to the CPU. SONiC polices ARP and ND to 600 packets a second
// (copp_cfg.j2, trap group queue4_group2).
inline constexpr std::int64_t kPuntedPerSecond = 600;
// Punted broadcasts that keep the CPU of a switch busy. Assumed: a millisecond each.
inline constexpr std::int64_t kCpuPacketsPerSecond = 1000;

class Storms final : public WalkOwner {
 public:
  Storms(NetworkImpl& network, BridgeDomains& domains, const Forwarding& forwarding);

  // A frame was flooded into a looped domain.
  void loop_met(const BridgeDomains::Bridge& at);
  void stale(ObservationId cause) override;
  [[nodiscard]] std::size_t count() const { return storms_.size(); }

 private:
  using Bridge = BridgeDomains::Bridge;
  static constexpr std::uint32_t kLeaf = 0xffffffff;

  struct Storm {
    Bridge found;
    bool rages = false;
    std::vector<Bridge> bridges;  // When last computed.
  };
  // A direction of a link out of a bridge.
  struct Way {
    std::uint32_t from = 0;  // Bridge.
    LogicalPort out = LogicalPort::none;
    PortRef receiver;
    VlanId tag = 0;
    std::uint32_t to = kLeaf;  // Bridge.
    LogicalPort in = LogicalPort::none;
    LinkIndex link = LinkIndex::none;
    unsigned direction = 0;
    std::int64_t rate = 0;
    std::int64_t offered = 0;
    std::int64_t carried = 0;
    const StormControl* control = nullptr;  // Of the port it comes in by.
    // What the receiver lets in. A port that shuts does so when it is offered more.
    [[nodiscard]] std::int64_t let_in() const {
      return control == nullptr || control->action == StormControl::Action::shutdown
                 ? carried
                 : std::min(carried, control->rate.bits_per_second);
    }
  };
  // CPU time taken by storms at an instance.
  struct CpuLoad {
    NodeIndex node = NodeIndex::none;
    std::uint64_t owner = 0;
    double share = 0;
    friend bool operator==(const CpuLoad&, const CpuLoad&) = default;
  };

  void begin(const Bridge& found);
  void compute_later();
  void compute();
  void compute_due();
  void follow_loops();
  [[nodiscard]] std::vector<Way> ways_of(const std::vector<Bridge>& bridges) const;
  void add_ways(const std::vector<Bridge>& bridges, std::uint32_t from, LogicalPort port,
                VlanId tag, std::vector<Way>& ways) const;
  void settle_loads(std::vector<Way>& ways, const std::vector<Bridge>& bridges) const;
  void load_cpus(const std::vector<Way>& ways, const std::vector<Bridge>& bridges,
                 std::vector<CpuLoad>& loads) const;
  void apply_links(const std::vector<std::vector<Way>>& all);
  void apply_cpus(std::vector<CpuLoad> loads);
  void shut_flooded(const std::vector<std::vector<Way>>& all);
  [[nodiscard]] Duration onset(const Bridge& found) const;
  [[nodiscard]] ObservationId latest_change(const std::vector<Bridge>& bridges) const;

  NetworkImpl& network_;
  BridgeDomains& domains_;
  const Forwarding& forwarding_;
  WatchId watch_;
  std::vector<Storm> storms_;  // In the order in which they were found.
  std::vector<LinkIndex> loaded_links_;
  std::vector<CpuLoad> cpu_loads_;
  bool due_ = false;  // A computation is scheduled.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_STORM_H_
