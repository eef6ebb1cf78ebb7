#include "io/pcap_reader.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "io/link_type.h"
#include "io/pcap_header.h"

namespace switchfault {
namespace {

constexpr std::uint32_t kVersion24 = 2U << 16U | 4U;
constexpr std::uint32_t kLongestPacket = 262144;  // libpcap's MAXIMUM_SNAPLEN
constexpr std::uint32_t kLargestSnapshot = 0x7fffffff;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

class PcapReader final : public PacketSource {
 public:
  PcapReader(BufferedStream stream, const PcapHeader& header)
      : stream_(std::move(stream)),
        header_(header),
        link_layer_(link_layer_of(header.link_type)),
        fraction_ns_(header.nanoseconds ? 1 : 1000),
        snapshot_(header.snapshot_length == 0 || header.snapshot_length > kLargestSnapshot
                      ? kLongestPacket
                      : header.snapshot_length) {
    stream_.consume(PcapHeader::kSize);
  }

  bool next(RecordedPacket& packet) override {
    stream_.consume(std::exchange(pending_, 0));
    auto record = stream_.peek(PcapHeader::kRecordHeader);
    if (record.size() < PcapHeader::kRecordHeader) {
      return end_in_header(record.size());
    }
    const std::uint32_t captured = header_.number(&record[8]);
    if (captured > kLongestPacket) {
      return refuse(captured);
    }
    const std::size_t size = PcapHeader::kRecordHeader + captured;
    if (record.size() < size) {
      record = stream_.peek(size);
      if (record.size() < size) {
        return end_in_packet(captured, record.size() - PcapHeader::kRecordHeader);
      }
    }
    packet.at_ns = std::int64_t{header_.number(record.data())} * kNanosecondsPerSecond +
                   std::int64_t{header_.number(&record[4])} * fraction_ns_;
    // Of a packet that is longer than the file says, libpcap hands over the beginning.
    const std::uint32_t kept = std::min(captured, snapshot_);
    packet.length = std::max(header_.number(&record[12]), kept);
    packet.link_layer = link_layer_;
    packet.bytes = record.subspan(PcapHeader::kRecordHeader, kept);
    pending_ = size;
    ++tally_.packets;
    return true;
  }
  [[nodiscard]] std::uint64_t packets() const override { return tally_.packets; }
  [[nodiscard]] const CaptureEnd& end() const override { return tally_.end; }
  [[nodiscard]] const std::vector<UnreadableLinkType>& unreadable() const override {
    return tally_.unreadable;
  }

 private:
  // The words are libpcap's.
  bool end_in_header(std::size_t there) {
    return end_early(there, fmt::format("truncated dump file; tried to read {} header bytes, only "
                                        "got {}",
                                        PcapHeader::kRecordHeader, there));
  }
  bool end_in_packet(std::uint32_t captured, std::size_t there) {
    // libpcap reads up to the snapshot length first and what is beyond it afterwards.
    const std::uint32_t wanted = there < snapshot_ ? std::min(captured, snapshot_) : captured;
    return end_early(1, fmt::format("truncated dump file; tried to read {} captured bytes, only "
                                    "got {}",
                                    wanted, there));
  }
  bool end_early(std::size_t there, std::string words) {
    if (tally_.end.how != CaptureEnd::How::not_yet) {
      return false;
    }
    // That compressed data ends early says more than that a record does.
    tally_.end = stream_.end();
    if (tally_.end.how == CaptureEnd::How::complete && there > 0) {
      tally_.end = {CaptureEnd::How::cut_off, std::move(words)};
    }
    return false;
  }
  bool refuse(std::uint32_t captured) {
    tally_.end = {CaptureEnd::How::damaged,
                  captured > snapshot_
                      ? fmt::format("invalid packet capture length {}, bigger than snaplen of {}",
                                    captured, snapshot_)
                      : fmt::format("invalid packet capture length {}, bigger than maximum of {}",
                                    captured, kLongestPacket)};
    return false;
  }

  BufferedStream stream_;
  PcapHeader header_;
  LinkLayer link_layer_;
  std::int64_t fraction_ns_;
  std::uint32_t snapshot_;
  std::size_t pending_ = 0;  // Bytes of the last record, consumed when the next one is wanted.
  CaptureTally tally_;
};

}  // namespace

std::unique_ptr<PacketSource> read_pcap(BufferedStream& stream) {
  PcapHeader header;
  if (!read_pcap_header(stream.peek(PcapHeader::kSize), header) || header.version != kVersion24 ||
      link_layer_of(header.link_type) == LinkLayer::unknown) {
    return nullptr;
  }
  return std::make_unique<PcapReader>(std::move(stream), header);
}

}  // namespace switchfault
