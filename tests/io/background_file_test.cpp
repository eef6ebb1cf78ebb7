#include "io/background_file.h"

#include <cstring>
#include <filesystem>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include "io/capture_bytes.h"

namespace switchfault {
namespace {

void put(BackgroundFile& file, const std::string& text) {
  std::memcpy(file.room(text.size()), text.data(), text.size());
  file.advance(text.size());
}

TEST(BackgroundFile, ShortFilesAreThereWhenCommitted) {
  const std::string folder = capture_folder();
  BackgroundFile file(folder + "a");
  put(file, "short ");
  put(file, "and sweet");
  EXPECT_FALSE(std::filesystem::exists(folder + "a"));
  file.commit();
  EXPECT_EQ(text_of(file_bytes(folder + "a")), "short and sweet");
}

// Pieces that fit no buffer, more of them than all buffers hold.
TEST(BackgroundFile, LongFilesAreThePiecesInTheirOrder) {
  const std::string folder = capture_folder();
  BackgroundFile file(folder + "a");
  std::string expected;
  for (std::size_t i = 0; expected.size() < 6 * BackgroundFile::kBufferBytes; ++i) {
    const std::string piece(1 + i * 7919 % 100'003, static_cast<char>('a' + i % 26));
    put(file, piece);
    expected += piece;
  }
  file.commit();
  EXPECT_TRUE(text_of(file_bytes(folder + "a")) == expected);
}

// Nearly a buffer full of others, so that nearly all of the longest piece lies behind its end.
TEST(BackgroundFile, HoldsTheLongestPieceAtTheEndOfABuffer) {
  const std::string folder = capture_folder();
  BackgroundFile file(folder + "a");
  const std::string longest(BackgroundFile::kMostRoom, 'x');
  const std::string rest(BackgroundFile::kBufferBytes - BackgroundFile::kMostRoom - 1, 'y');
  put(file, longest);
  put(file, rest);
  put(file, longest);
  put(file, longest);
  file.commit();
  EXPECT_TRUE(text_of(file_bytes(folder + "a")) == longest + rest + longest + longest);
}

TEST(BackgroundFile, LeavesNothingWithoutCommit) {
  const std::string folder = capture_folder();
  {
    BackgroundFile file(folder + "a");
    for (int i = 0; i < 5; ++i) {
      put(file, std::string(BackgroundFile::kMostRoom, 'x'));
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST(BackgroundFile, SaysWhatCannotBeWritten) {
  const std::string path = capture_folder() + "missing/a";
  try {
    const BackgroundFile file(path);
    FAIL() << "it was opened";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot write " + path + ": No such file or directory");
  }
}

}  // namespace
}  // namespace switchfault
