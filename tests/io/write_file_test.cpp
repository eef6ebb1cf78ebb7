#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <gtest/gtest.h>

#include <switchfault/report.h>

namespace switchfault {
namespace {

// One a test: tests run side by side.
std::string folder() {
  const auto path = std::filesystem::path(::testing::TempDir()) /
                    (std::string("switchfault_write_file_") +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name());
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path.string();
}

TEST(WriteFile, ReplacesTheWholeFileAndLeavesNothingBeside) {
  const std::string base = folder();
  write_file(base + "/a.json", "first, and longer");
  write_file(base + "/a.json", "second");
  std::ifstream in(base + "/a.json");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "second");
  const std::filesystem::directory_iterator files(base);
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

TEST(WriteFile, SaysWhichFileCannotBeWritten) {
  try {
    write_file(folder() + "/missing/a.json", "text");
    FAIL() << "it was written";
  } catch (const std::system_error& error) {
    EXPECT_NE(std::string(error.what()).find("missing/a.json: No such file"), std::string::npos);
  }
}

}  // namespace
}  // namespace switchfault
