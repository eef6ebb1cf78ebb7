// FrameCapture: the frames that pass a port under capture, made from the recorded bytes with what
// the network has changed: MACs, tag, addresses, ports as mapped, time to live, checksums. Packets
// of the scenario's traffic, of which there are no bytes, are composed with zeros as what they
// carry. Frames of protocols, polls and neighbours come with bytes of their own.
//
// Bytes are kept only while captures are on, in chunks that go when no packet in them is on its
// way. Beyond kMaxKeptBytes only the first kHeaderBytes of further packets are kept (the frame is
// then written as cut off, its length as it was). What ends at the port is written with a comment.

#ifndef SWITCHFAULT_RUN_FRAME_CAPTURE_H_
#define SWITCHFAULT_RUN_FRAME_CAPTURE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include <switchfault/run.h>

#include "core/dissect.h"
#include "core/rewrite.h"
#include "net/packet_plane.h"

namespace switchfault {

class FrameCapture final : public PacketTap {
 public:
  static constexpr std::size_t kMaxKeptBytes = std::size_t{256} << 20U;
  static constexpr std::size_t kHeaderBytes = 128;

  // Throws InputError for a port that is not there. `start_unix_ns`: of time 0.
  FrameCapture(const std::vector<PortCapture>& captures, const Network& network,
               std::int64_t start_unix_ns, std::size_t max_kept_bytes = kMaxKeptBytes);

  // The ports to be captured at.
  [[nodiscard]] std::vector<PortRef> ports() const;

  // Where the bytes of a packet are.
  struct Kept {
    std::uint32_t chunk = 0;  // By its number.
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    LinkLayer link_layer = LinkLayer::unknown;
    bool brief = false;  // Its bytes can be read by dissect_briefly().
  };
  // Of a packet that may be sent.
  [[nodiscard]] Kept keep(const RecordedPacket& packet);
  // It is, or it is not. In the order of keeping and of numbers, every number from 0 on.
  void send(std::uint64_t number, const Kept& kept);
  void drop(const Kept& kept) { --chunk(kept.chunk).waiting; }
  // Packets before this number have ended.
  void release_before(std::uint64_t number);
  void passed(const PassingFrame& frame) override;
  // From time 0 on.
  void crossed(const FrameOnWire& frame) override;

  [[nodiscard]] std::size_t kept_bytes() const { return kept_bytes_; }

 private:
  struct Chunk {
    std::uint64_t first = 0;       // Packet that is sent.
    std::vector<Kept> packets;     // That are sent.
    std::vector<std::byte> bytes;  // Within its capacity.
    std::uint32_t waiting = 0;     // Packets that may yet be sent.
  };
  struct Port {
    PortRef port;
    CaptureWriter* writer = nullptr;
    std::uint32_t interface = 0;
    friend bool operator<(const Port& a, const Port& b) { return a.port < b.port; }
  };
  // What brief_ or frame_ depends on.
  struct Look {
    std::uint64_t number = ~std::uint64_t{0};
    FlowIndex flow = FlowIndex::none;
    NewHeaders headers{};
  };

  [[nodiscard]] Chunk& chunk(std::uint32_t number) { return chunks_[number - first_chunk_]; }
  // Of a packet before those of sent_from_.
  [[nodiscard]] const Chunk& chunk_before(std::uint64_t number) const;
  // The bytes are put where they go by fill(std::byte*).
  template <typename Fill>
  void write(const PortRef& at, CapturedFrame captured, Disposition disposition, const Fill& fill);
  template <typename Fill>
  void write(const PassingFrame& frame, std::size_t size, const Fill& fill);
  // False: it looks otherwise than what was made last, and made_ says how from now on.
  [[nodiscard]] bool looks_as_made(const PassingFrame& frame);
  void make_anew(const PassingFrame& frame);
  void make_in_full(const PassingFrame& frame, std::span<const std::byte> recorded,
                    LinkLayer link_layer);

  // By port, one may be captured several times; behind them one that is none.
  std::vector<Port> ports_;
  std::vector<std::uint32_t> first_of_node_;         // In those of all nodes: its first port.
  std::vector<std::uint32_t> first_of_port_;         // By port of all nodes: the first of ports_.
  std::array<std::string, kDispositions> comments_;  // Of what ends at a port.
  std::int64_t start_unix_ns_;
  std::size_t max_kept_bytes_;
  std::deque<Chunk> chunks_;
  std::uint32_t first_chunk_ = 0;  // The number of the first of them.
  std::uint32_t sent_chunk_ = 0;   // The number of the one that packets are sent from.
  Chunk* sent_from_ = nullptr;     // This one, while there are packets in it.
  Chunk spare_;                    // The last one that went: its memory is used again.
  std::size_t kept_bytes_ = 0;
  BriefRewrite brief_;            // What was made last …
  std::vector<std::byte> frame_;  // … other than briefly …
  Look made_;                     // … for this: it looks the same at both ends of a link.
};

// How long the frame of a recorded packet is here: an Ethernet header and what it carried, without
// tags, labels and the link header it was recorded with.
std::uint32_t frame_length(const Headers& headers, std::uint32_t recorded_length);

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_FRAME_CAPTURE_H_
