#include "io/capture_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <switchfault/diagnostic.h>

#include "io/libpcap_reader.h"
#include "io/pcap_header.h"
#include "io/pcap_reader.h"
#include "io/pcapng_reader.h"

namespace switchfault {
namespace {

constexpr std::string_view kFormats = "pcap and pcapng are read, also compressed with gzip or zstd";
constexpr std::string_view kDecompress = "decompress it first, or into a pipe that is read as '-'";
constexpr std::size_t kLookedAt = 512;  // First bytes that tell text from other formats.

[[noreturn]] void refuse(const std::string& path, std::string message, std::string hint = {}) {
  throw InputError({Diagnostic{.at = {},
                               .path = path,
                               .source_line = {},
                               .message = std::move(message),
                               .hint = std::move(hint)}});
}

[[noreturn]] void refuse_unreadable(const std::string& path) {
  refuse(path, "cannot be read: " + std::generic_category().message(errno));
}

struct KnownFormat {
  std::string_view magic;
  std::string_view words;
  std::string_view hint;
};
using namespace std::string_view_literals;
constexpr std::array<KnownFormat, 6> kOtherFormats = {{
    {"\xFD"
     "7zXZ\0"sv,
     "compressed with xz, which is not read", kDecompress},
    {"BZh"sv, "compressed with bzip2, which is not read", kDecompress},
    {"\x04\x22\x4D\x18"sv, "compressed with lz4, which is not read", kDecompress},
    {"PK\x03\x04"sv, "a zip archive, a capture is needed", "unpack it first"},
    {"snoop\0\0\0"sv, "a capture of snoop, which is not read", "editcap converts it"},
    {"GMBU"sv, "a capture of Network Monitor, which is not read", "editcap converts it"},
}};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7f : byte == '\n' || byte == '\r' || byte == '\t';
  });
}

// Says what it is when it is no capture. `subject` is "" or names the content of a compressed file.
[[noreturn]] void refuse_format(const std::string& path, std::string_view subject,
                                std::span<const std::byte> first) {
  const std::string_view bytes = text_of(first.first(std::min(first.size(), kLookedAt)));
  if (bytes.empty()) {
    refuse(path, fmt::format("{}is empty, a capture is needed", subject));
  }
  for (const KnownFormat& format : kOtherFormats) {
    if (bytes.starts_with(format.magic)) {
      refuse(path, fmt::format("{}is {}", subject, format.words), std::string(format.hint));
    }
  }
  const bool text = is_text(bytes);
  refuse(path,
         fmt::format("{}is {}", subject,
                     text ? "text, a capture is needed" : "no capture of a known format"),
         std::string(kFormats));
}

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  ~OpenFile() {
    if (descriptor_ > STDIN_FILENO) {
      ::close(descriptor_);
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

}  // namespace

std::unique_ptr<PacketSource> read_capture(std::unique_ptr<ByteStream> bytes,
                                           const std::string& path, const CaptureOptions& options) {
  BufferedStream stream(std::move(bytes));
  std::string_view subject;
  const Compression compression = compression_of(stream.peek(4));
  if (compression != Compression::none) {
    subject = compression == Compression::gzip ? "its gzip content " : "its zstd content ";
    stream = BufferedStream(decompressed(compression, std::move(stream)));
  }
  const auto first = stream.peek(PcapHeader::kSize);
  const CaptureEnd end = stream.end();
  if (first.size() < PcapHeader::kSize &&
      (end.how == CaptureEnd::How::cut_off || end.how == CaptureEnd::How::damaged)) {
    refuse(path, "cannot be read: " + end.reason);
  }
  const std::uint32_t magic = first.size() < 4 ? 0 : load_big<std::uint32_t>(first.data());
  if (magic == kSectionHeaderBlock) {
    return read_pcapng(std::move(stream));
  }
  // The last two digits are told apart by libpcap, which knows more forms than the common ones.
  constexpr std::uint32_t kAnyPcap = 0xa1b20000, kUpperHalf = 0xffff0000;
  const std::uint32_t other = swapped(magic);
  if ((magic & kUpperHalf) != kAnyPcap && (other & kUpperHalf) != kAnyPcap) {
    refuse_format(path, subject, stream.peek(kLookedAt));
  }
  if (!options.libpcap_only) {
    if (auto source = read_pcap(stream)) {
      return source;
    }
  }
  std::string refusal;
  auto source = read_with_libpcap(std::move(stream), refusal);
  if (!source) {
    refuse(path, "cannot be read: " + refusal);
  }
  return source;
}

std::unique_ptr<PacketSource> open_capture(const std::string& path, const CaptureOptions& options) {
  const bool standard_input = path == "-";
  const std::string name = standard_input ? "standard input" : path;
  OpenFile file(standard_input ? STDIN_FILENO
                               : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    refuse_unreadable(name);
  }
  if (S_ISDIR(status.st_mode)) {
    refuse(name, "is a directory, a capture is needed");
  }
  return read_capture(file_stream(file.release(), name), name, options);
}

}  // namespace switchfault
