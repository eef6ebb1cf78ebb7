#include "io/new_file.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchfault {

namespace {

// A device, a pipe or a link, such as /dev/stdout: what is there must not be replaced.
bool is_special(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode);
}

// What is no file on a disk cannot be synchronised.
bool synchronise(int descriptor) {
  return ::fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS || errno == ENOTSUP;
}

}  // namespace

void NewFile::check(const std::string& path) {
  struct stat status {};
  if (path.empty()) {
    errno = ENOENT;
    fail(path);
  }
  if (!is_special(path)) {
    const NewFile begun(path);
    return;
  }
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    fail(path);
  }
  if (::access(path.c_str(), W_OK) != 0) {
    fail(path);
  }
}

NewFile::NewFile(std::string path) : path_(std::move(path)) {
  if (is_special(path_)) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC);
    if (descriptor_ < 0) {
      fail(path_);
    }
    return;
  }
  std::string temporary = path_ + ".XXXXXX";
  descriptor_ = ::mkstemp(temporary.data());
  if (descriptor_ < 0) {
    fail(path_);
  }
  temporary_ = std::move(temporary);
  constexpr mode_t kReadableByAll = 0644;
  if (::fchmod(descriptor_, kReadableByAll) != 0) {
    const int error = errno;
    ::close(descriptor_);
    ::unlink(temporary_.c_str());
    errno = error;
    fail(path_);
  }
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) {
    ::close(descriptor_);
  }
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
  }
}

void NewFile::write(std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor_, content.data(), content.size());
    if (written < 0 && errno == EINVAL && past_cache_) {
      go_past_cache(false);  // The file system asks for more than our alignment.
    } else if (written < 0 && errno != EINTR) {
      fail(path_);
    }
    content.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
  }
}

void NewFile::go_past_cache(bool on) {
  const int flags = ::fcntl(descriptor_, F_GETFL);
  if (flags >= 0) {
    const int wanted = on ? flags | O_DIRECT : flags & ~O_DIRECT;
    past_cache_ = ::fcntl(descriptor_, F_SETFL, wanted) == 0 && on;
  }
}

void NewFile::commit() {
  const bool beside = !temporary_.empty();
  if (!synchronise(descriptor_) || ::close(std::exchange(descriptor_, -1)) != 0 ||
      (beside && ::rename(temporary_.c_str(), path_.c_str()) != 0)) {
    fail(path_);
  }
  temporary_.clear();
}

void NewFile::fail(const std::string& path) {
  throw std::system_error(errno, std::generic_category(), "cannot write " + path);
}

}  // namespace switchfault
