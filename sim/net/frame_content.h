// FrameContent: what a control frame carries beyond a small struct, shared by all who hold it.
//
// Made once by its sender and never changed, so that a thousand routers may keep the same
// advertisement and cannot notice that they share it: a ContentRef copies like a value. The count
// of holders is in the content; nothing here is safe between threads, a run has one.

#ifndef SWITCHFAULT_NET_FRAME_CONTENT_H_
#define SWITCHFAULT_NET_FRAME_CONTENT_H_

#include <cstdint>
#include <utility>

namespace switchfault {

class FrameContent {
 public:
  FrameContent() = default;
  virtual ~FrameContent() = default;
  FrameContent(const FrameContent&) = delete;
  FrameContent& operator=(const FrameContent&) = delete;

 private:
  template <typename Content>
  friend class ContentRef;
  mutable std::uint32_t holders_ = 0;
};

template <typename Content>
class ContentRef {
 public:
  ContentRef() = default;
  // Takes over what `new` has made.
  explicit ContentRef(const Content* content) : content_(content) { hold(); }
  ContentRef(const ContentRef& other) : content_(other.content_) { hold(); }
  ContentRef(ContentRef&& other) noexcept : content_(std::exchange(other.content_, nullptr)) {}
  ContentRef& operator=(ContentRef other) noexcept {
    std::swap(content_, other.content_);
    return *this;
  }
  // NOLINTBEGIN(clang-analyzer-cplusplus.*): the analyzer loses count of the holders.
  ~ContentRef() {
    if (content_ != nullptr && --content_->holders_ == 0) {
      delete content_;
    }
  }
  // NOLINTEND(clang-analyzer-cplusplus.*)

  [[nodiscard]] const Content* get() const { return content_; }
  const Content& operator*() const { return *content_; }
  const Content* operator->() const { return content_; }
  explicit operator bool() const { return content_ != nullptr; }
  friend bool operator==(const ContentRef& a, const ContentRef& b) {
    return a.content_ == b.content_;
  }

 private:
  void hold() const {
    if (content_ != nullptr) {
      ++content_->holders_;
    }
  }
  const Content* content_ = nullptr;
};

template <typename Content, typename... Arguments>
ContentRef<Content> make_content(Arguments&&... arguments) {
  return ContentRef<Content>(new Content(std::forward<Arguments>(arguments)...));
}

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_FRAME_CONTENT_H_
