#include "run/frame_capture.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/check.h"
#include "core/compose.h"
#include "core/rewrite.h"

namespace switchfault {
namespace {

// Two of them fit into the second-level cache of a core.
constexpr std::size_t kChunkBytes = std::size_t{256} * 1024;
constexpr std::uint32_t kEthernetHeader = 14;
constexpr std::uint32_t kTagBytes = 4;

// Where what an Ethernet frame carries begins.
std::uint32_t payload_of(const Headers& headers) {
  return headers.kind == FrameKind::ip || headers.kind == FrameKind::arp ? headers.network_offset
                                                                         : headers.payload_offset;
}

std::uint16_t type_of(const Headers& headers) {
  if (headers.kind == FrameKind::ip) {
    return headers.source.is_v4() ? kEtherTypeIpv4 : kEtherTypeIpv6;
  }
  return headers.kind == FrameKind::arp ? kEtherTypeArp : headers.type_field;
}

}  // namespace

std::uint32_t frame_length(const Headers& headers, std::uint32_t recorded_length) {
  return recorded_length - std::min(recorded_length, payload_of(headers)) + kEthernetHeader;
}

FrameCapture::FrameCapture(const std::vector<PortCapture>& captures, const Network& network,
                           std::int64_t start_unix_ns, std::size_t max_kept_bytes)
    : start_unix_ns_(start_unix_ns), max_kept_bytes_(max_kept_bytes) {
  const std::vector<SourceFile> no_files;
  DiagnosticSink sink(no_files);
  for (const PortCapture& capture : captures) {
    const NodeIndex node = network.find_node(capture.node.text);
    if (node == NodeIndex::none) {
      std::vector<std::string_view> names;
      for (std::size_t i = 0; i < network.node_count(); ++i) {
        names.emplace_back(network.node(static_cast<NodeIndex>(i)).config->name);
      }
      sink.error(capture.node.at, "there is no node " + in_quotes(capture.node.text),
                 suggestion(capture.node.text, names));
      continue;
    }
    const auto ports = network.node(node).port_names();
    const auto found = std::ranges::find(ports, capture.port);
    if (found == ports.end()) {
      const std::vector<std::string_view> names(ports.begin(), ports.end());
      sink.error(capture.node.at,
                 fmt::format("{} has no port {}", capture.node.text, in_quotes(capture.port)),
                 suggestion(capture.port, names));
      continue;
    }
    ports_.push_back({.port = {node, static_cast<PortIndex>(found - ports.begin())},
                      .writer = capture.writer,
                      .interface = capture.interface});
  }
  sink.throw_if_any();
  std::stable_sort(ports_.begin(), ports_.end());
  for (std::size_t i = 0; i < comments_.size(); ++i) {
    const auto disposition = static_cast<Disposition>(i);
    if (disposition != Disposition::delivered) {
      comments_[i] = fmt::format("dropped here: {}", disposition_name(disposition));
    }
  }
  for (std::size_t i = 0; i < network.node_count(); ++i) {
    first_of_node_.push_back(static_cast<std::uint32_t>(first_of_port_.size()));
    const auto node = static_cast<NodeIndex>(i);
    for (std::size_t port = 0; port < network.node(node).ports.size(); ++port) {
      const Port here{.port = {node, static_cast<PortIndex>(port)}};
      first_of_port_.push_back(static_cast<std::uint32_t>(
          std::lower_bound(ports_.begin(), ports_.end(), here) - ports_.begin()));
    }
  }
  ports_.push_back({.port = {NodeIndex::none, PortIndex{0}}});  // Behind the last.
}

std::vector<PortRef> FrameCapture::ports() const {
  std::vector<PortRef> ports;
  for (std::size_t i = 0; i + 1 < ports_.size(); ++i) {
    ports.push_back(ports_[i].port);
  }
  return ports;
}

FrameCapture::Kept FrameCapture::keep(const RecordedPacket& packet) {
  const std::size_t wanted =
      kept_bytes_ + packet.bytes.size() > max_kept_bytes_ ? kHeaderBytes : packet.bytes.size();
  const auto bytes = packet.bytes.first(std::min(wanted, packet.bytes.size()));
  if (chunks_.empty() ||
      chunks_.back().bytes.size() + bytes.size() > chunks_.back().bytes.capacity()) {
    chunks_.push_back(std::exchange(spare_, {}));
    chunks_.back().bytes.reserve(std::max(kChunkBytes, bytes.size()));
  }
  Chunk& last = chunks_.back();
  BriefHeaders headers;
  const Kept kept{
      .chunk = first_chunk_ + static_cast<std::uint32_t>(chunks_.size() - 1),
      .offset = static_cast<std::uint32_t>(last.bytes.size()),
      .size = static_cast<std::uint32_t>(bytes.size()),
      .link_layer = packet.link_layer,
      .brief = packet.link_layer == LinkLayer::ethernet && dissect_briefly(bytes, headers)};
  last.bytes.insert(last.bytes.end(), bytes.begin(), bytes.end());
  ++last.waiting;
  kept_bytes_ += bytes.size();
  return kept;
}

void FrameCapture::send(std::uint64_t number, const Kept& kept) {
  if (sent_from_ == nullptr || sent_chunk_ != kept.chunk) {
    for (sent_chunk_ = std::max(sent_chunk_, first_chunk_); sent_chunk_ != kept.chunk;) {
      chunk(++sent_chunk_).first = number;
    }
    sent_from_ = &chunk(sent_chunk_);
    sent_from_->first = sent_from_->packets.empty() ? number : sent_from_->first;
  }
  SF_CHECK(sent_from_->first + sent_from_->packets.size() == number);
  sent_from_->packets.push_back(kept);
  --sent_from_->waiting;
}

void FrameCapture::release_before(std::uint64_t number) {
  while (!chunks_.empty() && chunks_.front().waiting == 0 &&
         chunks_.front().first + chunks_.front().packets.size() <= number) {
    kept_bytes_ -= chunks_.front().bytes.size();
    sent_from_ = sent_from_ == &chunks_.front() ? nullptr : sent_from_;
    spare_ = std::move(chunks_.front());
    chunks_.pop_front();
    ++first_chunk_;
    spare_.packets.clear();
    spare_.bytes.clear();
  }
}

const FrameCapture::Chunk& FrameCapture::chunk_before(std::uint64_t number) const {
  const auto sent = static_cast<std::ptrdiff_t>(sent_chunk_ - first_chunk_);
  const auto after =
      std::upper_bound(chunks_.begin(), chunks_.begin() + sent, number,
                       [](std::uint64_t n, const Chunk& chunk) { return n < chunk.first; });
  SF_CHECK(after != chunks_.begin());
  return *std::prev(after);
}

void FrameCapture::passed(const PassingFrame& frame) {
  if (frame.of_origin) {
    if (!looks_as_made(frame)) {
      make_anew(frame);
    }
  } else {
    const Packet& packet = *frame.packet;
    const bool latest = sent_from_ != nullptr && sent_from_->first <= frame.number;
    const Chunk& chunk = latest ? *sent_from_ : chunk_before(frame.number);
    const Kept& kept = chunk.packets[static_cast<std::size_t>(frame.number - chunk.first)];
    const auto recorded = std::span<const std::byte>(&chunk.bytes[kept.offset], kept.size);
    if (kept.brief && packet.source.is_v4() && packet.destination.is_v4()) [[likely]] {
      if (!looks_as_made(frame)) {
        brief_ = BriefRewrite(recorded, made_.headers);
      }
      write(frame, kept.size + (frame.tag == 0 ? 0U : kTagBytes),
            [&](std::byte* to) { brief_.write(recorded, to); });
      return;
    }
    if (!looks_as_made(frame)) {
      make_in_full(frame, recorded, kept.link_layer);
    }
  }
  write(frame, frame_.size(), [&](std::byte* to) { std::copy(frame_.begin(), frame_.end(), to); });
}

void FrameCapture::crossed(const FrameOnWire& frame) {
  if (frame.at >= kTimeZero) {
    const auto size = static_cast<std::uint32_t>(frame.bytes.size());
    write(frame.port,
          {.at_ns = start_unix_ns_ + frame.at.time_since_epoch().count(),
           .length = size,
           .size = size,
           .direction = frame.out ? CapturedFrame::Direction::out : CapturedFrame::Direction::in,
           .comment = {}},
          frame.disposition,
          [&](std::byte* to) { std::copy(frame.bytes.begin(), frame.bytes.end(), to); });
  }
}

template <typename Fill>
void FrameCapture::write(const PassingFrame& frame, std::size_t size, const Fill& fill) {
  const auto bytes = static_cast<std::uint32_t>(size);
  write(frame.port,
        {.at_ns = start_unix_ns_ + frame.at.time_since_epoch().count(),
         .length = std::max(frame.length + (frame.tag == 0 ? 0U : kTagBytes), bytes),
         .size = bytes,
         .direction = frame.out ? CapturedFrame::Direction::out : CapturedFrame::Direction::in,
         .comment = {}},
        frame.disposition, fill);
}

template <typename Fill>
void FrameCapture::write(const PortRef& at, CapturedFrame captured, Disposition disposition,
                         const Fill& fill) {
  captured.comment = comments_[static_cast<std::size_t>(disposition)];
  const std::size_t port =
      first_of_node_[static_cast<std::size_t>(at.node)] + static_cast<std::size_t>(at.port);
  for (const Port* here = &ports_[first_of_port_[port]]; here->port == at; ++here) {
    captured.interface = here->interface;
    fill(here->writer->place(captured));
  }
}

bool FrameCapture::looks_as_made(const PassingFrame& frame) {
  const Packet& packet = *frame.packet;
  NewHeaders& made = made_.headers;
  if (frame.number == made_.number && frame.flow == made_.flow && frame.ttl == made.ttl &&
      frame.tag == made.tag && frame.source == made.source_mac &&
      frame.destination == made.destination_mac && packet.source == made.source &&
      packet.destination == made.destination && packet.source_port == made.source_port &&
      packet.destination_port == made.destination_port) {
    return true;
  }
  made_.number = frame.number;
  made_.flow = frame.flow;
  made.destination_mac = frame.destination;
  made.source_mac = frame.source;
  made.tag = frame.tag;
  made.source = packet.source;
  made.destination = packet.destination;
  made.source_port = packet.source_port;
  made.destination_port = packet.destination_port;
  made.ttl = frame.ttl;
  return false;
}

void FrameCapture::make_anew(const PassingFrame& frame) {
  const Packet& packet = *frame.packet;
  compose({.destination_mac = frame.destination,
           .source_mac = frame.source,
           .tag = frame.tag,
           .source = packet.source,
           .destination = packet.destination,
           .protocol = static_cast<std::uint8_t>(packet.protocol),
           .source_port = packet.source_port,
           .destination_port = packet.destination_port,
           .ttl = frame.ttl,
           .number = frame.number,
           .length = frame.length},
          frame_);
}

// An Ethernet header of its own, then what was recorded behind the old one, rewritten.
void FrameCapture::make_in_full(const PassingFrame& frame, std::span<const std::byte> recorded,
                                LinkLayer link_layer) {
  const Headers before = dissect(link_layer, recorded);
  std::array<std::byte, kMaxEthernetHeader> header{};
  const VlanTag tag{.type = kEtherTypeVlan, .control = frame.tag};
  const std::size_t size =
      write_ethernet_header(header, frame.destination, frame.source,
                            {&tag, frame.tag == 0 ? std::size_t{0} : 1}, type_of(before));
  const auto payload = recorded.subspan(std::min<std::size_t>(payload_of(before), recorded.size()));
  frame_.resize(size + payload.size());
  const auto behind =
      std::copy_n(header.begin(), static_cast<std::ptrdiff_t>(size), frame_.begin());
  std::copy(payload.begin(), payload.end(), behind);
  const Headers headers = dissect(LinkLayer::ethernet, frame_);
  if (headers.kind == FrameKind::ip) {
    const bool same_family = frame.packet->source.is_v4() == headers.source.is_v4() &&
                             frame.packet->destination.is_v4() == headers.destination.is_v4();
    if (same_family) {
      set_addresses(frame_, headers, frame.packet->source, frame.packet->destination);
    }
    const Packet& packet = *frame.packet;
    if (headers.has_ports && packet.source_port != 0 && packet.destination_port != 0) {
      set_ports(frame_, headers, packet.source_port, packet.destination_port);
    }
    set_ttl(frame_, headers, frame.ttl);
  } else if (headers.kind == FrameKind::arp) {
    if (frame.packet->source.is_v4() && frame.packet->destination.is_v4()) {
      set_addresses(frame_, headers, frame.packet->source, frame.packet->destination);
    }
    const MacAddress target = frame.destination.is_group() ? MacAddress{} : frame.destination;
    set_arp_macs(frame_, headers, frame.source, target);
  }
}

}  // namespace switchfault
