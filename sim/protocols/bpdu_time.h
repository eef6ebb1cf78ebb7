// BpduTime: times as BPDUs carry them, in units of 1/256 s (802.1D-2004 9.2.8).

#ifndef SWITCHFAULT_PROTOCOLS_BPDU_TIME_H_
#define SWITCHFAULT_PROTOCOLS_BPDU_TIME_H_

#include <chrono>
#include <cstdint>
#include <ratio>

#include <switchfault/units.h>

namespace switchfault {

using BpduTime = std::chrono::duration<std::int32_t, std::ratio<1, 256>>;

inline BpduTime bpdu_time(Duration time) {
  return std::chrono::round<BpduTime>(time);
}

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_BPDU_TIME_H_
