#include "run/flow_table.h"

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::size_t kFirstSlots = 1024;

// Odd constants: the golden ratio and two of the finalizer of MurmurHash3.
constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15ULL;
constexpr std::uint64_t kSecond = 0xff51afd7ed558ccdULL;
constexpr std::uint64_t kThird = 0xc4ceb9fe1a85ec53ULL;

// Products that do not wait for each other; the upper half is folded in, because tables look at the
// lower bits.
std::uint64_t hash_of_end(const FlowEnd& end) {
  const std::uint64_t low = end.address.low() ^ (std::uint64_t{end.port} << 40U);
  const std::uint64_t sum = low * kFirst + (end.address.high() ^ kThird) * kSecond;
  return (sum ^ (sum >> 32U)) * kThird;
}

// The same for both senses: a sum of its ends.
std::uint64_t hash_of(const FlowKey& key) {
  const std::uint64_t kind = std::uint64_t{key.type} << 32U | std::uint64_t{key.vlan} << 16U |
                             std::uint64_t{key.protocol} << 8U | (key.by_mac ? 1U : 0U);
  const std::uint64_t sum = hash_of_end(key.a) + hash_of_end(key.b) + kind * kSecond;
  return sum ^ (sum >> 29U);
}

std::uint32_t tag_of(std::uint64_t hash) {
  return static_cast<std::uint32_t>(hash >> 32U);
}

bool same_kind(const FlowKey& x, const FlowKey& y) {
  return x.type == y.type && x.vlan == y.vlan && x.protocol == y.protocol && x.by_mac == y.by_mac;
}
bool is_same(const FlowKey& x, const FlowKey& y) {
  return x.a == y.a && x.b == y.b && same_kind(x, y);
}
bool is_reverse(const FlowKey& x, const FlowKey& y) {
  return x.a == y.b && x.b == y.a && same_kind(x, y);
}

}  // namespace

FlowTable::FlowTable(std::size_t limit) : limit_(limit), slots_(kFirstSlots) {
  SF_CHECK(limit < kEmpty / 2);
}

FlowTable::Slot& FlowTable::look_up(const FlowKey& key, std::uint64_t hash, bool& reversed) {
  const std::uint32_t tag = tag_of(hash);
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].conversation != kEmpty; at = (at + 1) & mask) {
    if (slots_[at].tag != tag) {
      continue;
    }
    const FlowKey& known = keys_[slots_[at].conversation];
    if (is_same(known, key)) {
      reversed = false;
      break;
    }
    if (is_reverse(known, key)) {
      reversed = true;
      break;
    }
  }
  return slots_[at];
}

std::optional<FlowTable::Found> FlowTable::find(const FlowKey& key) {
  if (last_ < keys_.size() && is_same(keys_[last_], key)) {
    return Found{.conversation = last_};
  }
  bool reversed = false;
  const Slot& slot = look_up(key, hash_of(key), reversed);
  if (slot.conversation == kEmpty) {
    return std::nullopt;
  }
  last_ = slot.conversation;
  return Found{.conversation = slot.conversation, .reversed = reversed};
}

std::optional<FlowTable::Found> FlowTable::find_or_add(const FlowKey& key) {
  if (last_ < keys_.size() && is_same(keys_[last_], key)) {
    return Found{.conversation = last_};
  }
  const std::uint64_t hash = hash_of(key);
  bool reversed = false;
  Slot& slot = look_up(key, hash, reversed);
  if (slot.conversation != kEmpty) {
    last_ = slot.conversation;
    return Found{.conversation = last_, .reversed = reversed};
  }
  if (keys_.size() == limit_) {
    return std::nullopt;
  }
  last_ = static_cast<std::uint32_t>(keys_.size());
  slot = {.tag = tag_of(hash), .conversation = last_};
  keys_.push_back(key);
  if (keys_.size() * 2 > slots_.size()) {
    grow();
  }
  return Found{.conversation = last_, .added = true};
}

void FlowTable::grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const std::uint64_t hash = hash_of(keys_[i]);
    std::size_t at = hash & mask;
    while (slots_[at].conversation != kEmpty) {
      at = (at + 1) & mask;
    }
    slots_[at] = {.tag = tag_of(hash), .conversation = static_cast<std::uint32_t>(i)};
  }
}

}  // namespace switchfault
