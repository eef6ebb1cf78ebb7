// PcapngWriter: the CaptureWriter of <switchfault/capture.h>.
//
// Blocks: one section header, an interface description (if_name, if_tsresol 9) for each interface,
// enhanced packet blocks with direction (epb_flags) and comment. All of link type Ethernet, because
// libpcap reads no file with several. Little-endian on every machine, no date, no host, so that the
// bytes depend on the calls alone. Memory: that of a BackgroundFile.

#ifndef SWITCHFAULT_IO_PCAPNG_WRITER_H_
#define SWITCHFAULT_IO_PCAPNG_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <switchfault/capture.h>

#include "io/background_file.h"

namespace switchfault {

class PcapngWriter final : public CaptureWriter {
 public:
  explicit PcapngWriter(std::string path);
  std::uint32_t add_interface(std::string_view name) override;
  std::byte* place(const CapturedFrame& frame) override;
  void finish() override;

 private:
  std::byte* place_with_options(const CapturedFrame& frame);
  char* begin_packet(const CapturedFrame& frame, std::uint32_t length);
  void begin_block(std::uint32_t type);
  void end_block();
  void put16(std::uint16_t value);
  void put32(std::uint32_t value);
  void put(std::span<const std::byte> bytes);
  void pad(std::size_t bytes);
  void put_option(std::uint16_t code, std::string_view value);

  BackgroundFile file_;
  std::string block_;  // That is being composed.
  std::uint32_t interfaces_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_PCAPNG_WRITER_H_
