// FlowTable: from what the headers of a packet say to the number of its conversation, both senses
// to the same one.
//
// Open addressing with linear probing over 8-byte slots (31 bits of hash beside the number); keys
// lie in one vector. A look-up that repeats the last one, or finds its slot in the cache, takes a
// few nanoseconds. Never shrinks; at most `limit` conversations.

#ifndef SWITCHFAULT_RUN_FLOW_TABLE_H_
#define SWITCHFAULT_RUN_FLOW_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <switchfault/ip_address.h>

#include "core/mac_address.h"

namespace switchfault {

// A MAC in the place of an address; FlowKey::by_mac tells them apart.
constexpr IpAddress as_address(MacAddress mac) {
  return IpAddress::v6(0xffffffffffffffffULL, mac.bits);
}

// One end of a conversation: an address, or a MAC where there is no IP.
struct FlowEnd {
  IpAddress address;
  std::uint16_t port = 0;
  friend auto operator<=>(const FlowEnd&, const FlowEnd&) = default;
};

struct FlowKey {
  FlowEnd a, b;               // As written in the packet: source, destination.
  std::uint16_t type = 0;     // EtherType
  std::uint16_t vlan = 0;     // 0: not told apart.
  std::uint8_t protocol = 0;  // IP
  bool by_mac = false;        // Addresses hold MACs.
  friend auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

class FlowTable {
 public:
  explicit FlowTable(std::size_t limit);

  struct Found {
    std::uint32_t conversation = 0;
    bool reversed = false;  // From b to a of the conversation's key.
    bool added = false;
  };
  // None: the table is full and does not hold it.
  std::optional<Found> find_or_add(const FlowKey& key);
  // None: not there.
  std::optional<Found> find(const FlowKey& key);
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  // As its first packet said.
  [[nodiscard]] const FlowKey& key(std::uint32_t conversation) const { return keys_[conversation]; }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t conversation = kEmpty;
  };
  static constexpr std::uint32_t kEmpty = 0xffffffff;

  // The conversation, or the empty slot where it belongs.
  Slot& look_up(const FlowKey& key, std::uint64_t hash, bool& reversed);
  void grow();

  std::size_t limit_;
  std::vector<Slot> slots_;  // A power of two, at most half full.
  std::vector<FlowKey> keys_;
  std::uint32_t last_ = kEmpty;  // The conversation that was found last.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_FLOW_TABLE_H_
