// Opening of captures: finds out what a file or stream is and which reader takes it.

#ifndef SWITCHFAULT_IO_CAPTURE_FILE_H_
#define SWITCHFAULT_IO_CAPTURE_FILE_H_

#include <memory>
#include <string>

#include <switchfault/capture.h>

#include "io/byte_stream.h"

namespace switchfault {

// The part of open_capture() behind the file: sniffs compression and format. `path` is for
// messages. Throws InputError.
std::unique_ptr<PacketSource> read_capture(std::unique_ptr<ByteStream> bytes,
                                           const std::string& path,
                                           const CaptureOptions& options = {});

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_CAPTURE_FILE_H_
