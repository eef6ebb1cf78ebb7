// ReplayClock: recorded time stamps to times of the simulation, to the nanosecond.
//
//   start + (recorded - first) / speed, of loop n later by n times what one loop takes
//
// Time never runs backwards: what is stamped earlier than a packet before it is sent at the time of
// the latest. A loop takes from the first packet to the last and one mean gap between packets.

#ifndef SWITCHFAULT_RUN_REPLAY_CLOCK_H_
#define SWITCHFAULT_RUN_REPLAY_CLOCK_H_

#include <cstdint>

#include <switchfault/replay.h>

namespace switchfault {

class ReplayClock {
 public:
  // `end`: what would be later is kNever.
  ReplayClock(Duration start, ReplaySpeed speed, SimTime end);

  SimTime send_time(std::int64_t recorded_ns) {
    if (packets_++ == 0) {
      first_ = recorded_ns;
      last_ = recorded_ns;
    }
    if (recorded_ns < last_) {
      ++backward_;
    } else {
      last_ = recorded_ns;
    }
    // From the earliest to the latest stamp there is, a difference fits only unsigned.
    const std::uint64_t since =
        static_cast<std::uint64_t>(last_) - static_cast<std::uint64_t>(first_);
    return since < as_recorded_below_ ? loop_start_ + Duration{static_cast<std::int64_t>(since)}
                                      : at(since);
  }
  void begin_next_loop();

  [[nodiscard]] std::uint64_t backward() const { return backward_; }
  [[nodiscard]] std::int64_t first_ns() const { return first_; }
  [[nodiscard]] std::int64_t last_ns() const { return last_; }

 private:
  void begin_loop(SimTime at);
  [[nodiscard]] SimTime at(std::uint64_t since_first) const;

  SimTime loop_start_;
  ReplaySpeed speed_;
  SimTime end_;
  std::uint64_t as_recorded_below_ = 0;  // What is sooner needs no division.
  std::uint64_t packets_ = 0;            // Of this loop.
  std::uint64_t backward_ = 0;
  std::int64_t first_ = 0, last_ = 0;  // Recorded; the latest.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_REPLAY_CLOCK_H_
