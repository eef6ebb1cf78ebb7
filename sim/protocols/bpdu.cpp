#include "protocols/bpdu.h"

#include <algorithm>

#include "core/byte_order.h"

namespace switchfault {
namespace {

constexpr MacAddress kBridgeGroup{0x0180c2000000};
constexpr MacAddress kSstpGroup{0x01000ccccccd};
constexpr std::uint32_t kCisco = 0x00000c;      // OUI.
constexpr std::uint16_t kSstp = 0x010b;         // Its number among theirs.
constexpr unsigned kControlPriority = 7 << 13;  // Of the tag.
constexpr std::size_t kHeader = 4, kConfiguration = 35, kRapid = 36;
constexpr std::uint8_t kRapidVersion = 2;
constexpr std::uint8_t kConfigurationType = 0x00, kTopologyChangeType = 0x80, kRapidType = 0x02;
// 9.3.3: flags of octet 5.
constexpr unsigned kChange = 0x01, kProposal = 0x02, kLearning = 0x10, kForwarding = 0x20,
                   kAgreement = 0x40, kAcknowledges = 0x80;
constexpr unsigned kRoleShift = 2, kRoleMask = 3;

void store_time(std::byte* at, BpduTime time) {
  constexpr std::int32_t kMost = 0xffff;
  store_big(at, static_cast<std::uint16_t>(std::clamp<std::int32_t>(time.count(), 0, kMost)));
}
BpduTime load_time(const std::byte* at) {
  return BpduTime{load_big16(at)};
}

unsigned flags_of(const Bpdu& bpdu) {
  unsigned flags = (bpdu.topology_change ? kChange : 0) | (bpdu.acknowledges ? kAcknowledges : 0);
  if (bpdu.kind == Bpdu::Kind::rapid) {
    flags |= static_cast<unsigned>(bpdu.role) << kRoleShift;
    flags |= (bpdu.proposal ? kProposal : 0) | (bpdu.learning ? kLearning : 0) |
             (bpdu.forwarding ? kForwarding : 0) | (bpdu.agreement ? kAgreement : 0);
  }
  return flags;
}

void read_flags(unsigned flags, Bpdu& bpdu) {
  bpdu.topology_change = (flags & kChange) != 0;
  bpdu.acknowledges = (flags & kAcknowledges) != 0;
  if (bpdu.kind == Bpdu::Kind::rapid) {
    bpdu.role = static_cast<Bpdu::Role>((flags >> kRoleShift) & kRoleMask);
    bpdu.proposal = (flags & kProposal) != 0;
    bpdu.learning = (flags & kLearning) != 0;
    bpdu.forwarding = (flags & kForwarding) != 0;
    bpdu.agreement = (flags & kAgreement) != 0;
  }
}

}  // namespace

std::vector<std::byte> encode_bpdu(const Bpdu& bpdu) {
  if (bpdu.kind == Bpdu::Kind::topology_change) {
    return {{}, {}, {}, std::byte{kTopologyChangeType}};
  }
  const bool rapid = bpdu.kind == Bpdu::Kind::rapid;
  std::vector<std::byte> bytes(rapid ? kRapid : kConfiguration);
  bytes[2] = std::byte{rapid ? kRapidVersion : std::uint8_t{0}};
  bytes[3] = std::byte{rapid ? kRapidType : kConfigurationType};
  bytes[4] = static_cast<std::byte>(flags_of(bpdu));
  store_big(&bytes[5], bpdu.root);
  store_big(&bytes[13], bpdu.cost);
  store_big(&bytes[17], bpdu.bridge);
  store_big(&bytes[25], bpdu.port);
  store_time(&bytes[27], bpdu.message_age);
  store_time(&bytes[29], bpdu.max_age);
  store_time(&bytes[31], bpdu.hello);
  store_time(&bytes[33], bpdu.forward_delay);
  return bytes;
}

std::optional<Bpdu> decode_bpdu(std::span<const std::byte> bytes) {
  if (bytes.size() < kHeader || load_big16(bytes.data()) != 0) {
    return std::nullopt;
  }
  const auto version = std::to_integer<std::uint8_t>(bytes[2]);
  const auto type = std::to_integer<std::uint8_t>(bytes[3]);
  Bpdu bpdu;
  if (type == kTopologyChangeType) {
    bpdu.kind = Bpdu::Kind::topology_change;
    return bpdu;
  }
  const bool rapid = version >= kRapidVersion && type == kRapidType;
  if (bytes.size() < (rapid ? kRapid : kConfiguration) || (!rapid && type != kConfigurationType)) {
    return std::nullopt;
  }
  bpdu.kind = rapid ? Bpdu::Kind::rapid : Bpdu::Kind::configuration;
  read_flags(std::to_integer<unsigned>(bytes[4]), bpdu);
  bpdu.root = load_big64(&bytes[5]);
  bpdu.cost = load_big32(&bytes[13]);
  bpdu.bridge = load_big64(&bytes[17]);
  bpdu.port = load_big16(&bytes[25]);
  bpdu.message_age = load_time(&bytes[27]);
  bpdu.max_age = load_time(&bytes[29]);
  bpdu.hello = load_time(&bytes[31]);
  bpdu.forward_delay = load_time(&bytes[33]);
  if (bpdu.kind == Bpdu::Kind::configuration && bpdu.message_age >= bpdu.max_age) {
    return std::nullopt;
  }
  return bpdu;
}

FrameBytes bpdu_frame(MacAddress source, const Bpdu& bpdu) {
  return in_llc(kBridgeGroup, source, encode_bpdu(bpdu));
}

// The originating VLAN stands behind the length of a rapid BPDU, whatever kind it is; notifications
// of a change name none.
FrameBytes sstp_frame(MacAddress source, const Bpdu& bpdu, std::uint16_t vlan, std::uint16_t tag) {
  constexpr std::size_t kVlanSize = 6;  // Type 0, length 2, VLAN.
  std::vector<std::byte> bytes = encode_bpdu(bpdu);
  if (bpdu.kind != Bpdu::Kind::topology_change) {
    bytes.resize(kRapid + kVlanSize);
    store_big(&bytes[kRapid + 2], std::uint16_t{2});
    store_big(&bytes[kRapid + 4], vlan);
  }
  FrameBytes frame = in_snap(kSstpGroup, source, kCisco, kSstp, bytes);
  if (tag != 0) {
    insert_tag(frame, static_cast<std::uint16_t>(kControlPriority | tag));
  }
  return frame;
}

}  // namespace switchfault
