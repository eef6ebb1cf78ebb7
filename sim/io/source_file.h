// Reading an input file into memory: regular files only, size looked at before reading, and only
// text that a person could have written.
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

// Fills file.text from file.path; reports why not into `sink` and returns false.
// REQUIRES: `file` is the entry `file_index` of the vector that `sink` was made with.
bool read_source_file(std::uint32_t file_index, SourceFile& file, std::size_t max_bytes,
                      DiagnosticSink& sink);

// True for UTF-8 without control characters but tabs and line ends; else reports the first place.
bool check_text(std::uint32_t file_index, const SourceFile& file, DiagnosticSink& sink);

// The error of a file or text that is longer than it may be.
void report_too_long(std::uint32_t file_index, std::size_t bytes, std::size_t max_bytes,
                     DiagnosticSink& sink);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_SOURCE_FILE_H_
