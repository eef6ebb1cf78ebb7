// NewFile: a file that is written beside its name and takes it when it is complete.
//
// Until commit() the name holds what it held before; without commit() nothing is left. What is no
// plain file, such as a pipe or /dev/stdout, is written in place. Every member throws
// std::system_error with path and system text.

#ifndef SWITCHFAULT_IO_NEW_FILE_H_
#define SWITCHFAULT_IO_NEW_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace switchfault {

class NewFile {
 public:
  static constexpr std::size_t kDirectAlignment = 4096;

  // Throws when one could not be begun there, and changes nothing: what is no plain file is not
  // opened, since a reader at its other end would notice.
  static void check(const std::string& path);
  explicit NewFile(std::string path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view content);
  // True: what follows goes to the disk itself, past the page cache, where the file system can do
  // that; content is then to lie at, and be of, multiples of kDirectAlignment. A mere hint: what
  // cannot go that way goes the other.
  void go_past_cache(bool on);
  // On disk and under its name when it returns. REQUIRES: called once, nothing written after it.
  void commit();

 private:
  [[noreturn]] static void fail(const std::string& path);

  std::string path_;
  // In the same folder: rename works within one file system only. Empty: written in place.
  std::string temporary_;
  int descriptor_ = -1;
  bool past_cache_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_NEW_FILE_H_
