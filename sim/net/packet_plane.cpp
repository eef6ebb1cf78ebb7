#include "net/packet_plane.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/check.h"
#include "core/huge_pages.h"
#include "core/prefetch.h"
#include "net/packet_calendar.h"
#include "net/packet_paths.h"
#include "net/wire_view.h"

namespace switchfault {
namespace {

constexpr std::uint32_t kNone = 0xffffffff;
constexpr std::uint32_t kNoFrame = 0;                // Of the records, the first is not used.
constexpr std::uint32_t kDefaultQueuePackets = 100;  // ns-3's and many models' drop-tail default.
constexpr std::uint64_t kFemtoPerNano = 1'000'000;
// A frame's number: above these bits that of its origin plus one, zero when it was offered.
constexpr unsigned kNumberBits = 48;
constexpr std::uint64_t kNumberMask = (std::uint64_t{1} << kNumberBits) - 1;

// One frame between two ports.
struct FrameRecord {
  SimTime arrives;
  SimTime offered;
  std::uint64_t number = 0;
  FlowIndex flow = FlowIndex::none;
  HopIndex hop = kNoHop;                   // At the node where it arrives.
  std::uint32_t next = kNoFrame;           // On the same link.
  std::uint32_t fan = kNone;               // Of its copies, if it has any.
  NodeIndex flooded_at = NodeIndex::none;  // By whom last.
  std::uint32_t length = 0;
  std::uint8_t ttl = 0;
  std::uint8_t floods = 0;
  std::uint8_t bridged = 0;  // Bridges crossed since the last router.
  bool opens = false;
  TcpClose closes = TcpClose::none;
};
static_assert(sizeof(FrameRecord) <= 64 && std::is_trivially_copyable_v<FrameRecord>);

// The copies of one packet.
struct Fan {
  std::uint32_t live = 0;
  std::uint32_t delivered = 0;
  Disposition disposition = Disposition::no_destination_port;  // Of what was lost.
  Entity place;
  SimTime at;  // Of the first delivery.
};

// One sense of a link: what each frame touches. All zero until the first frame has looked at it …
struct Way {
  SimTime busy_until;
  std::uint64_t femto_per_byte = 0;  // 0: not looked at.
  Duration delay{};
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint32_t femto = 0;         // Of the nanosecond after busy_until.
  std::uint32_t first = kNoFrame;  // Frames on the way, in order of arrival.
  std::uint32_t last = kNoFrame;
  std::uint32_t waiting_from = kNoFrame;  // The first that has not left yet, when last looked at.
  std::uint32_t waiting = 0;
  bool plain = false;  // Looked at; neither carrier nor loss nor a capture need to be again.
  bool carrier = false;
  bool captured = false;
  bool scheduled = false;

  [[nodiscard]] bool looked_at() const { return femto_per_byte != 0; }
};
static_assert(sizeof(Way) == 64);

// … and the rest, of those that are not plain or have dropped something.
struct WayDetails {
  std::uint64_t dropped = 0;
  double whole = 0, room = 0;
  PortRef lossy_at;
  bool captures_out = false, captures_in = false;
};

// Above so many ways they do not stay in the second-level cache of a core, and are fetched ahead.
constexpr std::size_t kFetchAbove = 16'384;
// A hop is read so many frames after it was asked for: it has come from memory by then.
constexpr std::size_t kFetchedFrames = 16;

}  // namespace

struct PacketPlane::Impl {
  explicit Impl(NetworkImpl& whole)
      : network(whole),
        simulator(whole.simulator),
        paths(whole),
        calendar(2 * whole.links.size(), std::max(whole.simulator.now(), kTimeZero)),
        ways(2 * whole.links.size()),
        details(2 * whole.links.size()),
        timer(whole.simulator, Phase::traffic, Entity(EntityKind::scenario, 0),
              Entity(EntityKind::link, 0), [this] { run(); }) {
    fetches = ways.size() > kFetchAbove;
    short_cuts = whole.skip_quiet_time;
    frames.emplace_back();
  }

  void look_at(DirectionIndex index);
  // Something that a frame would see has changed.
  void look_again(DirectionIndex index) {
    if (ways[index].looked_at()) {
      look_at(index);
    }
  }
  void lose_all(DirectionIndex index);
  void run();
  void arm();
  void arrive(DirectionIndex direction);
  [[gnu::always_inline]] inline void send_next();
  void send_of_origin();
  [[gnu::always_inline]] inline void send(const OfferedPacket& packet);
  void fetch(HopIndex hop) const;
  void fetch_offers() const;
  void fetch_next(HopIndex hop);
  void process(std::uint32_t index);
  // The way of a frame from node to node is one function: calls would cost a fifth of its time.
  [[gnu::always_inline]] inline DirectionIndex step(std::uint32_t index);
  void flood(std::uint32_t index, HopIndex at);
  [[gnu::always_inline]] inline void take_in(std::uint32_t index, const PacketHop& hop);
  [[gnu::always_inline]] inline bool transmit(std::uint32_t index, DirectionIndex direction);
  void enter(std::uint32_t index, DirectionIndex direction);
  [[gnu::always_inline]] inline bool arrives_next(std::uint32_t index, DirectionIndex direction);
  bool survives(std::uint32_t index, DirectionIndex direction);
  bool finds_room(Way& way, std::uint32_t wire_bytes);
  void end(std::uint32_t index, Disposition disposition, Entity place);
  void end_copy(FrameRecord& frame, Disposition disposition, Entity place);
  [[gnu::always_inline]] inline void report(const FrameRecord& frame, SimTime at,
                                            Disposition disposition, Entity place,
                                            std::uint32_t copies);
  void show(const FrameRecord& frame, HopIndex looks_like, const PortRef& port, bool out,
            Disposition disposition);
  bool drawn(const PortRef& out, const FrameRecord& frame, std::uint64_t index, double share) const;

  std::uint32_t new_frame() {
    if (free_frames.empty()) {
      frames.emplace_back();
      return static_cast<std::uint32_t>(frames.size() - 1);
    }
    const std::uint32_t index = free_frames.back();
    free_frames.pop_back();
    return index;
  }
  // The ends of a way.
  [[nodiscard]] const PortRef& from(DirectionIndex way) const {
    const Link& link = network.links[way / 2];
    return way % 2 == 0 ? link.a : link.b;
  }
  [[nodiscard]] const PortRef& to(DirectionIndex way) const { return from(way ^ 1U); }
  [[nodiscard]] SimTime next_time() const {
    return std::min({calendar.earliest(), next_offer, next_origin});
  }

  NetworkImpl& network;
  Simulator& simulator;
  PacketPaths paths;
  PacketCalendar calendar;
  ZeroedTable<Way> ways;
  ZeroedTable<WayDetails> details;  // By way.
  Table<FrameRecord> frames;
  std::vector<std::uint32_t> free_frames;
  std::vector<Fan> fans;
  std::vector<std::uint32_t> free_fans;
  std::vector<HopIndex> first_hops;  // By flow.
  std::span<const OfferedPacket> offers;
  std::size_t sent = 0;         // Of them.
  SimTime next_offer = kNever;  // When the next of them is due.
  PacketSink* sink = nullptr;
  PacketTap* tap = nullptr;
  std::vector<PacketOrigin*> origins;
  SimTime next_origin = kNever;
  PacketCounters counters;
  std::uint32_t queue_packets = kDefaultQueuePackets;
  std::uint64_t queue_bytes = 0;
  SimTime now = kTimeZero;
  bool fetches = false;                            // More than fits into a core's cache.
  std::array<HopIndex, kFetchedFrames> fetched{};  // Of the last frames, in turns.
  std::size_t fetched_last = 0;
  // A frame that is alone goes on without the calendar; the results are the same.
  bool short_cuts = true;
  Timer timer;
};

// --- Directions ----------------------------------------------------------------------------------

void PacketPlane::Impl::look_at(DirectionIndex index) {
  Way& way = ways[index];
  const Link& link = network.links[index / 2];
  const LinkLoss loss = network.loss_out_of(from(index));
  const bool carrier = network.port(link.a).carrier && network.port(link.b).carrier;
  constexpr std::uint64_t kFemtoBits = 8'000'000'000'000'000;
  const auto rate =
      static_cast<std::uint64_t>(std::max<std::int64_t>(link.terms->rate.bits_per_second, 1));
  // What background and storm leave; a storm that leaves nothing takes its share by loss.
  const auto background = static_cast<std::uint64_t>(
      std::max<std::int64_t>(link.terms->background[index % 2].bits_per_second, 0));
  const std::uint64_t rest = background < rate ? rate - background : rate;
  way.femto_per_byte = std::max<std::uint64_t>(kFemtoBits / rest, 1);
  way.delay = link.terms->delay;
  way.plain = carrier && loss.whole >= 1 && loss.room >= 1 && !way.captured;
  if (!way.plain) {
    WayDetails& more = details[index];
    more.whole = loss.whole;
    more.room = loss.room;
    more.lossy_at = loss.at;
  }
  if (std::exchange(way.carrier, carrier) && !carrier) {
    lose_all(index);
  }
}

// What waits and what is on its way dies with the link.
void PacketPlane::Impl::lose_all(DirectionIndex index) {
  Way& way = ways[index];
  if (way.scheduled) {
    calendar.remove(index);
    way.scheduled = false;
  }
  std::uint32_t frame = way.first;
  way.first = way.last = way.waiting_from = kNoFrame;
  way.waiting = 0;
  way.busy_until = SimTime{};
  way.femto = 0;
  now = simulator.now();
  while (frame != kNoFrame) {
    const std::uint32_t next = frames[frame].next;
    end(frame, Disposition::no_carrier, network.entity_of(from(index)));
    frame = next;
  }
}

// --- Time ----------------------------------------------------------------------------------------

void PacketPlane::Impl::arm() {
  CauseScope scope(simulator, ObservationId::none);
  timer.arm(next_time());
}

// What a frame at this hop will need. REQUIRES: the hop is near.
void PacketPlane::Impl::fetch(HopIndex hop) const {
  if (const DirectionIndex out = paths.fetch_node(hop); out != 0) {
    prefetch(&ways[out]);
    calendar.fetch(out);
  }
}

// A frame is on its way to this hop.
void PacketPlane::Impl::fetch_next(HopIndex hop) {
  paths.fetch(hop);
  fetched_last = (fetched_last + 1) % kFetchedFrames;
  fetch(std::exchange(fetched[fetched_last], hop));
}

void PacketPlane::Impl::run() {
  now = simulator.now();
  paths.tick(now);
  for (;;) {
    const SimTime next = next_time();
    if (next > now) {
      if (next == kNever || !simulator.go_on_at(next)) {
        arm();
        return;
      }
      now = next;
      paths.tick(now);
    }
    // Frames that arrive come before those that are sent.
    if (calendar.earliest() == now) {
      arrive(calendar.pop());
    } else if (next_offer == now) {
      send_next();
    } else {
      send_of_origin();
    }
  }
}

// Step by step what the next packets need: the hop of their flow, what that names.
void PacketPlane::Impl::fetch_offers() const {
  constexpr std::size_t kFar = 12, kNear = 8, kNext = 4;
  const auto first_hop = [&](std::size_t ahead) -> const HopIndex& {
    return first_hops[static_cast<std::size_t>(offers[sent + ahead].flow)];
  };
  if (sent + kFar < offers.size()) {
    prefetch(&first_hop(kFar));
    paths.fetch(first_hop(kNear));
    fetch(first_hop(kNext));
  }
}

// Of those due now the one that was added first.
void PacketPlane::Impl::send_of_origin() {
  const auto due = std::ranges::find(origins, now, &PacketOrigin::next);
  const auto index = static_cast<std::uint64_t>(due - origins.begin());
  OfferedPacket packet = (*due)->take();
  packet.number |= (index + 1) << kNumberBits;
  next_origin = kNever;
  for (const PacketOrigin* origin : origins) {
    next_origin = std::min(next_origin, origin->next());
  }
  send(packet);
}

void PacketPlane::Impl::send_next() {
  if (fetches) {
    fetch_offers();
  }
  const OfferedPacket& packet = offers[sent++];
  next_offer = sent < offers.size() ? offers[sent].at : kNever;
  send(packet);
}

void PacketPlane::Impl::send(const OfferedPacket& packet) {
  const std::uint32_t index = new_frame();
  FrameRecord& frame = frames[index];
  frame.arrives = now;
  frame.offered = packet.at;
  frame.number = packet.number;
  frame.flow = packet.flow;
  frame.hop = first_hops[static_cast<std::size_t>(packet.flow)];
  frame.next = kNoFrame;
  frame.fan = kNone;
  frame.flooded_at = NodeIndex::none;
  frame.length = packet.length;
  frame.ttl = packet.ttl;
  frame.floods = 0;
  frame.bridged = 0;
  frame.opens = packet.opens;
  frame.closes = packet.closes;
  ++counters.offered;
  ++counters.in_flight;
  process(index);
}

void PacketPlane::Impl::arrive(DirectionIndex direction) {
  Way& way = ways[direction];
  const std::uint32_t index = way.first;
  FrameRecord& frame = frames[index];
  if (way.waiting_from == index) {
    way.waiting_from = frame.next;
    --way.waiting;
  }
  way.first = frame.next;
  if (way.first == kNoFrame) {
    way.last = kNoFrame;
    way.scheduled = false;
  } else {
    calendar.push(direction, frames[way.first].arrives);
  }
  if (!way.plain && details[direction].captures_in) [[unlikely]] {
    show(frame, frame.hop, to(direction), false, Disposition::delivered);
  }
  process(index);
}

// --- At a node -----------------------------------------------------------------------------------

// One node after the other for as long as nothing else happens meanwhile.
void PacketPlane::Impl::process(std::uint32_t index) {
  for (DirectionIndex out = step(index); out != kNone; out = step(index)) {
    if (!arrives_next(index, out)) {
      enter(index, out);
      return;
    }
  }
}

// At one node. The way by which it leaves; kNone: it ended there, or goes on as copies.
DirectionIndex PacketPlane::Impl::step(std::uint32_t index) {
  FrameRecord& frame = frames[index];
  const HopIndex at = frame.hop;
  PacketHop* hop = &paths.hop(at);
  const bool holds = paths.holds(*hop, now);
  if (!holds || hop->always_asks) [[unlikely]] {
    if (!holds || !paths.session_goes_on(at, now, frame.opens, frame.closes)) {
      paths.ask(at, frame.opens, frame.closes);
      hop = &paths.hop(at);
    }
  }
  switch (hop->kind) {
    case PacketHop::Kind::forward:
      if (hop->routed) {
        if (frame.ttl <= 1) {
          end(index, Disposition::ttl_exceeded, network.node(hop->node).entity);
          break;
        }
        --frame.ttl;
        frame.bridged = 0;
      } else if (++frame.bridged == kMaxBridged) {
        end(index, Disposition::loop_limit, network.node(hop->node).entity);
        break;
      }
      frame.hop = hop->next;
      if (const DirectionIndex out = hop->direction; transmit(index, out)) {
        return out;
      }
      break;
    case PacketHop::Kind::deliver:
      take_in(index, *hop);
      break;
    case PacketHop::Kind::flood:
      flood(index, at);
      break;
    case PacketHop::Kind::end:
      end(index, hop->disposition, hop->place());
      break;
  }
  return kNone;
}

void PacketPlane::Impl::take_in(std::uint32_t index, const PacketHop& hop) {
  if (hop.by_share) {
    const DrawKey key{.purpose = Purpose("net.packet_cpu"),
                      .entity = network.node(hop.node).stable_id,
                      .occurrence = static_cast<std::uint64_t>(now.time_since_epoch().count()),
                      .index = frames[index].number};
    if (!network.random.chance(key, paths.cpu_share(hop.node))) {
      end(index, Disposition::overload, hop.place());
      return;
    }
  }
  end(index, Disposition::delivered, hop.place());
}

void PacketPlane::Impl::flood(std::uint32_t index, HopIndex at) {
  const NodeIndex node = paths.hop(at).node;
  const bool looped = paths.meets_loop(at);
  FrameRecord frame = frames[index];
  if (looped && ++frame.floods > kMaxFloods) {
    end(index, Disposition::loop_limit, network.node(node).entity);
    return;
  }
  std::vector<HopIndex> children;
  for (HopIndex child = paths.hop(at).next; child != kNoHop; child = paths.next_child(child)) {
    if (paths.is_current_child(child)) {
      children.push_back(child);
    }
  }
  // The children in order of their ports, the last made first.
  std::reverse(children.begin(), children.end());
  const bool heard = paths.hop(at).heard;
  const std::size_t copies = children.size() + (heard ? 1 : 0);
  frame.flooded_at = node;
  if (copies > 1 && frame.fan == kNone) {
    if (free_fans.empty()) {
      fans.emplace_back();
      free_fans.push_back(static_cast<std::uint32_t>(fans.size() - 1));
    }
    frame.fan = free_fans.back();
    free_fans.pop_back();
    fans[frame.fan] = {.live = 1, .place = {}, .at = {}};
  }
  if (copies > 1 && fans[frame.fan].live + copies > kMaxCopies) {
    end(index, Disposition::loop_limit, network.node(node).entity);
    return;
  }
  if (copies > 1) {
    fans[frame.fan].live += static_cast<std::uint32_t>(copies - 1);
    counters.copied += copies - 1;
    counters.in_flight += copies - 1;
  }
  std::uint32_t copy = index;
  for (std::size_t i = 0; i < copies; ++i) {
    if (i > 0) {
      copy = new_frame();
    }
    frames[copy] = frame;
    if (i < children.size()) {
      frames[copy].hop = children[i];
      const DirectionIndex out = paths.direction_to(children[i]);
      if (transmit(copy, out)) {
        enter(copy, out);
      }
    } else {
      end(copy, Disposition::delivered, network.node(node).entity);
    }
  }
}

// --- On a link -----------------------------------------------------------------------------------

// False: it ended; else it is to enter the way, or has arrived already.
bool PacketPlane::Impl::transmit(std::uint32_t index, DirectionIndex direction) {
  Way& way = ways[direction];
  FrameRecord& frame = frames[index];
  const std::uint32_t bytes = std::max(frame.length + kChecksumBytes, kLeastFrameBytes);
  if (way.busy_until <= now) {
    if (way.busy_until < now) {
      way.busy_until = now;
      way.femto = 0;
    }
    way.waiting = 0;
    way.waiting_from = kNoFrame;
  } else if (!finds_room(way, bytes)) {
    ++details[direction].dropped;
    end(index, Disposition::queue_full, network.entity_of(from(direction)));
    return false;
  }
  if (!way.plain) [[unlikely]] {
    if (!survives(index, direction)) {
      return false;
    }
  }
  const std::uint64_t femto = way.femto + (bytes + kGapBytes) * way.femto_per_byte;
  way.busy_until += Duration{static_cast<std::int64_t>(femto / kFemtoPerNano)};
  way.femto = static_cast<std::uint32_t>(femto % kFemtoPerNano);
  ++way.packets;
  way.bytes += bytes;
  ++counters.hops;
  frame.arrives = way.busy_until + way.delay;
  return true;
}

void PacketPlane::Impl::enter(std::uint32_t index, DirectionIndex direction) {
  Way& way = ways[direction];
  FrameRecord& frame = frames[index];
  frame.next = kNoFrame;
  if (way.waiting++ == 0) {
    way.waiting_from = index;
  }
  if (way.first != kNoFrame) {
    frames[std::exchange(way.last, index)].next = index;
    return;
  }
  way.first = way.last = index;
  way.scheduled = true;
  calendar.push(direction, frame.arrives);
  if (fetches) {
    fetch_next(frame.hop);
  }
}

// Whether nothing at all happens before a frame arrives by a way on which it is alone; it has
// arrived then, in the event in progress, as if it had entered the way.
bool PacketPlane::Impl::arrives_next(std::uint32_t index, DirectionIndex direction) {
  const FrameRecord& frame = frames[index];
  const Way& way = ways[direction];
  if (!short_cuts || way.first != kNoFrame || frame.arrives >= next_time() ||
      !simulator.go_on_at(frame.arrives)) {
    return false;
  }
  now = frame.arrives;
  paths.tick(now);
  if (!way.plain && details[direction].captures_in) [[unlikely]] {
    show(frame, frame.hop, to(direction), false, Disposition::delivered);
  }
  return true;
}

// The port is busy: whether one more may wait.
bool PacketPlane::Impl::finds_room(Way& way, std::uint32_t wire_bytes) {
  while (way.waiting > 0 && frames[way.waiting_from].arrives - way.delay <= now) {
    way.waiting_from = frames[way.waiting_from].next;
    --way.waiting;
  }
  if (queue_packets != 0 && way.waiting >= queue_packets) {
    return false;
  }
  if (queue_bytes == 0) {
    return true;
  }
  const auto backlog = static_cast<std::uint64_t>((way.busy_until - now).count());
  return backlog * kFemtoPerNano / way.femto_per_byte + wire_bytes <= queue_bytes;
}

// Carrier, loss, captures. False: it ended.
bool PacketPlane::Impl::survives(std::uint32_t index, DirectionIndex direction) {
  if (!ways[direction].looked_at()) {
    look_at(direction);
    if (ways[direction].plain) {
      return true;
    }
  }
  FrameRecord& frame = frames[index];
  const WayDetails& way = details[direction];
  Disposition lost = Disposition::delivered;
  const PortRef& out = from(direction);
  if (ways[direction].carrier && way.room >= 1 && way.whole >= 1) [[likely]] {
    if (way.captures_out) {
      show(frame, frame.hop, out, true, lost);
    }
    return true;
  }
  if (!ways[direction].carrier) {
    lost = Disposition::no_carrier;
  } else if (way.room < 1 && !drawn(out, frame, 1, way.room)) {
    lost = Disposition::overload;
  } else if (way.whole < 1 && !drawn(out, frame, 0, way.whole)) {
    lost = Disposition::gray_loss;
  }
  if (way.captures_out) {
    show(frame, frame.hop, out, true, lost);
  }
  if (lost == Disposition::delivered) {
    return true;
  }
  end(index, lost, network.entity_of(lost == Disposition::gray_loss ? way.lossy_at : out));
  return false;
}

bool PacketPlane::Impl::drawn(const PortRef& out, const FrameRecord& frame, std::uint64_t index,
                              double share) const {
  const DrawKey key{.purpose = Purpose("net.packet_loss"),
                    .entity = network.node(out.node).stable_id ^
                              stable_hash(network.node(out.node).name(out.port)),
                    .occurrence = static_cast<std::uint64_t>(now.time_since_epoch().count()),
                    .index = 2 * frame.number + index};
  return network.random.chance(key, share);
}

void PacketPlane::Impl::show(const FrameRecord& frame, HopIndex looks_like, const PortRef& port,
                             bool out, Disposition disposition) {
  const Frame& looks = paths.frame(looks_like);
  tap->passed({.number = frame.number & kNumberMask,
               .of_origin = frame.number > kNumberMask,
               .flow = frame.flow,
               .port = port,
               .out = out,
               .at = out ? std::max(ways[paths.direction_to(looks_like)].busy_until, now) : now,
               .length = frame.length,
               .source = looks.source,
               .destination = looks.destination,
               .tag = looks.tag,
               .packet = &paths.packet(looks_like),
               .ttl = frame.ttl,
               .disposition = disposition});
}

// --- Ends ----------------------------------------------------------------------------------------

void PacketPlane::Impl::end(std::uint32_t index, Disposition disposition, Entity place) {
  FrameRecord& frame = frames[index];
  if (disposition == Disposition::not_for_host && frame.flooded_at != NodeIndex::none) {
    // It was sent everywhere because nobody knew better; that it came here says nothing.
    disposition = Disposition::no_destination_port;
    place = network.node(frame.flooded_at).entity;
  }
  --counters.in_flight;
  if (disposition == Disposition::delivered) {
    ++counters.delivered;
  } else {
    ++counters.lost;
  }
  if (frame.fan != kNone) {
    end_copy(frame, disposition, place);
  } else {
    report(frame, now, disposition, place, disposition == Disposition::delivered ? 1 : 0);
  }
  free_frames.push_back(index);
}

void PacketPlane::Impl::end_copy(FrameRecord& frame, Disposition disposition, Entity place) {
  Fan& fan = fans[frame.fan];
  if (disposition == Disposition::delivered) {
    if (fan.delivered++ == 0) {
      fan.at = now;
      fan.place = place;
    }
  } else if (fan.delivered == 0 && fan.disposition == Disposition::no_destination_port) {
    // Copies at hosts that are not meant are the least of its troubles.
    fan.disposition = disposition;
    fan.place = place;
  }
  if (--fan.live > 0) {
    return;
  }
  const bool arrived = fan.delivered > 0;
  report(frame, arrived ? fan.at : now, arrived ? Disposition::delivered : fan.disposition,
         fan.place, fan.delivered);
  free_fans.push_back(frame.fan);
}

void PacketPlane::Impl::report(const FrameRecord& frame, SimTime at, Disposition disposition,
                               Entity place, std::uint32_t copies) {
  const PacketSink::Ended packet{.number = frame.number & kNumberMask,
                                 .flow = frame.flow,
                                 .offered = frame.offered,
                                 .at = at,
                                 .disposition = disposition,
                                 .place = place,
                                 .copies = copies};
  if (const std::uint64_t origin = frame.number >> kNumberBits; origin != 0) [[unlikely]] {
    origins[static_cast<std::size_t>(origin - 1)]->ended(packet);
  } else {
    sink->ended(packet);
  }
}

// --- PacketPlane ---------------------------------------------------------------------------------

PacketPlane::PacketPlane(NetworkImpl& network) : impl_(std::make_unique<Impl>(network)) {}
PacketPlane::~PacketPlane() = default;

void PacketPlane::set_sink(PacketSink& sink) {
  impl_->sink = &sink;
}

FlowIndex PacketPlane::add_flow(const PacketFlow& flow) {
  impl_->first_hops.push_back(impl_->paths.add_flow(flow));
  return static_cast<FlowIndex>(impl_->first_hops.size() - 1);
}

void PacketPlane::offer(std::span<const OfferedPacket> packets) {
  SF_CHECK(waiting() == 0 && impl_->sink != nullptr);
  impl_->offers = packets;
  impl_->sent = 0;
  impl_->next_offer = kNever;
  if (!packets.empty()) {
    impl_->next_offer = packets.front().at;
    SF_CHECK(impl_->next_offer >= std::max(impl_->simulator.now(), kTimeZero));
    impl_->arm();
  }
}

void PacketPlane::add_origin(PacketOrigin& origin) {
  SF_CHECK(origin.next() >= std::max(impl_->simulator.now(), kTimeZero));
  SF_CHECK(impl_->origins.size() < (std::size_t{1} << (64 - kNumberBits)) - 1);
  impl_->origins.push_back(&origin);
  impl_->next_origin = std::min(impl_->next_origin, origin.next());
  impl_->arm();
}

std::size_t PacketPlane::waiting() const {
  return impl_->offers.size() - impl_->sent;
}

void PacketPlane::set_queue_limit(std::uint32_t packets, std::uint64_t bytes) {
  impl_->queue_packets = packets;
  impl_->queue_bytes = bytes;
}

void PacketPlane::capture(PortRef port, PacketTap& tap) {
  SF_CHECK(impl_->tap == nullptr || impl_->tap == &tap);
  impl_->tap = &tap;
  std::unique_ptr<WireView>& wire = impl_->network.wire;
  if (wire == nullptr) {
    wire = std::make_unique<WireView>(impl_->network, tap);
  }
  wire->watch(port);
  const LinkIndex link = impl_->network.port(port).link;
  if (link == LinkIndex::none) {
    return;  // Nothing ever passes it.
  }
  const std::uint32_t first = 2 * static_cast<std::uint32_t>(link);
  for (const DirectionIndex direction : {first, first + 1}) {
    WayDetails& way = impl_->details[direction];
    way.captures_out = way.captures_out || impl_->from(direction) == port;
    way.captures_in = way.captures_in || impl_->to(direction) == port;
    impl_->ways[direction].captured = true;
    impl_->look_again(direction);
  }
}

const PacketCounters& PacketPlane::counters() const {
  return impl_->counters;
}

DirectionCounters PacketPlane::direction(PortRef from) const {
  const LinkIndex link = impl_->network.port(from).link;
  SF_CHECK(link != LinkIndex::none);
  const std::size_t first = 2 * static_cast<std::size_t>(link);
  const std::size_t index =
      impl_->from(static_cast<DirectionIndex>(first)) == from ? first : first + 1;
  const Way& way = impl_->ways[index];
  return {way.packets, way.bytes, impl_->details[index].dropped};
}

std::size_t PacketPlane::hop_records() const {
  return impl_->paths.size();
}

void PacketPlane::node_changed(NodeIndex node) {
  impl_->paths.node_changed(node);
}

void PacketPlane::port_changed(PortRef port) {
  const LinkIndex link = impl_->network.port(port).link;
  if (link != LinkIndex::none) {
    impl_->look_again(2 * static_cast<std::uint32_t>(link));
    impl_->look_again(2 * static_cast<std::uint32_t>(link) + 1);
  }
}

PacketPlane& Network::packets() {
  if (impl_->packets == nullptr) {
    impl_->packets = std::make_unique<PacketPlane>(*impl_);
  }
  return *impl_->packets;
}

}  // namespace switchfault
