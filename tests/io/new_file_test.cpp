#include "io/new_file.h"

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "io/capture_bytes.h"

namespace switchfault {
namespace {

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

TEST(NewFile, TakesItsNameWhenItIsComplete) {
  const std::string folder = capture_folder();
  write_bytes(folder + "a", bytes_of("00"));
  NewFile file(folder + "a");
  file.write("new ");
  file.write("content");
  EXPECT_EQ(file_bytes(folder + "a"), bytes_of("00"));
  file.commit();
  EXPECT_EQ(text_of(file_bytes(folder + "a")), "new content");
  EXPECT_EQ(names_in(folder), std::vector<std::string>{"a"});
}

TEST(NewFile, LeavesNothingWithoutCommit) {
  const std::string folder = capture_folder();
  { NewFile(folder + "a").write("half"); }
  EXPECT_EQ(names_in(folder), std::vector<std::string>{});
}

TEST(NewFile, SaysWhichFileCannotBeWritten) {
  const std::string path = capture_folder() + "missing/a";
  try {
    const NewFile file(path);
    FAIL() << "it was opened";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot write " + path + ": No such file or directory");
  }
}

TEST(NewFile, ChecksAPlaceWithoutAnyChange) {
  const std::string folder = capture_folder();
  write_bytes(folder + "old", bytes_of("00"));
  std::filesystem::create_symlink("old", folder + "link");
  std::filesystem::create_directory(folder + "sub");
  for (const char* name : {"old", "link", "new"}) {
    EXPECT_NO_THROW(NewFile::check(folder + name)) << name;
  }
  EXPECT_EQ(file_bytes(folder + "old"), bytes_of("00"));
  EXPECT_EQ(names_in(folder), (std::vector<std::string>{"link", "old", "sub"}));
  const auto said = [](const std::string& path) -> std::string {
    try {
      NewFile::check(path);
    } catch (const std::system_error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(said(folder + "no/a"), "cannot write " + folder + "no/a: No such file or directory");
  EXPECT_EQ(said(folder + "sub"), "cannot write " + folder + "sub: Is a directory");
  EXPECT_EQ(said(folder + "old/a"), "cannot write " + folder + "old/a: Not a directory");
  EXPECT_EQ(said(""), "cannot write : No such file or directory");
}

TEST(NewFile, WhatIsNoPlainFileIsWrittenInPlace) {
  const std::string folder = capture_folder();
  write_bytes(folder + "real", bytes_of("00"));
  std::filesystem::create_symlink("real", folder + "link");
  NewFile file(folder + "link");
  file.write("through");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder + "link"));
  EXPECT_EQ(text_of(file_bytes(folder + "real")), "through");
}

TEST(NewFile, ADeviceStaysADeviceAndItsErrorIsTold) {
  try {
    NewFile file("/dev/full");
    file.write("x");
    FAIL() << "it was written";
  } catch (const std::system_error& error) {
    EXPECT_EQ(std::string(error.what()), "cannot write /dev/full: No space left on device");
  }
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

}  // namespace
}  // namespace switchfault
