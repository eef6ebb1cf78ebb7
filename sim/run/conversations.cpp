#include "run/conversations.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kRst = 0x04;
constexpr std::uint8_t kAck = 0x10;
constexpr std::uint16_t kFirstUserPort = 1024;  // RFC 6335: below are system ports.
constexpr std::uint16_t kEtherTypeLldp = 0x88cc;
// IEEE 802.1Q table 8-1: never forwarded by a bridge.
constexpr std::uint64_t kLinkGroups = 0x0180c2000000;
// RFC 1112 and RFC 2464: MACs of multicast addresses.
constexpr std::uint64_t kMulticastV4 = 0x01005e000000;
constexpr std::uint64_t kMulticastV6 = 0x333300000000;
// How long until a pool that nobody reached is asked for again.
constexpr Duration kAskAgain = std::chrono::milliseconds{100};

bool is_link_control(const Headers& headers) {
  return headers.ether_type == kEtherTypeLldp ||
         (headers.has_destination_mac && (headers.destination_mac.bits & ~0xfULL) == kLinkGroups);
}

// The MAC that a frame to many goes to; zero: it goes to one.
MacAddress group_of(const Headers& headers) {
  if (headers.has_destination_mac && headers.destination_mac.is_group()) {
    return headers.destination_mac;
  }
  if (headers.kind != FrameKind::ip) {
    return {};
  }
  const IpAddress& to = headers.destination;
  if (to.is_v4() && to.v4_bits() == 0xffffffffU) {
    return kBroadcastMac;
  }
  if (!to.is_multicast()) {
    return {};
  }
  return to.is_v4() ? MacAddress{kMulticastV4 | (to.v4_bits() & 0x7fffffU)}
                    : MacAddress{kMulticastV6 | (to.low() & 0xffffffffU)};
}

bool is_syn(const Headers& headers) {
  return headers.protocol == kProtocolTcp && (headers.tcp_flags & (kSyn | kAck)) == kSyn;
}
bool is_syn_ack(const Headers& headers) {
  return headers.protocol == kProtocolTcp && (headers.tcp_flags & (kSyn | kAck)) == (kSyn | kAck);
}

TcpClose closes_of(std::uint8_t tcp_flags) {
  return (tcp_flags & kRst) != 0   ? TcpClose::rst
         : (tcp_flags & kFin) != 0 ? TcpClose::fin
                                   : TcpClose::none;
}

// Without the client's port: the greater one.
FlowKey without_client_port(FlowKey key) {
  (key.a.port > key.b.port ? key.a : key.b).port = 0;
  return key;
}

std::string protocol_name(const FlowKey& key, FrameKind kind) {
  switch (kind) {
    case FrameKind::arp:
      return "arp";
    case FrameKind::other:
      return key.type < kLeastEtherType ? "llc" : fmt::format("ethertype {:#06x}", key.type);
    case FrameKind::ip:
    case FrameKind::unreadable:
      break;
  }
  constexpr std::pair<std::uint8_t, std::string_view> kNames[] = {
      {kProtocolTcp, "tcp"},      {kProtocolUdp, "udp"},   {kProtocolIcmp, "icmp"},
      {kProtocolIcmpv6, "icmp6"}, {kProtocolSctp, "sctp"}, {kProtocolOspf, "ospf"}};
  for (const auto& [number, name] : kNames) {
    if (number == key.protocol) {
      return std::string(name);
    }
  }
  return fmt::format("ip/{}", key.protocol);
}

}  // namespace

Conversations::Conversations(RecordedHosts& hosts, FlowAccounts& accounts, std::vector<Net> worlds,
                             std::size_t limit)
    : hosts_(hosts),
      accounts_(accounts),
      worlds_(std::move(worlds)),
      limit_(limit),
      table_(2 * limit) {}

Conversations::Looked Conversations::look(const Headers& headers) {
  if (headers.kind == FrameKind::unreadable) {
    return {.refused = NotSent::unreadable, .seen = {}};
  }
  if (is_link_control(headers)) {
    return {.refused = NotSent::link_control, .seen = {}};
  }
  if (headers.kind == FrameKind::ip && headers.later_fragment) {
    return {.refused = NotSent::later_fragment, .seen = {}};
  }
  FlowKey key;
  key.type = headers.kind == FrameKind::ip ? std::uint16_t{0} : headers.ether_type;
  key.vlan =
      hosts_.by_vlan() && headers.vlan_count > 0 ? headers.vlans[0].vlan() : std::uint16_t{0};
  if (headers.kind == FrameKind::other) {
    if (!headers.has_source_mac || !headers.has_destination_mac) {
      return {.refused = NotSent::unmapped, .seen = {}};
    }
    key.by_mac = true;
    key.type = headers.type_field;
    key.a.address = as_address(headers.source_mac);
    key.b.address = as_address(headers.destination_mac);
  } else {
    key.a = {.address = headers.source, .port = headers.source_port};
    key.b = {.address = headers.destination, .port = headers.destination_port};
    key.protocol = headers.kind == FrameKind::ip ? headers.protocol : std::uint8_t{0};
    if (headers.source.is_unspecified()) {  // Somebody who has no address yet.
      if (!headers.has_source_mac) {
        return {.refused = NotSent::unmapped, .seen = {}};
      }
      key.by_mac = true;
      key.a.address = as_address(headers.source_mac);
    }
  }
  std::optional<FlowTable::Found> found =
      table_.size() < limit_ ? table_.find_or_add(key) : table_.find(key);
  if (!found) {
    found = table_.find_or_add(without_client_port(key));
    if (!found) {
      return {.refused = NotSent::flow_limit, .seen = {}};
    }
    ++together_;
  }
  if (found->added) {
    ready_.resize(ready_.size() + 2);
    begin(conversations_.emplace_back(), headers, table_.key(found->conversation));
  }
  Conversation& conversation = conversations_[found->conversation];
  if (!conversation.decided) {
    gather(conversation, headers, found->reversed);
  }
  const std::size_t sender = found->reversed ? 1 : 0;
  const bool first = !conversation.opened[sender] && !conversation.began;
  conversation.opened[sender] = true;
  conversation.began = conversation.began || is_syn(headers);
  const bool tcp = headers.kind == FrameKind::ip && headers.protocol == kProtocolTcp;
  return {.refused = {},
          .seen = {.conversation = found->conversation,
                   .reversed = found->reversed,
                   .opens = !tcp || first || is_syn(headers),
                   .closes = tcp ? closes_of(headers.tcp_flags) : TcpClose::none}};
}

// A SYN may open what nobody has opened; it is looked at in full.
bool Conversations::look(const BriefHeaders& headers, Seen& seen) const {
  const Remembered& known = remembered_[place_of(headers)];
  if (known.addresses != headers.addresses || known.rest != rest_of(headers) ||
      (headers.tcp_flags & kSyn) != 0) {
    return false;
  }
  seen.conversation = known.conversation;
  seen.reversed = known.reversed;
  seen.opens = headers.protocol != kProtocolTcp;
  seen.closes = seen.opens ? TcpClose::none : closes_of(headers.tcp_flags);
  return true;
}

// Not where VLANs count, whoever has no address yet, and what is accounted with others.
void Conversations::remember(const BriefHeaders& headers, const Seen& seen) {
  constexpr unsigned kPortBits = 16, kAddressBits = 32;
  const FlowKey& key = table_.key(seen.conversation);
  const FlowEnd& source = seen.reversed ? key.b : key.a;
  const FlowEnd& destination = seen.reversed ? key.a : key.b;
  const bool whole =
      source.port == headers.ports >> kPortBits && destination.port == (headers.ports & 0xffffU) &&
      source.address ==
          IpAddress::v4(static_cast<std::uint32_t>(headers.addresses >> kAddressBits));
  if (conversations_[seen.conversation].decided && whole) {
    remembered_[place_of(headers)] = {.addresses = headers.addresses,
                                      .rest = rest_of(headers),
                                      .conversation = seen.conversation,
                                      .reversed = seen.reversed};
  }
}

void Conversations::begin(Conversation& conversation, const Headers& headers, const FlowKey& key) {
  conversation.kind = headers.kind;
  conversation.group = group_of(headers);
  conversation.ipv6 = headers.kind == FrameKind::ip && !headers.destination.is_v4();
  const bool no_ip = headers.kind == FrameKind::other;
  const RecordedHost source{
      .address = headers.source, .mac = headers.source_mac, .vlan = key.vlan, .by_mac = key.by_mac};
  conversation.hosts[0] = hosts_.find_or_add(source);
  if (conversation.group.bits == 0) {
    conversation.hosts[1] = hosts_.find_or_add({.address = headers.destination,
                                                .mac = headers.destination_mac,
                                                .vlan = key.vlan,
                                                .by_mac = no_ip});
  }
  if (headers.kind == FrameKind::arp && !key.by_mac && headers.has_source_mac) {
    RecordedHost mac = source;
    mac.by_mac = true;
    hosts_.join(hosts_.find_or_add(mac), conversation.hosts[0]);
  }
  // The port of a service, or the lower one if it is a system port.
  const bool a_serves = hosts_.is_service(key.protocol, key.a.port);
  const bool b_serves = hosts_.is_service(key.protocol, key.b.port);
  const std::uint16_t lower = std::min(key.a.port, key.b.port);
  if (headers.has_ports && a_serves != b_serves) {
    conversation.evidence = Evidence::port;
    conversation.server = a_serves ? 0 : 1;
  } else if (headers.has_ports && key.a.port != key.b.port && lower < kFirstUserPort) {
    conversation.evidence = Evidence::port;
    conversation.server = key.a.port == lower ? 0 : 1;
  }
}

void Conversations::gather(Conversation& conversation, const Headers& headers, bool reversed) {
  const bool syn = is_syn(headers);
  if (headers.kind == FrameKind::ip && (syn || is_syn_ack(headers)) &&
      conversation.evidence != Evidence::handshake) {
    conversation.evidence = Evidence::handshake;
    conversation.server = syn != reversed ? 1 : 0;
  }
}

void Conversations::decide() {
  for (std::size_t i = decided_; i < conversations_.size(); ++i) {
    const Conversation& conversation = conversations_[i];
    const FlowKey& key = table_.key(static_cast<std::uint32_t>(i));
    const std::uint16_t port = server_port(conversation, key);
    if (conversation.group.bits != 0) {
      hosts_.note(conversation.hosts[0], false, Evidence::first_word, key.protocol, port,
                  HostIndex::none);
      continue;
    }
    const HostIndex server = conversation.hosts[conversation.server];
    const HostIndex client = conversation.hosts[1U - conversation.server];
    hosts_.note(server, true, conversation.evidence, key.protocol, port, client);
    hosts_.note(client, false, conversation.evidence, key.protocol, port, server);
  }
  hosts_.decide();
  for (std::size_t i = decided_; i < conversations_.size(); ++i) {
    decide(static_cast<std::uint32_t>(i));
  }
  decided_ = conversations_.size();
}

void Conversations::decide(std::uint32_t number) {
  Conversation& conversation = conversations_[number];
  conversation.decided = true;
  conversation.refusal = refusal_of(conversation);
  const FlowKey& key = table_.key(number);
  const std::string_view service =
      conversation.group.bits == 0 && conversation.kind == FrameKind::ip
          ? hosts_.service_at(conversation.hosts[conversation.server], key.protocol,
                              server_port(conversation, key))
          : std::string_view{};
  conversation.application = service.empty()
                                 ? accounts_.application(application_of(conversation, key), false)
                                 : accounts_.application(std::string(service), true);
  // The accounts of conversations are numbered as these are.
  senses_.emplace_back(number, false);
  conversation.senses[0] =
      accounts_.add_sense(number, conversation.application, conversation.server == 0);
}

std::optional<NotSent> Conversations::refusal_of(const Conversation& conversation) const {
  const RecordedHosts::Place& from = hosts_.place(conversation.hosts[0]);
  if (from.node == NodeIndex::none) {
    return NotSent::unmapped;
  }
  if (conversation.group.bits != 0) {
    return std::nullopt;
  }
  const RecordedHosts::Place& to = hosts_.place(conversation.hosts[1]);
  if (to.node == NodeIndex::none) {
    return NotSent::unmapped;
  }
  if (to.node == from.node) {
    return NotSent::same_host;
  }
  for (const HostIndex host : conversation.hosts) {
    if (conversation.kind == FrameKind::ip && (!hosts_.reached_at(host, conversation.ipv6) ||
                                               !hosts_.sends_from(host, conversation.ipv6))) {
      return NotSent::no_address;
    }
  }
  return std::nullopt;
}

std::uint16_t Conversations::server_port(const Conversation& conversation,
                                         const FlowKey& key) const {
  return conversation.server == 0 ? key.a.port : key.b.port;
}

std::string Conversations::application_of(const Conversation& conversation,
                                          const FlowKey& key) const {
  const std::uint16_t port = server_port(conversation, key);
  const std::string protocol = protocol_name(key, conversation.kind);
  return port == 0 ? protocol : fmt::format("{}/{}", protocol, port);
}

std::uint32_t Conversations::sense(const Seen& seen) {
  Conversation& conversation = conversations_[seen.conversation];
  std::uint32_t& sense = conversation.senses[seen.reversed ? 1 : 0];
  if (sense == kNoSense) {
    senses_.emplace_back(seen.conversation, seen.reversed);
    sense = accounts_.add_sense(seen.conversation, conversation.application,
                                conversation.server == (seen.reversed ? 1 : 0));
  }
  return sense;
}

std::optional<NotSent> Conversations::refusal(const Seen& seen) const {
  return conversations_[seen.conversation].refusal;
}

bool Conversations::is_virtual_reply(const Conversation& conversation, unsigned sender) const {
  return conversation.group.bits == 0 && conversation.kind == FrameKind::ip &&
         conversation.server == sender && hosts_.place(conversation.hosts[sender]).is_virtual;
}

bool Conversations::is_unsettled(const Seen& seen, SimTime at) const {
  const Conversation& conversation = conversations_[seen.conversation];
  const unsigned sender = seen.reversed ? 1 : 0;
  if (!is_virtual_reply(conversation, sender)) {
    return false;
  }
  return conversation.flows[sender] == FlowIndex::none ||
         (!conversation.settled && at >= conversation.ask_again);
}

FlowIndex Conversations::flow(const Seen& seen, SimTime at) {
  Conversation& conversation = conversations_[seen.conversation];
  const unsigned sender = seen.reversed ? 1 : 0;
  FlowIndex& flow = conversation.flows[sender];
  if (flow != FlowIndex::none && !is_unsettled(seen, at)) {
    return flow;
  }
  std::array<PacketFlow, kSides> ways;
  ways.fill(plain_flow(seen.conversation, sender));
  if (is_virtual_reply(conversation, sender)) {
    conversation.settled = true;
    conversation.ask_again = at + kAskAgain;
    for (std::size_t i = 0; i < worlds_.size(); ++i) {
      if (const auto reply = virtual_reply(seen.conversation, worlds_[i].network, sender)) {
        ways[i] = *reply;
      } else {
        conversation.settled = false;
      }
    }
    if (flow != FlowIndex::none && !conversation.settled) {
      return flow;  // As before: nothing new is known.
    }
  }
  flow = worlds_[0].plane.add_flow(ways[0]);
  SF_CHECK(worlds_.size() == 1 || worlds_[1].plane.add_flow(ways[1]) == flow);
  // Sources of the scenario have flows of their own between ours.
  const auto index = static_cast<std::size_t>(flow);
  flows_.resize(std::max(flows_.size(), index + 1));
  flows_[index] = ways[0];
  groups_.resize(flows_.size());
  groups_[index] = conversation.group.bits != 0;
  if (conversation.settled) {
    ready_[2 * std::size_t{seen.conversation} + sender] = {sense(seen), flow};
  }
  return flow;
}

PacketFlow Conversations::plain_flow(std::uint32_t number, unsigned sender) const {
  const Conversation& conversation = conversations_[number];
  const FlowKey& key = table_.key(number);
  const HostIndex from = conversation.hosts[sender];
  const FlowEnd& source = sender == 0 ? key.a : key.b;
  const FlowEnd& destination = sender == 0 ? key.b : key.a;
  const auto port = [&](const FlowEnd& end, unsigned which) {
    return which == conversation.server ? hosts_.port_here(end.port) : end.port;
  };
  PacketFlow flow{.from = hosts_.place(from).node,
                  .packet = {},
                  .conversation = number,
                  .group = conversation.group};
  flow.packet = {.source = hosts_.sends_from(from, conversation.ipv6).value_or(IpAddress{}),
                 .destination = destination.address,
                 .protocol = static_cast<IpProtocol>(key.protocol),
                 .source_port = port(source, sender),
                 .destination_port = port(destination, 1 - sender)};
  if (conversation.group.bits != 0) {
    return flow;
  }
  const HostIndex to = conversation.hosts[1 - sender];
  flow.packet.destination = hosts_.reached_at(to, conversation.ipv6).value_or(IpAddress{});
  if (conversation.kind != FrameKind::ip) {
    const Node& node = worlds_[0].network.node(hosts_.place(to).node);
    const auto interface =
        std::find_if(node.interfaces.begin(), node.interfaces.end(),
                     [](const Interface& one) { return one.kind != InterfaceKind::loopback; });
    flow.group = interface == node.interfaces.end() ? node.mac : interface->mac();
  }
  return flow;
}

std::optional<PacketFlow> Conversations::virtual_reply(std::uint32_t number, const Network& network,
                                                       unsigned sender) const {
  const PacketFlow request = plain_flow(number, 1 - sender);
  ReadSet reads;
  const WalkResult result = network.walk(request.from, request.packet, reads);
  if (!result.delivered()) {
    return std::nullopt;
  }
  PacketFlow reply = request;
  reply.from = result.delivered_to;
  reply.packet = {.source = result.packet.destination,
                  .destination = result.packet.source,
                  .protocol = result.packet.protocol,
                  .source_port = result.packet.destination_port,
                  .destination_port = result.packet.source_port};
  return reply;
}

void Conversations::describe(std::uint32_t sense, FlowReport& report) const {
  const auto [number, reversed] = senses_[sense];
  const Conversation& conversation = conversations_[number];
  const FlowKey& key = table_.key(number);
  const auto name = [&](unsigned which) {
    const FlowEnd& end = which == 0 ? key.a : key.b;
    const bool mac = key.by_mac && (which == 0 || conversation.kind == FrameKind::other);
    return mac ? format_mac({end.address.low()}) : end.address.text();
  };
  const auto node = [&](unsigned which) -> std::string {
    const HostIndex host = conversation.hosts[which];
    if (host == HostIndex::none || hosts_.place(host).node == NodeIndex::none) {
      return "";
    }
    return worlds_[0].network.node(hosts_.place(host).node).config->name;
  };
  const unsigned sender = reversed ? 1 : 0;
  report.conversation = number;
  report.reply = conversation.server == sender;
  report.source = name(sender);
  report.destination = name(1 - sender);
  report.protocol = protocol_name(key, conversation.kind);
  report.source_port = sender == 0 ? key.a.port : key.b.port;
  report.destination_port = sender == 0 ? key.b.port : key.a.port;
  report.from = node(sender);
  report.to = node(1 - sender);
}

}  // namespace switchfault
