#include "io/background_file.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/check.h"

namespace switchfault {
namespace {

constexpr std::size_t kFirstBytes = std::size_t{64} * 1024;  // Most files are small.
constexpr std::size_t kLargestSmall = std::size_t{256} * 1024;
constexpr std::size_t kWholeBuffer = BackgroundFile::kBufferBytes + BackgroundFile::kMostRoom;
// The memory of a whole buffer begins at a huge page.
static_assert(kHugePageBytes % NewFile::kDirectAlignment == 0 && kWholeBuffer >= kHugePageBytes);

}  // namespace

BackgroundFile::BackgroundFile(std::string path) : file_(std::move(path)) {}

BackgroundFile::~BackgroundFile() {
  {
    const std::lock_guard lock(mutex_);
    full_.clear();
  }
  stop();
}

BackgroundFile::Buffer BackgroundFile::new_buffer(std::size_t bytes) {
  return {static_cast<char*>(allocate_table(bytes)), Free(bytes)};
}

void BackgroundFile::make_room(std::size_t bytes) {
  SF_CHECK(bytes <= kMostRoom);
  if (used_ >= kBufferBytes) {
    hand_over();
  }
  if (used_ + bytes > capacity_) {
    grow(used_ + bytes);
  }
}

void BackgroundFile::grow(std::size_t bytes) {
  std::size_t capacity = std::max(capacity_, kFirstBytes);
  while (capacity < bytes) {
    capacity = capacity < kLargestSmall ? 2 * capacity : kWholeBuffer;
  }
  Buffer larger = new_buffer(capacity);
  if (used_ > 0) {
    std::memcpy(larger.get(), buffer_.get(), used_);
  }
  buffer_ = std::move(larger);
  capacity_ = capacity;
}

// What is there beyond a buffer begins the next one.
void BackgroundFile::hand_over() {
  std::unique_lock lock(mutex_);
  if (!thread_.joinable()) {
    file_.go_past_cache(true);
    thread_ = std::thread([this] { write_in_turn(); });
  }
  changed_.wait(lock, [&] { return !free_.empty() || buffers_ < kBuffers || failure_; });
  if (failure_) {
    std::rethrow_exception(failure_);
  }
  Buffer next{nullptr, Free(0)};
  if (free_.empty()) {
    next = new_buffer(kWholeBuffer);
    ++buffers_;
  } else {
    next = std::move(free_.back());
    free_.pop_back();
  }
  SF_CHECK(capacity_ == kWholeBuffer);
  used_ -= kBufferBytes;
  std::memcpy(next.get(), buffer_.get() + kBufferBytes, used_);
  full_.push_back(std::exchange(buffer_, std::move(next)));
  lock.unlock();
  changed_.notify_all();
}

void BackgroundFile::write_in_turn() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [&] { return stopping_ || !full_.empty(); });
    if (full_.empty()) {
      return;
    }
    Buffer buffer = std::move(full_.front());
    full_.pop_front();
    lock.unlock();
    std::exception_ptr failure;
    try {
      file_.write({buffer.get(), kBufferBytes});
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    free_.push_back(std::move(buffer));
    if (failure) {
      failure_ = failure;
      changed_.notify_all();
      return;
    }
    changed_.notify_all();
  }
}

// What was handed over is written, unless something could not be.
void BackgroundFile::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void BackgroundFile::commit() {
  stop();
  if (failure_) {
    std::rethrow_exception(failure_);
  }
  file_.go_past_cache(false);
  file_.write({buffer_.get(), used_});
  file_.commit();
}

}  // namespace switchfault
