// A YAML file as a compact tree, and cursors that walk it. Only this pair of files knows yaml-cpp.
//
// yaml-cpp's event interface fills one arena of 20-byte nodes and one of text; every rule that the
// library does not enforce is checked on the way, with line and column: duplicate and non-scalar
// keys, merge keys, tags, second documents, depth, control characters, cyclic and exploding
// aliases. A tree that parse() calls usable is at most YamlLimits::depth deep and holds a bounded
// number of values, aliases followed, so walking it needs no guard. What keys mean is the
// readers' business (map_reader.h). Not supported, with an error that says so: merge keys, custom
// tags, several documents.

#ifndef SWITCHFAULT_IO_YAML_CURSOR_H_
#define SWITCHFAULT_IO_YAML_CURSOR_H_

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/diagnostic.h>

namespace switchfault {

// What one file may cost. Exceeding a limit is an error of the file that names the limit.
struct YamlLimits {
  std::size_t bytes = std::size_t{8} << 20;  // Of text; --max-input raises it.
  std::uint32_t depth = 64;                  // Nested maps and lists, aliases followed.
  std::uint32_t values = 1'200'000;          // Keys, scalars, lists and maps as written.
  // What aliases repeat of them, once for each use; a text counts 1 for every 64 bytes more.
  std::uint32_t aliased_values = 500'000;
  // Punctuation of one value in brackets, which yaml-cpp holds in memory as a whole: commas,
  // colons, quotes and the like count 1, opening brackets 2.
  std::size_t bracket_marks = 2'000'000;
};

struct YamlTree;  // The arenas.
class YamlCursor;
class YamlItems;
class YamlEntries;

// Owns the tree of one file; cursors and the texts they return point into it.
class YamlFile {
 public:
  // Reports what is wrong into `sink`. After a syntax error or an exceeded limit the file is not
  // usable and its root is an empty value; after other errors (a duplicate key) the rest can be
  // read on, so that a user sees all errors at once.
  static YamlFile parse(std::uint32_t file_index, const SourceFile& source,
                        const YamlLimits& limits, DiagnosticSink& sink);

  YamlFile(YamlFile&& other) noexcept;
  YamlFile& operator=(YamlFile&& other) noexcept;
  ~YamlFile();

  [[nodiscard]] YamlCursor root() const;

  // Puts a copy of the whole of `other` in the place of `value`; false when an alias elsewhere
  // stands for something in it. Cursors into this file are invalid afterwards.
  // REQUIRES: both files usable; other's file index below 256 and not 0.
  [[nodiscard]] bool replace(YamlCursor value, const YamlFile& other);
  // Adds an entry at the end of `map`; with several keys a map of one entry each in between.
  // REQUIRES: map is a map without the first key, or an empty value below the root; as above.
  void insert(YamlCursor map, std::span<const std::string_view> keys, const YamlFile& other);

  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  YamlFile(std::unique_ptr<const YamlTree> tree, bool usable);

  std::unique_ptr<const YamlTree> tree_;
  bool usable_ = false;
};

// One value of a file: two words, copied freely. An alias behaves as the value it stands for, but
// at() is the place of use.
class YamlCursor {
 public:
  enum class Kind : std::uint8_t { null, scalar, list, map };

  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return kind() == Kind::null; }
  [[nodiscard]] bool is_scalar() const { return kind() == Kind::scalar; }
  [[nodiscard]] bool is_list() const { return kind() == Kind::list; }
  [[nodiscard]] bool is_map() const { return kind() == Kind::map; }

  // Where the value stands; for an empty value of a map, where its key stands.
  [[nodiscard]] SourcePos at() const;
  // The decoded text of a scalar; empty for every other kind.
  [[nodiscard]] std::string_view text() const;
  // True for text in quotes, block scalars and !!str: never a boolean or an empty value.
  [[nodiscard]] bool quoted() const;
  // Items of a list or entries of a map; 0 for other kinds.
  [[nodiscard]] std::size_t size() const;

  // In file order. Empty when the value is not a list, respectively not a map.
  [[nodiscard]] YamlItems items() const;
  [[nodiscard]] YamlEntries entries() const;
  // The value of a key of this map; linear in the number of entries.
  [[nodiscard]] std::optional<YamlCursor> find(std::string_view key) const;

  // How much stands here, aliases followed: the bytes of all texts and one for each value.
  [[nodiscard]] std::size_t weight() const;

  // Keys and list indices from the root: "faults[0].trigger.uptime"; below an alias those of the
  // anchored value. Searches the tree, for messages and journals.
  [[nodiscard]] std::string path() const;

 private:
  friend class YamlFile;
  friend class YamlItems;
  friend class YamlEntries;
  friend std::vector<std::string> paths_of(const std::vector<YamlCursor>& cursors);
  YamlCursor(const YamlTree* tree, std::uint32_t index) : tree_(tree), index_(index) {}

  const YamlTree* tree_;
  std::uint32_t index_;
};

// The path of each cursor, found in one walk of each file. Keys are clipped to 60 bytes.
std::vector<std::string> paths_of(const std::vector<YamlCursor>& cursors);

struct YamlEntry {
  YamlCursor key;  // Always a scalar that is not empty; keys that parse() refused are left out.
  YamlCursor value;
};

// The items of a list, for a range-based for.
class YamlItems {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = YamlCursor;
    using difference_type = std::ptrdiff_t;
    using pointer = const YamlCursor*;
    using reference = YamlCursor;

    Iterator(const YamlTree* tree, std::uint32_t index) : tree_(tree), index_(index) {}
    YamlCursor operator*() const { return {tree_, index_}; }
    Iterator& operator++();
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const YamlTree* tree_;
    std::uint32_t index_;
  };

  YamlItems() = default;  // None.

  [[nodiscard]] Iterator begin() const { return {tree_, begin_}; }
  [[nodiscard]] Iterator end() const { return {tree_, end_}; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }

 private:
  friend class YamlCursor;
  YamlItems(const YamlTree* tree, std::uint32_t begin, std::uint32_t end)
      : tree_(tree), begin_(begin), end_(end) {}

  const YamlTree* tree_ = nullptr;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

// The entries of a map, for a range-based for: `for (auto [key, value] : cursor.entries())`.
class YamlEntries {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = YamlEntry;
    using difference_type = std::ptrdiff_t;
    using pointer = const YamlEntry*;
    using reference = YamlEntry;

    Iterator(const YamlTree* tree, std::uint32_t index, std::uint32_t end)
        : tree_(tree), index_(index), end_(end) {}
    YamlEntry operator*() const { return {{tree_, index_}, {tree_, index_ + 1}}; }
    Iterator& operator++();
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const YamlTree* tree_;
    std::uint32_t index_;
    std::uint32_t end_;  // Of the map.
  };

  YamlEntries() = default;  // None.

  [[nodiscard]] Iterator begin() const { return {tree_, begin_, end_}; }
  [[nodiscard]] Iterator end() const { return {tree_, end_, end_}; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }

 private:
  friend class YamlCursor;
  YamlEntries(const YamlTree* tree, std::uint32_t begin, std::uint32_t end)
      : tree_(tree), begin_(begin), end_(end) {}

  const YamlTree* tree_ = nullptr;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_YAML_CURSOR_H_
