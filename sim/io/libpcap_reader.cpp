#include "io/libpcap_reader.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <string_view>
#include <utility>

#include <pcap/pcap.h>

#include "io/link_type.h"
#include "io/pcap_header.h"

namespace switchfault {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kNanosecondsPerMicrosecond = 1000;
constexpr std::int64_t kWrapped = std::int64_t{1}
                                  << 32U;  // What a 32-bit field holds at most, + 1.

// A stream that libpcap reads through a FILE. Exceptions must not pass through C; they wait here.
struct Cookie {
  BufferedStream stream;
  std::exception_ptr failure;
};

ssize_t read_cookie(void* cookie, char* into, std::size_t size) {
  auto& source = *static_cast<Cookie*>(cookie);
  try {
    return static_cast<ssize_t>(source.stream.read({reinterpret_cast<std::byte*>(into), size}));
  } catch (...) {
    source.failure = std::current_exception();
    errno = EIO;
    return -1;
  }
}

struct PcapCloser {
  void operator()(pcap_t* pcap) const { pcap_close(pcap); }
};
using Pcap = std::unique_ptr<pcap_t, PcapCloser>;

class LibpcapReader final : public PacketSource {
 public:
  LibpcapReader(std::unique_ptr<Cookie> cookie, Pcap pcap, const PcapHeader& header)
      : cookie_(std::move(cookie)),
        pcap_(std::move(pcap)),
        link_type_(header.link_type),
        link_layer_(link_layer_of(header.link_type)),
        wrapped_fraction_(header.nanoseconds ? kWrapped : kWrapped * kNanosecondsPerMicrosecond) {}

  bool next(RecordedPacket& packet) override {
    if (tally_.end.how != CaptureEnd::How::not_yet) {
      return false;
    }
    pcap_pkthdr* header = nullptr;
    const u_char* data = nullptr;
    if (pcap_next_ex(pcap_.get(), &header, &data) != 1) {
      finish();
      return false;
    }
    // libpcap takes both fields as signed when the file has the byte order of the machine.
    std::int64_t seconds = header->ts.tv_sec;
    std::int64_t fraction = header->ts.tv_usec;
    seconds += seconds < 0 ? kWrapped : 0;
    fraction += fraction < 0 ? wrapped_fraction_ : 0;
    packet.at_ns = seconds * kNanosecondsPerSecond + fraction;
    packet.length = std::max(header->len, header->caplen);
    packet.link_layer = link_layer_;
    packet.bytes = {reinterpret_cast<const std::byte*>(data), header->caplen};
    ++tally_.packets;
    if (link_layer_ == LinkLayer::unknown) {
      tally_.count_unreadable(link_type_);
    }
    return true;
  }
  [[nodiscard]] std::uint64_t packets() const override { return tally_.packets; }
  [[nodiscard]] const CaptureEnd& end() const override { return tally_.end; }
  [[nodiscard]] const std::vector<UnreadableLinkType>& unreadable() const override {
    return tally_.unreadable;
  }

 private:
  void finish() {
    if (cookie_->failure) {
      std::rethrow_exception(cookie_->failure);
    }
    const std::string_view words = pcap_geterr(pcap_.get());
    const bool cut = words.starts_with("truncated");
    if (!cut && !words.empty()) {
      tally_.end = {CaptureEnd::How::damaged, std::string(words)};
      return;
    }
    // That the compressed data ends early says more than that a record does.
    tally_.end = cookie_->stream.end();
    if (cut && tally_.end.how == CaptureEnd::How::complete) {
      tally_.end = {CaptureEnd::How::cut_off, std::string(words)};
    }
  }

  std::unique_ptr<Cookie> cookie_;  // Outlives the FILE inside pcap_.
  Pcap pcap_;
  std::uint32_t link_type_;
  LinkLayer link_layer_;
  std::int64_t wrapped_fraction_;
  CaptureTally tally_;
};

}  // namespace

std::unique_ptr<PacketSource> read_with_libpcap(BufferedStream stream, std::string& refusal) {
  PcapHeader header;
  read_pcap_header(stream.peek(PcapHeader::kSize), header);
  auto cookie = std::make_unique<Cookie>(Cookie{std::move(stream), nullptr});
  std::FILE* const file =
      ::fopencookie(cookie.get(), "rb",
                    {.read = read_cookie, .write = nullptr, .seek = nullptr, .close = nullptr});
  if (file == nullptr) {
    refusal = "out of memory";
    return nullptr;
  }
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  Pcap pcap(
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, words.data()));
  if (!pcap) {
    std::fclose(file);
    if (cookie->failure) {
      std::rethrow_exception(cookie->failure);
    }
    refusal = words.data();
    return nullptr;
  }
  return std::make_unique<LibpcapReader>(std::move(cookie), std::move(pcap), header);
}

}  // namespace switchfault
