// TrafficSource: packets that a host sends by itself, and what became of them.
//
// Times are functions of the source's name and the number of the packet or phase, so that another
// source never shifts them. A source of pattern on_off begins with a time of on.

#ifndef SWITCHFAULT_RUN_TRAFFIC_SOURCE_H_
#define SWITCHFAULT_RUN_TRAFFIC_SOURCE_H_

#include <array>
#include <cstdint>

#include <switchfault/run.h>
#include <switchfault/scenario.h>

#include "core/random.h"
#include "net/network.h"
#include "net/packet_plane.h"

namespace switchfault {

class TrafficSource final : public PacketOrigin {
 public:
  // REQUIRES: sender and receiver have addresses of the family; before time 0. Nothing is sent at
  // or after `end`.
  TrafficSource(const TrafficConfig& config, const Random& random, Network& network, SimTime end);

  [[nodiscard]] const TrafficConfig& config() const { return config_; }
  [[nodiscard]] TrafficInfo info() const;

  [[nodiscard]] SimTime next() const override { return next_; }
  OfferedPacket take() override;
  void ended(const PacketSink::Ended& packet) override;

 private:
  void find_next();
  void next_phase();
  // The time of the n-th packet at equal gaps.
  [[nodiscard]] Duration gaps(std::uint64_t n) const;
  [[nodiscard]] Duration exponential_gap() const;

  const TrafficConfig& config_;
  const Random& random_;
  std::uint64_t id_;
  FlowIndex flow_;
  SimTime end_;
  SimTime next_;
  std::uint64_t sent_ = 0;
  // Of the times that are on.
  SimTime phase_begin_, phase_end_;
  std::uint64_t phase_ = 0, sent_in_phase_ = 0;

  std::uint64_t delivered_ = 0;
  Duration delay_min_ = Duration::max(), delay_max_{}, delay_sum_{};
  std::array<std::uint64_t, kDispositions> lost_{};
  std::optional<SimTime> first_loss_, last_loss_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_TRAFFIC_SOURCE_H_
