// PacketVerdict: what became of one recorded packet, one byte: a disposition of the network, or the
// reason why the packet was never offered to it.

#ifndef SWITCHFAULT_RUN_PACKET_VERDICT_H_
#define SWITCHFAULT_RUN_PACKET_VERDICT_H_

#include <cstdint>
#include <string_view>

#include "net/disposition.h"

namespace switchfault {

enum class NotSent : std::uint8_t {
  unreadable,      // The headers tell no addresses.
  link_control,    // Of the link it was recorded on: 01:80:c2:00:00:0x, LLDP, spanning tree.
  later_fragment,  // Not the first: it has no ports.
  unmapped,        // One of its ends stands for no host here.
  same_host,       // Both ends are mapped to one host.
  no_address,      // A host lacks an address of the family.
  flow_limit,      // More conversations than are kept.
  after_end,       // Its time is after the end of the scenario.
  unfinished,      // The run ended before it did.
};
inline constexpr std::size_t kNotSentReasons = 9;

class PacketVerdict {
 public:
  constexpr PacketVerdict() = default;  // Delivered.
  explicit constexpr PacketVerdict(Disposition disposition)
      : code_(static_cast<std::uint8_t>(disposition)) {}
  explicit constexpr PacketVerdict(NotSent reason)
      : code_(static_cast<std::uint8_t>(kFirstReason + static_cast<std::uint8_t>(reason))) {}

  [[nodiscard]] constexpr bool delivered() const { return code_ == 0; }
  // In the network: neither delivered nor kept out of it.
  [[nodiscard]] constexpr bool lost() const { return code_ != 0 && code_ < kFirstReason; }
  [[nodiscard]] std::string_view name() const;
  friend constexpr auto operator<=>(PacketVerdict, PacketVerdict) = default;

  static constexpr std::size_t kCount = 256;
  [[nodiscard]] constexpr std::size_t index() const { return code_; }
  static constexpr PacketVerdict at(std::size_t index) {
    PacketVerdict verdict;
    verdict.code_ = static_cast<std::uint8_t>(index);
    return verdict;
  }

 private:
  static constexpr std::uint8_t kFirstReason = 128;
  static_assert(static_cast<std::uint8_t>(Disposition::delivered) == 0);

  std::uint8_t code_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_PACKET_VERDICT_H_
