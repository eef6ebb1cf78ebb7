#include "io/source_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchfault {
namespace {

class SourceFileReading : public testing::Test {
 protected:
  SourceFileReading() {
    std::string name = testing::TempDir() + "switchfault-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~SourceFileReading() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

  // The text of the file, or what is wrong without the folder's name.
  std::string read(const std::string& file_path, std::size_t max_bytes = 100) {
    std::vector<SourceFile> files{{.path = file_path, .text = {}}};
    DiagnosticSink sink(files);
    if (read_source_file(0, files[0], max_bytes, sink)) {
      return files[0].text;
    }
    try {
      sink.throw_if_any();
    } catch (const InputError& error) {
      const std::string text = error.what();
      return text.starts_with(folder_) ? text.substr(folder_.size() + 1) : text;
    }
    return "failed without an error";
  }

 private:
  std::string folder_;
};

TEST_F(SourceFileReading, ReadsEveryByteUpToTheLimit) {
  EXPECT_EQ(read(write("a.yaml", "a: 1\r\n")), "a: 1\r\n");
  EXPECT_EQ(read(write("empty.yaml", "")), "");
  EXPECT_EQ(read(write("full.yaml", std::string(100, 'x'))), std::string(100, 'x'));
  EXPECT_EQ(read(write("big.yaml", std::string(101, 'x'))),
            "big.yaml: error: 101 bytes long, at most 100 are read\n"
            "  --max-input raises the limit\n");
}

TEST_F(SourceFileReading, RefusesWhatIsNoRegularFile) {
  std::filesystem::create_directory(path("folder"));
  EXPECT_EQ(read(path("folder")), "folder: error: is a directory, a file is needed\n");
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(read(path("pipe")), "pipe: error: is a pipe, a regular file is needed\n");
  EXPECT_EQ(read("/dev/zero"), "/dev/zero: error: is a device, a regular file is needed\n");
}

TEST_F(SourceFileReading, FollowsLinksAndNamesWhatIsMissing) {
  std::filesystem::create_symlink(write("a.yaml", "a: 1"), path("link"));
  EXPECT_EQ(read(path("link")), "a: 1");
  EXPECT_EQ(read(path("none")), "none: error: cannot be read: No such file or directory\n");
  EXPECT_EQ(read(path("a.yaml") + "/b"), "a.yaml/b: error: cannot be read: Not a directory\n");
}

TEST_F(SourceFileReading, SaysWhenAFileMayNotBeRead) {
  const std::string secret = write("secret.yaml", "a: 1");
  std::filesystem::permissions(secret, std::filesystem::perms::none);
  if (::geteuid() == 0) {
    GTEST_SKIP() << "the superuser may read every file";
  }
  EXPECT_EQ(read(secret), "secret.yaml: error: cannot be read: Permission denied\n");
}

std::string text_errors(const std::string& text) {
  const std::vector<SourceFile> files{{.path = "f", .text = text}};
  DiagnosticSink sink(files);
  if (check_text(0, files[0], sink)) {
    return "text";
  }
  try {
    sink.throw_if_any();
  } catch (const InputError& error) {
    const std::string all = error.what();
    return all.substr(0, all.find('\n'));
  }
  return "failed without an error";
}

TEST(CheckText, AcceptsUtf8WithTabsAndLineEnds) {
  for (const char* text : {"", "a\tb\r\nc\n",
                           "\xEF\xBB\xBF"
                           "a",
                           "äöü €", "\xC2\x85", "\xF0\x9F\x98\x80",
                           "\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", "a\r"}) {
    EXPECT_EQ(text_errors(text), "text") << text;
  }
}

TEST(CheckText, FindsTheFirstByteThatIsNoText) {
  EXPECT_EQ(text_errors(std::string("a\0b", 3)), "f:1:2: error: a control character, U+0000");
  EXPECT_EQ(text_errors("ok\n\x1B[31m"), "f:2:1: error: a control character, U+001B");
  EXPECT_EQ(text_errors("x\x7F"), "f:1:2: error: a control character, U+007F");
  EXPECT_EQ(text_errors("x\x04"), "f:1:2: error: a control character, U+0004");
  EXPECT_EQ(text_errors("ä\xC2\x9B"), "f:1:2: error: a control character, U+009B");
  EXPECT_EQ(text_errors("a\rb"), "f:1:2: error: a carriage return without a line feed");
  EXPECT_EQ(text_errors("\xFF\xFE"
                        "a"),
            "f: error: is UTF-16 text, UTF-8 is needed");
}

TEST(CheckText, RefusesBytesThatAreNotUtf8) {
  // A continuation alone, cut short, overlong in two to four bytes, a surrogate, beyond Unicode.
  for (const char* text :
       {"\x80", "\xC3", "\xC3(", "\xC0\xAF", "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xE2\x82", "\xF0\x9F\x98", "\xFE"}) {
    const std::string errors = text_errors(text);
    EXPECT_EQ(errors.substr(0, 17), "f:1:1: error: byt") << errors;
  }
}

}  // namespace
}  // namespace switchfault
