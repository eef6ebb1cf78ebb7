// BackgroundFile: a NewFile whose bytes are composed by the caller and written by a thread.
//
//   room(), advance() ─▶ buffer ── full ─▶ thread ─▶ disk, past the page cache
//                          ▲────── empty ────┘
//
// Copying a gigabyte into the page cache takes about as much of a core as composing it, and whoever
// commits waits for the disk anyway. A file shorter than a buffer has no thread. Bytes and their
// order are those of the calls. Memory: kBuffers buffers, in huge pages where there are some: the
// kernel names to the disk every page that is written, and 512 times as few cost it less. When all
// of them wait for the disk, so does the caller.

#ifndef SWITCHFAULT_IO_BACKGROUND_FILE_H_
#define SWITCHFAULT_IO_BACKGROUND_FILE_H_

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/huge_pages.h"
#include "core/prefetch.h"
#include "io/new_file.h"

namespace switchfault {

class BackgroundFile {
 public:
  static constexpr std::size_t kBufferBytes = std::size_t{2} << 20U;
  static constexpr std::size_t kMostRoom = std::size_t{1} << 20U;
  static constexpr std::size_t kBuffers = 3;

  explicit BackgroundFile(std::string path);
  ~BackgroundFile();
  BackgroundFile(const BackgroundFile&) = delete;
  BackgroundFile& operator=(const BackgroundFile&) = delete;

  // Where the next bytes go, for at most as many as asked for. REQUIRES: bytes <= kMostRoom.
  // Every member that writes throws what the thread could not write, sooner or later; commit() at
  // the latest.
  [[nodiscard]] char* room(std::size_t bytes) {
    if (used_ + bytes > capacity_ || used_ >= kBufferBytes) [[unlikely]] {
      make_room(bytes);
    }
    return buffer_.get() + used_;
  }
  // So many of them are there.
  void advance(std::size_t bytes) {
    // The disk has read the buffer meanwhile: its lines are fetched before they are written again.
    constexpr std::size_t kAhead = 2048, kLine = 64;
    const std::size_t end = std::min(used_ + bytes + kAhead, capacity_);
    for (std::size_t at = used_ + kAhead; at < end; at += kLine) {
      prefetch_to_write(buffer_.get() + at);
    }
    used_ += bytes;
  }
  // As NewFile::commit.
  void commit();

 private:
  class Free {
   public:
    explicit Free(std::size_t bytes) : bytes_(bytes) {}
    void operator()(char* memory) const { free_table(memory, bytes_); }

   private:
    std::size_t bytes_;
  };
  using Buffer = std::unique_ptr<char, Free>;

  static Buffer new_buffer(std::size_t bytes);
  void make_room(std::size_t bytes);
  void grow(std::size_t bytes);
  void hand_over();
  void write_in_turn();  // The thread.
  void stop();

  NewFile file_;
  Buffer buffer_{nullptr, Free(0)};  // Being filled.
  std::size_t capacity_ = 0, used_ = 0;

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // --- of both ---
  std::deque<Buffer> full_;  // kBufferBytes each; the first is being written.
  std::vector<Buffer> free_;
  std::size_t buffers_ = 1;
  bool stopping_ = false;
  std::exception_ptr failure_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_BACKGROUND_FILE_H_
