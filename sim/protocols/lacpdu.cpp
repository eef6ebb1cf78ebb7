#include "protocols/lacpdu.h"

#include "core/byte_order.h"

namespace switchfault {
namespace {

constexpr unsigned kSubtype = 1, kVersion = 1;
constexpr unsigned kActor = 1, kPartner = 2, kCollector = 3;  // Types.
constexpr unsigned kInfoLength = 20, kCollectorLength = 16;
constexpr std::size_t kActorAt = 2, kPartnerAt = 22, kCollectorAt = 42;
constexpr std::size_t kMacLength = 6;

std::byte octet(unsigned value) {
  return static_cast<std::byte>(value);
}

void store_mac(std::byte* bytes, MacAddress mac) {
  for (std::size_t i = 0; i < kMacLength; ++i) {
    bytes[i] = static_cast<std::byte>(mac.bits >> (8 * (kMacLength - 1 - i)) & 0xffU);
  }
}

MacAddress load_mac(const std::byte* bytes) {
  MacAddress mac;
  for (std::size_t i = 0; i < kMacLength; ++i) {
    mac.bits = mac.bits << 8U | std::to_integer<std::uint64_t>(bytes[i]);
  }
  return mac;
}

void store_info(std::byte* bytes, unsigned type, const LacpInfo& info) {
  bytes[0] = octet(type);
  bytes[1] = octet(kInfoLength);
  store_big(&bytes[2], info.system_priority);
  store_mac(&bytes[4], info.system);
  store_big(&bytes[10], info.key);
  store_big(&bytes[12], info.port_priority);
  store_big(&bytes[14], info.port);
  bytes[16] = octet(info.state);
}

LacpInfo load_info(const std::byte* bytes) {
  return {.system = load_mac(&bytes[4]),
          .system_priority = load_big16(&bytes[2]),
          .key = load_big16(&bytes[10]),
          .port_priority = load_big16(&bytes[12]),
          .port = load_big16(&bytes[14]),
          .state = std::to_integer<std::uint8_t>(bytes[16])};
}

}  // namespace

std::array<std::byte, kLacpduLength> encode_lacpdu(const Lacpdu& pdu) {
  std::array<std::byte, kLacpduLength> bytes{};
  bytes[0] = octet(kSubtype);
  bytes[1] = octet(kVersion);
  store_info(&bytes[kActorAt], kActor, pdu.actor);
  store_info(&bytes[kPartnerAt], kPartner, pdu.partner);
  bytes[kCollectorAt] = octet(kCollector);
  bytes[kCollectorAt + 1] = octet(kCollectorLength);
  store_big(&bytes[kCollectorAt + 2], pdu.collector_delay);
  return bytes;  // The terminator is two zeros.
}

std::optional<Lacpdu> decode_lacpdu(std::span<const std::byte> bytes) {
  if (bytes.size() < kLacpduLength) {
    return std::nullopt;
  }
  const auto is = [&](std::size_t at, unsigned value) {
    return std::to_integer<unsigned>(bytes[at]) == value;
  };
  if (!is(0, kSubtype) || is(1, 0) || !is(kActorAt, kActor) || !is(kActorAt + 1, kInfoLength) ||
      !is(kPartnerAt, kPartner) || !is(kPartnerAt + 1, kInfoLength)) {
    return std::nullopt;
  }
  return Lacpdu{.actor = load_info(&bytes[kActorAt]),
                .partner = load_info(&bytes[kPartnerAt]),
                .collector_delay = load_big16(&bytes[kCollectorAt + 2])};
}

std::string lacp_flags(std::uint8_t state) {
  const LacpInfo info{.state = state};
  std::string flags;
  flags += info.has(LacpState::kActive) ? 'A' : 'P';
  flags += info.has(LacpState::kShortTimeout) ? 'S' : 'L';
  flags += info.has(LacpState::kAggregatable) ? 'G' : 'I';
  flags += info.has(LacpState::kInSync) ? "s+" : "s-";
  flags += info.has(LacpState::kCollecting) ? "C" : "";
  flags += info.has(LacpState::kDistributing) ? "D" : "";
  flags += info.has(LacpState::kExpired) ? "X" : "";
  flags += info.has(LacpState::kDefaulted) ? "d" : "";
  return flags;
}

}  // namespace switchfault
