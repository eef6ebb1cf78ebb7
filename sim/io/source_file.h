// Reading an input file into memory: regular files only, size looked at before reading.
//
// Directories, devices, sockets and pipes are refused without opening them, so that nothing blocks
// and no device is disturbed. What the text means is the business of yaml_cursor.h.

#ifndef SWITCHFAULT_IO_SOURCE_FILE_H_
#define SWITCHFAULT_IO_SOURCE_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include <switchfault/diagnostic.h>

namespace switchfault {

// The text of files[file_index].path, read whole; reports why not into `sink` and returns false.
// REQUIRES: `file` is the entry `file_index` of the vector that `sink` was made with.
bool read_source_file(std::uint32_t file_index, SourceFile& file, std::size_t max_bytes,
                      DiagnosticSink& sink);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_SOURCE_FILE_H_
