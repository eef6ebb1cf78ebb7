// CaptureFiles: the files that `--capture NODE:PORT=FILE.pcapng` names; one file for several ports
// when their names are equal. They appear under their names when all is written.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_CAPTURE_FILES_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_CAPTURE_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include <switchfault/capture.h>
#include <switchfault/run.h>

#include "command_line.h"

namespace switchfault {

class CaptureFiles {
 public:
  static OptionSpec option();
  // Throws UsageError for what is not NODE:PORT=FILE.
  explicit CaptureFiles(const std::vector<std::string>& texts);

  [[nodiscard]] const std::vector<PortCapture>& ports() const { return ports_; }
  void finish();

 private:
  struct File {
    std::string path;
    std::unique_ptr<CaptureWriter> writer;
  };
  CaptureWriter& writer_of(const std::string& path);

  std::vector<File> files_;
  std::vector<PortCapture> ports_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_CAPTURE_FILES_H_
