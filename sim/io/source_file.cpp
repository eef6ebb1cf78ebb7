#include "io/source_file.h"

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace switchfault {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A file descriptor that is closed in the end.
class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)) {}
  ~OpenFile() {
    if (is_open()) {
      ::close(descriptor_);
    }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::string system_text(int number) {
  return std::generic_category().message(number);
}

// What is wrong with a file of this kind; empty for a regular file.
std::string_view refusal(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return {};
    case S_IFDIR:
      return "is a directory, a file is needed";
    case S_IFIFO:
      return "is a pipe, a regular file is needed";
    case S_IFSOCK:
      return "is a socket, a regular file is needed";
    default:
      return "is a device, a regular file is needed";
  }
}

// Bytes of the UTF-8 sequence at `offset`; 0 when there is none or it is a control character.
std::size_t text_sequence(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) {
    return offset + i < text.size() ? static_cast<unsigned char>(text[offset + i]) : 0U;
  };
  const auto continues = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) {
    const bool line_end = lead == '\n' || (lead == '\r' && (byte(1) == '\n' || byte(1) == 0));
    return (lead >= 0x20 && lead != 0x7F) || lead == '\t' || line_end ? 1 : 0;
  }
  if (lead < 0xC2 || lead > 0xF4 || !continues(1)) {
    return 0;
  }
  if (lead < 0xE0) {
    const bool control = lead == 0xC2 && byte(1) < 0xA0 && byte(1) != 0x85;
    return control ? 0 : 2;
  }
  if (lead < 0xF0) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) >= 0xA0;
    return continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  const bool overlong = lead == 0xF0 && byte(1) < 0x90;
  const bool beyond = lead == 0xF4 && byte(1) >= 0x90;
  return continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
}

SourcePos place_of(std::uint32_t file_index, std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
  return {.file = file_index,
          .line = static_cast<std::uint32_t>(1 + std::count(before.begin(), before.end(), '\n')),
          .column = static_cast<std::uint32_t>(1 + offset - line_start)};
}

}  // namespace

bool read_source_file(std::uint32_t file_index, SourceFile& file, std::size_t max_bytes,
                      DiagnosticSink& sink) {
  const SourcePos whole_file{.file = file_index};
  const auto refuse = [&](std::string message) {
    sink.error(whole_file, std::move(message));
    return false;
  };
  struct stat status {};
  if (::stat(file.path.c_str(), &status) != 0) {
    return refuse("cannot be read: " + system_text(errno));
  }
  if (!refusal(status.st_mode).empty()) {
    return refuse(std::string(refusal(status.st_mode)));
  }
  const OpenFile opened(file.path);
  if (!opened.is_open() || ::fstat(opened.descriptor(), &status) != 0) {
    return refuse("cannot be read: " + system_text(errno));
  }
  if (!refusal(status.st_mode).empty()) {  // Replaced since it was looked at.
    return refuse(std::string(refusal(status.st_mode)));
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > max_bytes) {
    report_too_long(file_index, size, max_bytes, sink);
    return false;
  }
  file.text.resize(size);
  std::size_t used = 0;
  while (used < size) {
    const ssize_t count = ::read(opened.descriptor(), file.text.data() + used, size - used);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return refuse("cannot be read: " + system_text(errno));
    }
    if (count == 0) {
      break;  // Cut short while it was read.
    }
    used += static_cast<std::size_t>(count);
  }
  file.text.resize(used);
  return true;
}

bool check_text(std::uint32_t file_index, const SourceFile& file, DiagnosticSink& sink) {
  std::string_view text = file.text;
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    sink.error({.file = file_index}, "is UTF-16 text, UTF-8 is needed");
    return false;
  }
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = text_sequence(text, offset);
    if (length > 0) {
      offset += length;
      continue;
    }
    const auto byte = static_cast<unsigned char>(text[offset]);
    const SourcePos at = place_of(file_index, text, offset);
    if (byte == '\r') {
      sink.error(at, "a carriage return without a line feed", "save the file with line ends LF");
    } else if (byte < 0x80) {
      sink.error(at, fmt::format("a control character, U+{:04X}", byte));
    } else if (byte == 0xC2 && offset + 1 < text.size() &&
               (static_cast<unsigned char>(text[offset + 1]) & 0xE0U) == 0x80U) {
      sink.error(at, fmt::format("a control character, U+{:04X}",
                                 static_cast<unsigned char>(text[offset + 1])));
    } else {
      sink.error(at, fmt::format("byte {:02X} is not UTF-8 text here", byte),
                 "save the file as UTF-8");
    }
    return false;
  }
  return true;
}

void report_too_long(std::uint32_t file_index, std::size_t bytes, std::size_t max_bytes,
                     DiagnosticSink& sink) {
  sink.error({.file = file_index},
             fmt::format("{} bytes long, at most {} are read", bytes, max_bytes),
             "--max-input raises the limit");
}

}  // namespace switchfault
