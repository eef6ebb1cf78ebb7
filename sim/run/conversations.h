// Conversations: who talks to whom in a capture, and what stands for it in the two worlds.
//
//   headers ─▶ key ─▶ FlowTable ─▶ conversation ─▶ decide(): RecordedHosts, application, refusal
//                                        └─▶ flow(): a PacketFlow of each sense, when first sent
//
// Packets are looked at in batches: evidence of who serves is gathered from a whole batch, then the
// batch's new conversations are decided. A conversation picked up in the middle opens its session
// with the first packet of either sense. Through a virtual address of a service the reply comes
// from the member of the pool that a walk leads to at that time; while none is reached, it is asked
// again later. Bounded: beyond kMaxConversations the client's port no longer counts, so that
// further ones to the same server are accounted together; beyond twice as many, packets of new ones
// are refused.

#ifndef SWITCHFAULT_RUN_CONVERSATIONS_H_
#define SWITCHFAULT_RUN_CONVERSATIONS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/dissect.h"
#include "net/packet_plane.h"
#include "run/flow_accounts.h"
#include "run/flow_table.h"
#include "run/packet_verdict.h"
#include "run/replay_map.h"

namespace switchfault {

class Conversations {
 public:
  static constexpr std::uint32_t kNoSense = 0xffffffff;
  static constexpr std::size_t kMaxConversations = 1U << 18U;

  struct Net {
    const Network& network;
    PacketPlane& plane;
  };
  // `worlds`: that with the faults, then the baseline, if there is one.
  Conversations(RecordedHosts& hosts, FlowAccounts& accounts, std::vector<Net> worlds,
                std::size_t limit = kMaxConversations);

  struct Seen {
    std::uint32_t conversation = 0;
    bool reversed = false;  // From b to a of its key.
    bool opens = false;
    TcpClose closes = TcpClose::none;
  };
  // Why the packet has no conversation, if it has none.
  struct Looked {
    std::optional<NotSent> refused;
    Seen seen;
  };
  Looked look(const Headers& headers);
  // The same for a packet of a conversation that is decided, in a few nanoseconds. False: it may
  // be anything; look at all of its headers.
  bool look(const BriefHeaders& headers, Seen& seen) const;
  // After look(headers) of the same packet: further ones may be looked at briefly.
  void remember(const BriefHeaders& headers, const Seen& seen);
  // Decides about all conversations that are new.
  void decide();
  // No conversation waits for decide().
  [[nodiscard]] bool all_decided() const { return decided_ == conversations_.size(); }

  // --- of what is decided ---
  // A sense of which nothing is to be asked any more.
  struct Ready {
    std::uint32_t sense = kNoSense;
    FlowIndex flow = FlowIndex::none;
  };
  // Its flow is none: not yet, ask below.
  [[nodiscard]] const Ready& ready(const Seen& seen) const {
    return ready_[2 * std::size_t{seen.conversation} + (seen.reversed ? 1 : 0)];
  }
  // The account of this sense.
  std::uint32_t sense(const Seen& seen);
  [[nodiscard]] std::optional<NotSent> refusal(const Seen& seen) const;
  // True: the flow has to be looked for in the worlds as they are when it is sent.
  [[nodiscard]] bool is_unsettled(const Seen& seen, SimTime at) const;
  // The same number in all worlds. REQUIRES: no refusal; the worlds stand at `at` or before.
  FlowIndex flow(const Seen& seen, SimTime at);
  // Whether the flow is of the capture; others are of the scenario's own sources.
  [[nodiscard]] bool knows(FlowIndex flow) const {
    const auto index = static_cast<std::size_t>(flow);
    return index < flows_.size() && flows_[index].from != NodeIndex::none;
  }
  // Whether frames of the flow go to many.
  [[nodiscard]] bool is_group(FlowIndex flow) const {
    return groups_[static_cast<std::size_t>(flow)];
  }
  [[nodiscard]] std::uint64_t together() const { return together_; }

  // Of a sense account: what it is, without what became of it.
  void describe(std::uint32_t sense, FlowReport& report) const;
  // What the packet of this flow looks like when it is sent in the run with faults.
  [[nodiscard]] const PacketFlow& packet_flow(FlowIndex flow) const {
    return flows_[static_cast<std::size_t>(flow)];
  }

 private:
  struct Conversation {
    std::array<HostIndex, 2> hosts{HostIndex::none, HostIndex::none};  // Of a and b of the key.
    MacAddress group;                                                  // b is a group.
    std::uint8_t server = 1;                                           // Which of the two.
    Evidence evidence = Evidence::first_word;
    FrameKind kind = FrameKind::ip;
    bool ipv6 = false;
    bool decided = false;
    bool began = false;  // With a SYN.
    std::array<bool, 2> opened{};
    std::optional<NotSent> refusal;
    std::uint32_t application = 0;
    std::array<std::uint32_t, 2> senses{kNoSense, kNoSense};
    std::array<FlowIndex, 2> flows{FlowIndex::none, FlowIndex::none};
    SimTime ask_again = kTimeZero;  // A reply through a virtual address that no walk has found.
    bool settled = true;
  };

  // What was looked up last of those that share a place.
  struct Remembered {
    std::uint64_t addresses = 0;
    std::uint64_t rest = 0;  // Ports and protocol; 0: nothing.
    std::uint32_t conversation = 0;
    bool reversed = false;
  };
  static constexpr unsigned kRememberedBits = 12;  // 96 KiB: beside all else in a core's cache.
  static std::uint64_t rest_of(const BriefHeaders& headers) {
    return std::uint64_t{headers.ports} << 8U | headers.protocol;
  }
  static std::size_t place_of(const BriefHeaders& headers) {
    constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15ULL;  // The golden ratio.
    const std::uint64_t mixed = (headers.addresses ^ rest_of(headers) * kFactor) * kFactor;
    return mixed >> (64 - kRememberedBits);
  }

  void begin(Conversation& conversation, const Headers& headers, const FlowKey& key);
  void gather(Conversation& conversation, const Headers& headers, bool reversed);
  void decide(std::uint32_t number);
  [[nodiscard]] std::optional<NotSent> refusal_of(const Conversation& conversation) const;
  [[nodiscard]] std::string application_of(const Conversation& conversation,
                                           const FlowKey& key) const;
  [[nodiscard]] std::uint16_t server_port(const Conversation& conversation,
                                          const FlowKey& key) const;
  // As the end with this number sends it, but for replies through a virtual address.
  [[nodiscard]] PacketFlow plain_flow(std::uint32_t number, unsigned sender) const;
  // The reply to what arrives through a virtual address in this world.
  [[nodiscard]] std::optional<PacketFlow> virtual_reply(std::uint32_t number,
                                                        const Network& network,
                                                        unsigned sender) const;
  [[nodiscard]] bool is_virtual_reply(const Conversation& conversation, unsigned sender) const;

  RecordedHosts& hosts_;
  FlowAccounts& accounts_;
  std::vector<Net> worlds_;
  std::size_t limit_;
  FlowTable table_;
  std::vector<Conversation> conversations_;
  std::vector<Ready> ready_;  // Two a conversation: as its key says, reversed.
  std::vector<Remembered> remembered_ = std::vector<Remembered>(std::size_t{1} << kRememberedBits);
  std::vector<std::pair<std::uint32_t, bool>> senses_;  // Conversation, reversed.
  std::vector<PacketFlow> flows_;                       // In the run with faults, by FlowIndex.
  std::vector<bool> groups_;
  std::size_t decided_ = 0;
  std::uint64_t together_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_CONVERSATIONS_H_
