// Captures: packets read from pcap and pcapng files, and packets written as pcapng.
//
// A PacketSource streams: memory does not grow with the file, and a pipe serves as well as a file.
// Every recorded packet is handed over, also of a link layer that nobody here can read (it is
// counted and named), so that what is counted later sums up to what the file holds.
// docs/captures.md lists the formats. Not done: waiting for a growing file (what is there at its
// end is read).

#ifndef SWITCHFAULT_CAPTURE_H_
#define SWITCHFAULT_CAPTURE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace switchfault {

// How the bytes of a recorded packet begin.
enum class LinkLayer : std::uint8_t {
  ethernet,
  linux_sll,      // Linux "cooked", version 1
  linux_sll2,     // and version 2
  raw_ip,         // an IP header, either version
  null_loopback,  // BSD address family in either byte order
  ppp,            // with or without HDLC framing; Cisco HDLC too
  pppoe,          // PPPoE session header
  ieee80211,
  radiotap,  // in front of an IEEE 802.11 frame
  unknown,
};

struct RecordedPacket {
  std::int64_t at_ns = 0;    // Since the Unix epoch, as recorded.
  std::uint32_t length = 0;  // On the wire, as recorded but never less than bytes.size().
  LinkLayer link_layer = LinkLayer::unknown;
  std::span<const std::byte> bytes;  // What was captured.
};

struct CaptureEnd {
  enum class How : std::uint8_t {
    not_yet,
    complete,
    cut_off,  // The file ends inside a record.
    damaged,  // What follows cannot be a record.
  };
  How how = How::not_yet;
  std::string reason;  // Of cut_off and damaged, in the reader's words.
};

// Packets of a link layer that cannot be read.
struct UnreadableLinkType {
  std::uint32_t link_type = 0;  // As numbered in files.
  std::string name;             // "USB_LINUX", or "link type 290" when libpcap has no name for it.
  std::uint64_t packets = 0;
};

class PacketSource {
 public:
  virtual ~PacketSource() = default;
  // False at the end, see end(). The bytes of the packet stay valid until the next call. Throws
  // std::system_error when the machine cannot read.
  virtual bool next(RecordedPacket& packet) = 0;
  [[nodiscard]] virtual std::uint64_t packets() const = 0;  // Handed over so far.
  [[nodiscard]] virtual const CaptureEnd& end() const = 0;
  [[nodiscard]] virtual const std::vector<UnreadableLinkType>& unreadable() const = 0;
};

struct CaptureOptions {
  bool libpcap_only = false;  // Leaves all pcap files to libpcap, which gives the same more slowly.
};

// A file, a fifo or "-", the standard input; also compressed with gzip or zstd. Waits for the first
// bytes of a pipe. Throws InputError for what is no capture.
std::unique_ptr<PacketSource> open_capture(const std::string& path,
                                           const CaptureOptions& options = {});

// --- Writing ---------------------------------------------------------------------------------

struct CapturedFrame {
  enum class Direction : std::uint8_t { unknown, in, out };
  std::uint32_t interface = 0;  // From add_interface.
  std::int64_t at_ns = 0;       // Since the Unix epoch; what is before it is written as 0.
  std::uint32_t length = 0;     // On the wire; at least what there is of it.
  std::uint32_t size = 0;       // What there is of it.
  Direction direction = Direction::unknown;
  std::string_view comment;  // Empty: none.
};

// A pcapng file of Ethernet frames with nanoseconds, written beside its name and renamed to it by
// finish(); without finish() nothing is left of it. Every member throws std::system_error with path
// and system text. The same calls give the same bytes.
class CaptureWriter {
 public:
  virtual ~CaptureWriter() = default;
  // "switch:port"; at any time before the first frame of it.
  virtual std::uint32_t add_interface(std::string_view name) = 0;
  // Writes a frame but for its bytes: where they go, to be put there before the next call of any
  // member. They are composed in their place, because a copy of what has just been composed waits
  // until the processor has stored it.
  virtual std::byte* place(const CapturedFrame& frame) = 0;
  // The same with its bytes; `size` is theirs.
  void write(CapturedFrame frame, std::span<const std::byte> bytes);
  virtual void finish() = 0;
};

std::unique_ptr<CaptureWriter> create_capture(const std::string& path);

}  // namespace switchfault

#endif  // SWITCHFAULT_CAPTURE_H_
