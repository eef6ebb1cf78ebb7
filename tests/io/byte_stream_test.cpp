#include "io/byte_stream.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <gtest/gtest.h>

#include "io/capture_bytes.h"
#include "io/compressed_bytes.h"

namespace switchfault {
namespace {

Bytes bytes_of_text(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string rest_of(ByteStream& stream, std::size_t step = 100) {
  Bytes all;
  Bytes piece(step);
  while (const std::size_t count = stream.read(piece)) {
    all.insert(all.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return text_of(all);
}

std::unique_ptr<ByteStream> unpacked(const Bytes& packed, std::size_t step = 1U << 30U) {
  return decompressed(compression_of(packed),
                      BufferedStream(std::make_unique<MemoryStream>(packed, step)));
}

// Compresses well: decompressors hold much that they have not given yet.
std::string long_text() {
  std::string text(300'000, 'a');
  for (std::size_t i = 0; i < text.size(); i += 1009) {
    text[i] = static_cast<char>('b' + i % 23);
  }
  return text;
}

TEST(BufferedStream, ShowsWhatItWillGive) {
  BufferedStream stream(std::make_unique<MemoryStream>(bytes_of_text("abcdefgh"), 3));
  EXPECT_EQ(stream.peek(2).size(), 3U);
  EXPECT_EQ(stream.peek(5).size(), 6U);
  stream.consume(4);
  std::array<std::byte, 3> piece{};
  EXPECT_EQ(stream.read(piece), 2U);
  EXPECT_EQ(stream.read(piece), 2U);
  EXPECT_EQ(std::to_integer<char>(piece[0]), 'g');
  EXPECT_TRUE(stream.peek(1).empty());
}

TEST(BufferedStream, ShowsMoreThanItsBufferHolds) {
  const std::string text = long_text();
  BufferedStream stream(std::make_unique<MemoryStream>(bytes_of_text(text), 1000));
  stream.peek(1);
  stream.consume(7);
  const auto shown = stream.peek(text.size());
  EXPECT_EQ(text_of({shown.begin(), shown.end()}), text.substr(7));
}

TEST(ByteStream, UnpacksBothFormatsInAnySteps) {
  const std::string text = long_text();
  for (const Bytes& packed : {gzip_of(bytes_of_text(text)), zstd_of(bytes_of_text(text))}) {
    for (const std::size_t step : {1U, 17U, 100'000U}) {
      const auto stream = unpacked(packed, step);
      EXPECT_EQ(rest_of(*stream, step), text);
      EXPECT_EQ(stream->end().how, CaptureEnd::How::complete);
    }
  }
}

TEST(ByteStream, TakesSeveralMembersAsOneStream) {
  const Bytes a = bytes_of_text("first "), b = bytes_of_text("second");
  EXPECT_EQ(rest_of(*unpacked(joined({gzip_of(a), gzip_of(b)}))), "first second");
  EXPECT_EQ(rest_of(*unpacked(joined({zstd_of(a), zstd_of(b)}))), "first second");
}

TEST(ByteStream, SaysWhenPackedDataIsCutOffOrDamaged) {
  const Bytes text = bytes_of_text(long_text());
  for (Bytes packed : {gzip_of(text), zstd_of(text)}) {
    const std::string name = compression_of(packed) == Compression::gzip ? "gzip" : "zstd";
    const auto cut = unpacked({packed.begin(), packed.end() - 3});
    rest_of(*cut);
    EXPECT_EQ(cut->end().how, CaptureEnd::How::cut_off);
    EXPECT_EQ(cut->end().reason, "the " + name + " data ends before its end mark");
    const auto followed = unpacked(joined({packed, bytes_of("0102030405060708")}));
    EXPECT_EQ(rest_of(*followed).size(), text.size());
    EXPECT_EQ(followed->end().how, CaptureEnd::How::damaged);
    EXPECT_EQ(followed->end().reason.substr(0, 25), "the " + name + " data is damaged:");
  }
}

TEST(ByteStream, ReadsAFile) {
  const std::string path = write_bytes(capture_folder() + "x", bytes_of_text("content"));
  EXPECT_EQ(rest_of(*file_stream(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path), 3), "content");
}

TEST(ByteStream, SaysWhichFileCannotBeRead) {
  const std::string folder = capture_folder();
  const auto stream = file_stream(::open(folder.c_str(), O_RDONLY | O_CLOEXEC), "the/path");
  std::array<std::byte, 3> piece{};
  try {
    stream->read(piece);
    FAIL() << "a folder was read";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot read the/path: Is a directory");
  }
}

}  // namespace
}  // namespace switchfault
