#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <system_error>

#include <sys/stat.h>
#include <unistd.h>

#include <switchfault/report.h>

namespace switchfault {
namespace {

[[noreturn]] void fail(const std::string& path, const std::string& temporary) {
  const int error = errno;
  if (!temporary.empty()) {
    ::unlink(temporary.c_str());
  }
  throw std::system_error(error, std::generic_category(), "cannot write " + path);
}

void write_all(int file, std::string_view content, const std::string& path,
               const std::string& temporary) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) {
      ::close(file);
      fail(path, temporary);
    }
    content.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
}

}  // namespace

void write_file(const std::string& path, const std::string& content) {
  // In the same folder, because rename works within one file system only.
  std::string temporary = path + ".XXXXXX";
  const int file = ::mkstemp(temporary.data());
  if (file < 0) {
    fail(path, "");
  }
  constexpr mode_t kReadableByAll = 0644;
  if (::fchmod(file, kReadableByAll) != 0) {
    ::close(file);
    fail(path, temporary);
  }
  write_all(file, content, path, temporary);
  if (::fsync(file) != 0 || ::close(file) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    fail(path, temporary);
  }
}

}  // namespace switchfault
