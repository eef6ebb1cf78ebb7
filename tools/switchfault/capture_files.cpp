#include "capture_files.h"

#include <fmt/format.h>

namespace switchfault {

OptionSpec CaptureFiles::option() {
  return {"capture", "NODE:PORT=FILE.pcapng", "write the frames that pass a port", true};
}

CaptureFiles::CaptureFiles(const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const std::size_t equal = text.find('=');
    const std::size_t colon = text.substr(0, equal).find(':');
    if (equal == std::string::npos || colon == std::string::npos || colon == 0 ||
        colon + 1 == equal || equal + 1 == text.size()) {
      throw UsageError(fmt::format("--capture takes NODE:PORT=FILE.pcapng, not '{}'", text));
    }
    CaptureWriter& writer = writer_of(text.substr(equal + 1));
    ports_.push_back({.node = {.text = text.substr(0, colon), .at = {}},
                      .port = text.substr(colon + 1, equal - colon - 1),
                      .writer = &writer,
                      .interface = writer.add_interface(text.substr(0, equal))});
  }
}

void CaptureFiles::finish() {
  for (const File& file : files_) {
    file.writer->finish();
  }
}

CaptureWriter& CaptureFiles::writer_of(const std::string& path) {
  for (const File& file : files_) {
    if (file.path == path) {
      return *file.writer;
    }
  }
  return *files_.emplace_back(File{path, create_capture(path)}).writer;
}

}  // namespace switchfault
