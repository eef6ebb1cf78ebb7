#include "io/byte_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>
#define ZLIB_CONST  // Input is const.
#include <zlib.h>
#include <zstd.h>

#include "core/check.h"

namespace switchfault {
namespace {

class FileStream final : public ByteStream {
 public:
  FileStream(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~FileStream() override {
    if (descriptor_ != STDIN_FILENO) {
      ::close(descriptor_);
    }
  }
  FileStream(const FileStream&) = delete;
  FileStream& operator=(const FileStream&) = delete;

  std::size_t read(std::span<std::byte> into) override {
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, into.data(), into.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
      throw std::system_error(errno, std::generic_category(), "cannot read " + path_);
    }
    return static_cast<std::size_t>(count);
  }
  [[nodiscard]] CaptureEnd end() const override { return {CaptureEnd::How::complete, {}}; }

 private:
  int descriptor_;
  std::string path_;
};

class GzipStream final : public ByteStream {
 public:
  explicit GzipStream(BufferedStream stream) : stream_(std::move(stream)) {
    constexpr int kLargestWindow = 15, kGzipOnly = 16;  // As inflateInit2 wants them.
    SF_CHECK(inflateInit2(&inflater_, kLargestWindow + kGzipOnly) == Z_OK);
  }
  ~GzipStream() override { inflateEnd(&inflater_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  std::size_t read(std::span<std::byte> into) override {
    inflater_.next_out = reinterpret_cast<Bytef*>(into.data());
    inflater_.avail_out = static_cast<uInt>(std::min<std::size_t>(into.size(), 1U << 30U));
    const uInt wanted = inflater_.avail_out;
    while (inflater_.avail_out == wanted && wanted > 0 && end_.how == CaptureEnd::How::not_yet) {
      inflate_some();
    }
    return wanted - inflater_.avail_out;
  }
  [[nodiscard]] CaptureEnd end() const override { return end_; }

 private:
  void inflate_some() {
    const auto input = stream_.peek(1);
    if (input.empty() && between_members_) {
      end_ = {CaptureEnd::How::complete, {}};
      return;
    }
    const uInt given = static_cast<uInt>(std::min<std::size_t>(input.size(), 1U << 30U));
    const uInt room = inflater_.avail_out;
    inflater_.next_in = reinterpret_cast<const Bytef*>(input.data());
    inflater_.avail_in = given;
    between_members_ = false;
    const int status = inflate(&inflater_, Z_NO_FLUSH);
    stream_.consume(given - inflater_.avail_in);
    if (status == Z_STREAM_END) {
      between_members_ = true;
      inflateReset(&inflater_);
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      end_ = {CaptureEnd::How::damaged,
              fmt::format("the gzip data is damaged: {}",
                          inflater_.msg != nullptr ? inflater_.msg : "no reason told")};
    } else if (given == 0 && inflater_.avail_out == room) {
      end_ = {CaptureEnd::How::cut_off, "the gzip data ends before its end mark"};
    }
  }

  BufferedStream stream_;
  z_stream inflater_{};
  bool between_members_ = false;
  CaptureEnd end_;
};

class ZstdStream final : public ByteStream {
 public:
  explicit ZstdStream(BufferedStream stream)
      : stream_(std::move(stream)), decoder_(ZSTD_createDStream()) {
    SF_CHECK(decoder_ != nullptr);
  }
  ~ZstdStream() override { ZSTD_freeDStream(decoder_); }
  ZstdStream(const ZstdStream&) = delete;
  ZstdStream& operator=(const ZstdStream&) = delete;

  std::size_t read(std::span<std::byte> into) override {
    ZSTD_outBuffer output{into.data(), into.size(), 0};
    while (output.pos == 0 && output.size > 0 && end_.how == CaptureEnd::How::not_yet) {
      decode_some(output);
    }
    return output.pos;
  }
  [[nodiscard]] CaptureEnd end() const override { return end_; }

 private:
  void decode_some(ZSTD_outBuffer& output) {
    const auto bytes = stream_.peek(1);
    if (bytes.empty() && flushed_) {
      end_ = hint_ == 0
                 ? CaptureEnd{CaptureEnd::How::complete, {}}
                 : CaptureEnd{CaptureEnd::How::cut_off, "the zstd data ends before its end mark"};
      return;
    }
    ZSTD_inBuffer input{bytes.data(), bytes.size(), 0};
    hint_ = ZSTD_decompressStream(decoder_, &output, &input);
    stream_.consume(input.pos);
    if (ZSTD_isError(hint_) != 0) {
      end_ = {CaptureEnd::How::damaged,
              fmt::format("the zstd data is damaged: {}", ZSTD_getErrorName(hint_))};
      return;
    }
    // A full output may leave more inside the decoder.
    flushed_ = output.pos < output.size || hint_ == 0;
  }

  BufferedStream stream_;
  ZSTD_DStream* decoder_;
  std::size_t hint_ = 0;  // 0: at the end of a frame.
  bool flushed_ = true;
  CaptureEnd end_;
};

}  // namespace

std::unique_ptr<ByteStream> file_stream(int descriptor, std::string path) {
  return std::make_unique<FileStream>(descriptor, std::move(path));
}

BufferedStream::BufferedStream(std::unique_ptr<ByteStream> stream)
    : stream_(std::move(stream)), buffer_(kCapacity) {}

void BufferedStream::fill(std::size_t count) {
  std::memmove(buffer_.data(), buffer_.data() + begin_, filled_ - begin_);
  filled_ -= begin_;
  begin_ = 0;
  if (buffer_.size() < count) {
    buffer_.resize(count);
  }
  while (filled_ < count) {
    const std::size_t read = stream_->read(std::span(buffer_).subspan(filled_));
    if (read == 0) {
      break;
    }
    filled_ += read;
  }
}

std::size_t BufferedStream::read(std::span<std::byte> into) {
  if (begin_ == filled_ && into.size() >= buffer_.size()) {
    return stream_->read(into);
  }
  const auto at_hand = peek(1);
  const std::size_t count = std::min(at_hand.size(), into.size());
  std::copy_n(at_hand.begin(), count, into.begin());
  consume(count);
  return count;
}

Compression compression_of(std::span<const std::byte> first_bytes) {
  const auto begins_with = [&](std::initializer_list<unsigned> magic) {
    return first_bytes.size() >= magic.size() &&
           std::equal(magic.begin(), magic.end(), first_bytes.begin(),
                      [](unsigned a, std::byte b) { return a == std::to_integer<unsigned>(b); });
  };
  if (begins_with({0x1f, 0x8b})) {
    return Compression::gzip;
  }
  return begins_with({0x28, 0xb5, 0x2f, 0xfd}) ? Compression::zstd : Compression::none;
}

std::unique_ptr<ByteStream> decompressed(Compression compression, BufferedStream stream) {
  SF_CHECK(compression != Compression::none);
  if (compression == Compression::gzip) {
    return std::make_unique<GzipStream>(std::move(stream));
  }
  return std::make_unique<ZstdStream>(std::move(stream));
}

}  // namespace switchfault
