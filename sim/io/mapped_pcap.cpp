#include "io/mapped_pcap.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/link_type.h"
#include "io/pcap_header.h"

namespace switchfault {
namespace {

constexpr std::uint32_t kVersion24 = 2U << 16U | 4U;
constexpr std::uint32_t kLongestPacket = 262144;  // libpcap's MAXIMUM_SNAPLEN
constexpr std::uint32_t kLargestSnapshot = 0x7fffffff;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::size_t kStride = std::size_t{2} << 20U;  // Between looks at the file's size.
constexpr std::size_t kKept = std::size_t{32} << 20U;   // Of pages behind the reader.
constexpr std::size_t kMostMappings = 64;               // A growing file is followed so often.

// A piece of a file in memory, from an offset that is a multiple of a page on.
class Mapping {
 public:
  Mapping(int descriptor, std::size_t offset, std::size_t end)
      : size_(end - offset),
        address_(::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor,
                        static_cast<off_t>(offset))) {
    if (is_mapped()) {
      ::madvise(address_, size_, MADV_SEQUENTIAL);
    }
  }
  ~Mapping() {
    if (is_mapped()) {
      ::munmap(address_, size_);
    }
  }
  Mapping(Mapping&& other) noexcept
      : size_(other.size_), address_(std::exchange(other.address_, MAP_FAILED)) {}
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  [[nodiscard]] bool is_mapped() const { return address_ != MAP_FAILED; }
  [[nodiscard]] const std::byte* data() const { return static_cast<const std::byte*>(address_); }
  [[nodiscard]] std::size_t size() const { return size_; }

  // The page table for these bytes at once, instead of a fault for every few pages.
  void fetch(std::size_t begin, std::size_t end) const {
#ifdef MADV_POPULATE_READ
    advise(begin, end, MADV_POPULATE_READ);
#else
    advise(begin, end, MADV_WILLNEED);
#endif
  }
  void give_back(std::size_t begin, std::size_t end) const {
    advise(begin, end, MADV_DONTNEED);
  }

 private:
  // Advice may be refused; it changes no result.
  void advise(std::size_t begin, std::size_t end, int advice) const {
    ::madvise(static_cast<std::byte*>(address_) + begin, std::min(end, size_) - begin, advice);
  }

  std::size_t size_;
  void* address_;
};

std::optional<std::size_t> size_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(status.st_size);
}

class MappedPcap final : public PacketSource {
 public:
  MappedPcap(int descriptor, const PcapHeader& header, Mapping mapping)
      : descriptor_(descriptor),
        header_(header),
        link_layer_(link_layer_of(header.link_type)),
        fraction_ns_(header.nanoseconds ? 1 : 1000),
        snapshot_(header.snapshot_length == 0 || header.snapshot_length > kLargestSnapshot
                      ? kLongestPacket
                      : header.snapshot_length) {
    mappings_.reserve(kMostMappings);
    mappings_.push_back(std::move(mapping));
    use_last_mapping(PcapHeader::kSize);
  }
  ~MappedPcap() override {
    mappings_.clear();
    if (descriptor_ != STDIN_FILENO) {
      ::close(descriptor_);
    }
  }
  MappedPcap(const MappedPcap&) = delete;
  MappedPcap& operator=(const MappedPcap&) = delete;

  bool next(RecordedPacket& packet) override {
    if (at_ >= checkpoint_ && !go_on()) {
      return false;
    }
    if (static_cast<std::size_t>(limit_ - at_) < PcapHeader::kRecordHeader &&
        !more(PcapHeader::kRecordHeader)) {
      return end_in_header();
    }
    const std::uint32_t captured = header_.number(at_ + 8);
    const std::uint32_t length = header_.number(at_ + 12);
    if (captured > std::min(snapshot_, kLongestPacket)) {
      return next_oversized(packet);
    }
    const std::size_t record = PcapHeader::kRecordHeader + captured;
    if (static_cast<std::size_t>(limit_ - at_) < record && !more(record)) {
      return end_in_packet(captured);
    }
    hand_over(packet, captured, length);
    at_ += record;
    return true;
  }
  [[nodiscard]] bool keeps_bytes() const override { return true; }
  [[nodiscard]] std::uint64_t packets() const override { return tally_.packets; }
  [[nodiscard]] const CaptureEnd& end() const override { return tally_.end; }
  [[nodiscard]] const std::vector<UnreadableLinkType>& unreadable() const override {
    return tally_.unreadable;
  }

 private:
  void hand_over(RecordedPacket& packet, std::uint32_t captured, std::uint32_t length) {
    packet.at_ns = std::int64_t{header_.number(at_)} * kNanosecondsPerSecond +
                   std::int64_t{header_.number(at_ + 4)} * fraction_ns_;
    packet.length = std::max(length, captured);
    packet.link_layer = link_layer_;
    packet.bytes = {at_ + PcapHeader::kRecordHeader, captured};
    ++tally_.packets;
  }

  // More captured bytes than the file says that there can be. libpcap hands over the beginning.
  bool next_oversized(RecordedPacket& packet) {
    const std::uint32_t captured = header_.number(at_ + 8);
    if (captured > kLongestPacket) {
      return damaged(
          captured > snapshot_
              ? fmt::format("invalid packet capture length {}, bigger than snaplen of {}", captured,
                            snapshot_)
              : fmt::format("invalid packet capture length {}, bigger than maximum of {}", captured,
                            kLongestPacket));
    }
    const std::size_t record = PcapHeader::kRecordHeader + captured;
    if (static_cast<std::size_t>(limit_ - at_) < record && !more(record)) {
      const auto there = static_cast<std::size_t>(limit_ - at_) - PcapHeader::kRecordHeader;
      return end_in_packet(there < snapshot_ ? snapshot_ : captured);
    }
    hand_over(packet, snapshot_, header_.number(at_ + 12));
    at_ += record;
    return true;
  }

  // At every stride: is the file still there, and which pages are wanted?
  bool go_on() {
    if (tally_.end.how != CaptureEnd::How::not_yet) {
      return false;
    }
    const auto size = size_of(descriptor_);
    const Mapping& mapping = mappings_.back();
    if (!size || *size < offset_ + mapping.size()) {
      tally_.end = {CaptureEnd::How::cut_off, "the file was cut short while it was read"};
      return stop();
    }
    const auto done = static_cast<std::size_t>(at_ - mapping.data());
    checkpoint_ = mapping.data() + std::min(done + kStride, mapping.size());
    const std::size_t page = page_size();
    const std::size_t begin = done / page * page;
    mapping.fetch(begin, begin + kStride + page);
    if (begin > kKept + given_back_) {
      mapping.give_back(given_back_, begin - kKept);
      given_back_ = begin - kKept;
    }
    return true;
  }

  // Whether the file has grown by now so that `count` bytes are there from here on.
  bool more(std::size_t count) {
    const auto size = size_of(descriptor_);
    const std::size_t here = offset_ + static_cast<std::size_t>(at_ - mappings_.back().data());
    if (!size || *size < here + count || mappings_.size() == kMostMappings) {
      return false;
    }
    const std::size_t begin = here / page_size() * page_size();
    Mapping mapping(descriptor_, begin, *size);
    if (!mapping.is_mapped()) {
      return false;
    }
    mappings_.back().give_back(given_back_, mappings_.back().size());
    mappings_.push_back(std::move(mapping));
    offset_ = begin;
    use_last_mapping(here - begin);
    return true;
  }

  void use_last_mapping(std::size_t done) {
    const Mapping& mapping = mappings_.back();
    at_ = mapping.data() + done;
    limit_ = mapping.data() + mapping.size();
    checkpoint_ = at_;
    given_back_ = 0;
  }

  static std::size_t page_size() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

  // The words are libpcap's.
  bool end_in_header() {
    const auto there = static_cast<std::size_t>(limit_ - at_);
    if (there == 0) {
      tally_.end = {CaptureEnd::How::complete, {}};
      return stop();
    }
    tally_.end = {CaptureEnd::How::cut_off,
                  fmt::format("truncated dump file; tried to read {} header bytes, only got {}",
                              PcapHeader::kRecordHeader, there)};
    return stop();
  }
  bool end_in_packet(std::uint32_t wanted) {
    const auto there = static_cast<std::size_t>(limit_ - at_) - PcapHeader::kRecordHeader;
    tally_.end = {CaptureEnd::How::cut_off,
                  fmt::format("truncated dump file; tried to read {} captured bytes, only got {}",
                              wanted, there)};
    return stop();
  }
  bool damaged(std::string reason) {
    tally_.end = {CaptureEnd::How::damaged, std::move(reason)};
    return stop();
  }
  // From now on next() goes no further than the checkpoint.
  bool stop() {
    checkpoint_ = at_;
    return false;
  }

  int descriptor_;
  PcapHeader header_;
  LinkLayer link_layer_;
  std::int64_t fraction_ns_;
  std::uint32_t snapshot_;
  std::vector<Mapping> mappings_;  // The last one is read; the others keep their bytes valid.
  std::size_t offset_ = 0;         // In the file, of the last one.
  const std::byte* at_ = nullptr;
  const std::byte* limit_ = nullptr;
  const std::byte* checkpoint_ = nullptr;
  std::size_t given_back_ = 0;  // Pages before it.
  CaptureTally tally_;
};

}  // namespace

std::unique_ptr<PacketSource> map_pcap(int descriptor) {
  const auto size = size_of(descriptor);
  if (!size || ::lseek(descriptor, 0, SEEK_CUR) != 0) {
    return nullptr;
  }
  std::array<std::byte, PcapHeader::kSize> first{};
  PcapHeader header;
  if (::pread(descriptor, first.data(), first.size(), 0) != static_cast<ssize_t>(first.size()) ||
      !read_pcap_header(first, header) || header.version != kVersion24 ||
      link_layer_of(header.link_type) == LinkLayer::unknown) {
    return nullptr;
  }
  Mapping mapping(descriptor, 0, *size);
  if (!mapping.is_mapped()) {
    return nullptr;
  }
  return std::make_unique<MappedPcap>(descriptor, header, std::move(mapping));
}

}  // namespace switchfault
