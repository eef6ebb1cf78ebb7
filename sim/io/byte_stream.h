// ByteStream: bytes in order, from a file, a pipe or memory, as they are or decompressed.
//
// Memory is bounded whatever the length: gzip needs 32 KiB, zstd its window, of which at most
// 128 MiB (2^27, the limit of the zstd tool) is accepted. Several gzip members or zstd frames in a
// row are one stream, as `gzip -d` and `zstd -d` read them.

#ifndef SWITCHFAULT_IO_BYTE_STREAM_H_
#define SWITCHFAULT_IO_BYTE_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <switchfault/capture.h>

#include "core/check.h"

namespace switchfault {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // How many bytes of `into` were filled; 0 only at the end or when `into` is empty. Throws
  // std::system_error when the machine cannot read.
  virtual std::size_t read(std::span<std::byte> into) = 0;
  // After the end: complete, or why there is no more.
  [[nodiscard]] virtual CaptureEnd end() const = 0;
};

// An open file or pipe; it is closed in the end unless it is the standard input.
std::unique_ptr<ByteStream> file_stream(int descriptor, std::string path);

// A stream that can be looked at before it is consumed.
class BufferedStream {
 public:
  static constexpr std::size_t kCapacity =
      std::size_t{256} * 1024;  // A few times what a pipe holds.

  explicit BufferedStream(std::unique_ptr<ByteStream> stream);
  // All bytes at hand, at least `count` of them unless the stream ends before. They stay valid
  // until the next peek or read.
  std::span<const std::byte> peek(std::size_t count) {
    if (filled_ - begin_ < count) {
      fill(count);
    }
    return {buffer_.data() + begin_, filled_ - begin_};
  }
  // REQUIRES: that many bytes at hand.
  void consume(std::size_t count) {
    SF_CHECK(count <= filled_ - begin_);
    begin_ += count;
  }
  // As ByteStream::read.
  std::size_t read(std::span<std::byte> into);
  [[nodiscard]] CaptureEnd end() const { return stream_->end(); }

 private:
  void fill(std::size_t count);

  std::unique_ptr<ByteStream> stream_;
  std::vector<std::byte> buffer_;
  std::size_t begin_ = 0, filled_ = 0;
};

enum class Compression : std::uint8_t { none, gzip, zstd };
Compression compression_of(std::span<const std::byte> first_bytes);

// REQUIRES: not Compression::none.
std::unique_ptr<ByteStream> decompressed(Compression compression, BufferedStream stream);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_BYTE_STREAM_H_
