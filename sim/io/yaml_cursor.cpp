#include "io/yaml_cursor.h"

#include <algorithm>
#include <array>
#include <exception>
#include <istream>
#include <streambuf>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include "core/check.h"
#include "io/source_file.h"
#include "io/syntax_message.h"
#include "io/yaml_tree.h"

namespace switchfault {

namespace {

using Node = YamlTree::Node;
using Kind = YamlTree::Kind;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Appended to every text, so that a quoted text that is never closed is an error in yaml-cpp 0.7.
constexpr std::string_view kEndGuard = "\n#";

constexpr std::size_t kBytesPerAliasedValue = 64;

constexpr std::uint32_t kMaxErrors = 1000;  // Nobody reads on; only the first 20 are shown.

// Thrown through yaml-cpp after something was reported that ends the reading.
struct Stop {};

// Offset after the quoted text that begins at `offset`; npos when it is never closed.
std::size_t end_of_quotes(std::string_view text, std::size_t offset) {
  const char quote = text[offset];
  for (++offset; offset < text.size(); ++offset) {
    if (text[offset] == quote) {
      return offset + 1;
    }
    if (quote == '"' && text[offset] == '\\') {
      ++offset;
    }
  }
  return std::string_view::npos;
}

// Walks text from `offset`, over comments and quoted texts, and calls visit(offset) for every other
// character until it returns false. Returns where it stopped: npos at the end of the text, or the
// opening quote of a text that is never closed.
template <typename Visit>
std::size_t walk_unquoted(std::string_view text, std::size_t offset, Visit visit) {
  constexpr std::string_view kBefore = " \t\r\n[{,:-";
  while (offset < text.size()) {
    const char c = text[offset];
    const bool begins = offset == 0 || kBefore.find(text[offset - 1]) != std::string_view::npos;
    if (begins && c == '#') {
      offset = text.find('\n', offset);
    } else if (begins && (c == '"' || c == '\'')) {
      const std::size_t end = end_of_quotes(text, offset);
      if (end == std::string_view::npos) {
        return offset;
      }
      offset = end;
    } else if (!visit(offset)) {
      return offset;
    } else {
      ++offset;
    }
  }
  return std::string_view::npos;
}

// The text as a stream that ends early when yaml-cpp reads on and on without an event: it holds a
// whole bracketed value as tokens before it delivers the first of them.
class InputBuffer final : public std::streambuf {
 public:
  InputBuffer(std::string_view text, std::size_t mark_limit)
      : rest_(text), mark_limit_(mark_limit) {}

  void note_event() { marks_ = 0; }
  [[nodiscard]] bool stopped_early() const { return stopped_early_; }

 protected:
  int_type underflow() override {
    if (rest_.empty() && !at_guard_) {
      at_guard_ = true;
      rest_ = kEndGuard;
    }
    const std::string_view block = rest_.substr(0, kBlock);
    rest_.remove_prefix(block.size());
    for (const char c : block) {
      marks_ += kWeights[static_cast<unsigned char>(c)];
    }
    stopped_early_ = stopped_early_ || marks_ > mark_limit_;
    if (block.empty() || stopped_early_) {
      return traits_type::eof();
    }
    char* begin = const_cast<char*>(block.data());  // Never written: there is no pbackfail.
    setg(begin, begin, begin + block.size());
    return traits_type::to_int_type(*begin);
  }

 private:
  static constexpr std::size_t kBlock = 4096;
  // In step with the tokens that yaml-cpp makes of a character while it is inside brackets.
  static constexpr std::array<std::uint8_t, 256> kWeights = [] {
    std::array<std::uint8_t, 256> weights{};
    for (const char c : {':', ']', '}', '"', '\'', '&', '*', '!', '?'}) {
      weights[static_cast<unsigned char>(c)] = 1;
    }
    weights['['] = weights['{'] = 3;
    weights[','] = 4;
    return weights;
  }();

  std::string_view rest_;
  std::size_t mark_limit_;
  std::size_t marks_ = 0;
  bool at_guard_ = false;
  bool stopped_early_ = false;
};

// Fills the tree from yaml-cpp's events and checks what yaml-cpp does not.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(YamlTree& tree, std::string_view text, const YamlLimits& limits, InputBuffer& input,
              DiagnosticSink& sink)
      : tree_(tree), text_(text), limits_(limits), input_(input), sink_(sink) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override { document_ended_ = true; }
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { end_collection(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

  // False when a key is a list or map: the tree then breaks the rules that cursors rely on.
  [[nodiscard]] bool usable() const { return usable_; }
  void report_syntax_error(const YAML::Mark& mark, const std::string& library_message);
  void report_too_many_marks();
  // An error that names no place, after the last value that was read.
  void report_here(std::string message);

 private:
  struct Frame {
    std::uint32_t node = 0;
    std::size_t first_key = 0;  // In keys_.
    std::size_t offset = 0;     // Of its first character.
    std::uint32_t children = 0;
    std::uint32_t refused = 0;        // Keys that were reported.
    std::uint32_t height = 0;         // Of the tallest child.
    std::uint32_t values_before = 0;  // Written and aliased, and long texts.
    YAML::anchor_t anchor = 0;
    bool is_map = false;
    bool at_key = false;
    bool in_key = false;  // It is a key, or inside one.
  };
  struct Anchor {
    std::uint32_t node = 0;
    std::uint32_t height = 0;
    std::uint32_t values = 0;  // Aliases followed; 0 while the anchored list or map is still open.
  };

  [[nodiscard]] SourcePos place(const YAML::Mark& mark) const {
    return {.file = tree_.file,
            .line = static_cast<std::uint32_t>(mark.line + 1),
            .column = static_cast<std::uint32_t>(mark.column + 1)};
  }
  [[nodiscard]] bool at_key() const { return !frames_.empty() && frames_.back().at_key; }
  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const {
    return std::min(static_cast<std::size_t>(std::max(mark.pos, 0)), text_.size());
  }
  [[nodiscard]] SourcePos null_place(const YAML::Mark& mark) const;
  [[nodiscard]] SourcePos place_of_offset(std::size_t offset) const;

  // While yaml-cpp is reading: stops it after too many errors.
  void report(SourcePos at, std::string message, std::string hint = {});
  std::uint32_t add_node(SourcePos at, Kind kind);
  void note_event(const YAML::Mark& mark);
  void count_value(SourcePos at);
  void count_aliased_values(std::uint32_t values, SourcePos at);
  void set_anchor(YAML::anchor_t anchor, Anchor target);
  void check_tag(const std::string& tag, Kind kind, SourcePos at);
  void check_escapes(std::string_view value, SourcePos at);
  void begin_collection(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                        Kind kind);
  void end_collection();
  // A whole value has been added to the current list or map; a key counts as one.
  void end_value(std::uint32_t node, std::uint32_t height);
  void report_too_deep(SourcePos at);
  void refuse_collection_as_key(SourcePos at, std::size_t offset, Kind kind);
  void refuse_key(std::uint32_t node, std::string message, std::string hint);
  void check_key(std::uint32_t node);
  void check_duplicates(std::size_t first_key);
  void report_duplicate(std::uint32_t first, std::uint32_t second);

  YamlTree& tree_;
  std::string_view text_;
  const YamlLimits& limits_;
  InputBuffer& input_;
  DiagnosticSink& sink_;

  std::vector<Frame> frames_;
  std::vector<std::uint32_t> keys_;  // Of all open maps, innermost last.
  std::vector<Anchor> anchors_;      // By yaml-cpp's number, from 1.
  std::uint32_t errors_ = 0;
  std::uint32_t values_ = 0;
  std::uint32_t aliased_values_ = 0;
  std::uint32_t long_text_ = 0;  // What texts written so far count as values beside the first.
  YAML::Mark last_;              // Of the last event.
  bool document_ended_ = false;
  bool usable_ = true;
};

// yaml-cpp gives an empty value the place of what follows it; the key before it, or the list that
// it is in, is what a person looks for.
SourcePos TreeBuilder::null_place(const YAML::Mark& mark) const {
  const std::string_view here = text_.substr(offset_of(mark));
  const bool written = here.starts_with('~') || here.starts_with('&') || here.starts_with('!') ||
                       here.starts_with("null") || here.starts_with("Null") ||
                       here.starts_with("NULL");
  if (written || frames_.empty() || frames_.back().at_key) {
    return place(mark);
  }
  const Frame& frame = frames_.back();
  const Node& owner = tree_.nodes[frame.is_map ? keys_.back() : frame.node];
  return {.file = tree_.file, .line = owner.line, .column = owner.column};
}

SourcePos TreeBuilder::place_of_offset(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const std::string_view before = text_.substr(0, offset);
  const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
  return {.file = tree_.file,
          .line = static_cast<std::uint32_t>(1 + std::count(before.begin(), before.end(), '\n')),
          .column = static_cast<std::uint32_t>(1 + offset - line_start)};
}

void TreeBuilder::report(SourcePos at, std::string message, std::string hint) {
  sink_.error(at, std::move(message), std::move(hint));
  if (++errors_ == kMaxErrors) {
    throw Stop{};
  }
}

std::uint32_t TreeBuilder::add_node(SourcePos at, Kind kind) {
  const auto index = static_cast<std::uint32_t>(tree_.nodes.size());
  tree_.nodes.push_back({.line = at.line, .column = at.column, .kind = kind});
  return index;
}

void TreeBuilder::note_event(const YAML::Mark& mark) {
  if (input_.stopped_early()) {
    report_too_many_marks();
    throw Stop{};
  }
  input_.note_event();
  last_ = mark;
}

void TreeBuilder::count_value(SourcePos at) {
  if (++values_ > limits_.values) {
    report(at, fmt::format("more than {} values in this file", limits_.values));
    throw Stop{};
  }
}

void TreeBuilder::count_aliased_values(std::uint32_t values, SourcePos at) {
  aliased_values_ += values;
  if (aliased_values_ > limits_.aliased_values) {
    report(at,
           fmt::format("aliases repeat more than {} values in this file", limits_.aliased_values));
    throw Stop{};
  }
}

void TreeBuilder::report_too_deep(SourcePos at) {
  report(at, fmt::format("nested deeper than {} levels, aliases followed", limits_.depth));
}

void TreeBuilder::set_anchor(YAML::anchor_t anchor, Anchor target) {
  if (anchor == 0) {
    return;
  }
  if (anchors_.size() <= anchor) {
    anchors_.resize(anchor + 1);
  }
  anchors_[anchor] = target;
}

// yaml-cpp's tags: "?" for plain values, "!" for quoted ones.
void TreeBuilder::check_tag(const std::string& tag, Kind kind, SourcePos at) {
  if (tag.size() <= 1) {
    return;
  }
  constexpr std::string_view kStandard = "tag:yaml.org,2002:";
  std::string shown = tag;
  if (tag.starts_with(kStandard)) {
    const std::string_view name = std::string_view(tag).substr(kStandard.size());
    const bool of_scalar = name == "str" || name == "int" || name == "float" || name == "bool";
    if ((kind == Kind::scalar && of_scalar) || (kind == Kind::list && name == "seq") ||
        (kind == Kind::map && name == "map")) {
      return;
    }
    shown = fmt::format("!!{}", name);
  }
  report(at, fmt::format("a tag {} is not supported here", in_quotes(shown)),
         "leave it out; quote the text if the '!' belongs to it");
}

// Control characters cannot stand in the file itself, but an escape can make them.
void TreeBuilder::check_escapes(std::string_view value, SourcePos at) {
  for (std::size_t i = 0; i < value.size(); ++i) {
    const auto byte = static_cast<unsigned char>(value[i]);
    const auto next = static_cast<unsigned char>(i + 1 < value.size() ? value[i + 1] : 0);
    const bool control = (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
    const bool high_control = byte == 0xC2 && next < 0xA0 && next != 0x85;
    if (control || high_control) {
      report(at, fmt::format("an escape makes the control character U+{:04X} of this text",
                             control ? byte : next));
      return;
    }
  }
}

void TreeBuilder::OnDocumentStart(const YAML::Mark& mark) {
  if (document_ended_) {
    if (text_.substr(offset_of(mark)).starts_with("---")) {
      report(place(mark), "a second document begins here, a file holds one",
             "leave '---' out, or put the second document into a file of its own");
    } else {
      report(place(mark), "this comes after the end of the file's one value",
             "check the indentation and the brackets above");
    }
    throw Stop{};
  }
}

void TreeBuilder::OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const SourcePos at = null_place(mark);
  note_event(mark);
  count_value(at);
  const std::uint32_t node = add_node(at, Kind::null);
  set_anchor(anchor, {.node = node, .values = 1});
  end_value(node, 0);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const SourcePos at = place(mark);
  note_event(mark);
  const Anchor target = anchor < anchors_.size() ? anchors_[anchor] : Anchor{};
  if (target.values == 0) {
    report(at, "an alias inside the value that it stands for");
    throw Stop{};
  }
  count_value(at);
  count_aliased_values(target.values, at);
  if (frames_.size() + target.height > limits_.depth) {
    report_too_deep(at);
    throw Stop{};
  }
  const Node meant = tree_.nodes[target.node];
  const bool simple = meant.kind == Kind::null || meant.kind == Kind::scalar;
  const std::uint32_t node = add_node(at, simple ? meant.kind : Kind::alias);
  tree_.nodes[node].a = simple ? meant.a : target.node;
  tree_.nodes[node].b = meant.b;
  tree_.nodes[node].quoted = meant.quoted;
  if (at_key()) {
    refuse_key(node, "an alias cannot be a key", "");
  }
  end_value(node, target.height);
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                           const std::string& value) {
  const SourcePos at = place(mark);
  note_event(mark);
  count_value(at);
  check_tag(tag, Kind::scalar, at);
  const std::uint32_t index = add_node(at, Kind::scalar);
  Node& node = tree_.nodes[index];
  node.a = static_cast<std::uint32_t>(tree_.text.size());
  node.b = static_cast<std::uint32_t>(value.size());
  node.quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
  tree_.text += value;
  if (node.quoted) {
    check_escapes(value, at);
  }
  const auto more = static_cast<std::uint32_t>(value.size() / kBytesPerAliasedValue);
  long_text_ += more;
  set_anchor(anchor, {.node = index, .values = 1 + more});
  end_value(index, 0);
}

void TreeBuilder::OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                                  YAML::anchor_t anchor, YAML::EmitterStyle::value /*style*/) {
  begin_collection(mark, tag, anchor, Kind::list);
}

void TreeBuilder::OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                             YAML::EmitterStyle::value /*style*/) {
  begin_collection(mark, tag, anchor, Kind::map);
}

void TreeBuilder::begin_collection(const YAML::Mark& mark, const std::string& tag,
                                   YAML::anchor_t anchor, Kind kind) {
  const SourcePos at = place(mark);
  note_event(mark);
  count_value(at);
  const std::size_t offset = offset_of(mark);
  if (frames_.size() >= limits_.depth) {
    report_too_deep(at);
    throw Stop{};
  }
  check_tag(tag, kind, at);
  const bool in_key_already = !frames_.empty() && frames_.back().in_key;
  const bool in_key = in_key_already || at_key();
  if (in_key && !in_key_already) {
    refuse_collection_as_key(at, offset, kind);
  }
  const std::uint32_t node = add_node(at, kind);
  set_anchor(anchor, {.node = node});
  frames_.push_back({.node = node,
                     .first_key = keys_.size(),
                     .offset = offset,
                     .values_before = values_ + aliased_values_ + long_text_ - 1,
                     .anchor = anchor,
                     .is_map = kind == Kind::map,
                     .at_key = kind == Kind::map,
                     .in_key = in_key});
}

void TreeBuilder::OnMapEnd() {
  const std::size_t first_key = frames_.back().first_key;
  check_duplicates(first_key);
  keys_.resize(first_key);
  end_collection();
}

void TreeBuilder::end_collection() {
  input_.note_event();
  const Frame frame = frames_.back();
  frames_.pop_back();
  Node& node = tree_.nodes[frame.node];
  node.a = frame.is_map ? frame.children / 2 - frame.refused : frame.children;
  node.b = static_cast<std::uint32_t>(tree_.nodes.size());
  set_anchor(frame.anchor,
             {.node = frame.node,
              .height = frame.height + 1,
              .values = values_ + aliased_values_ + long_text_ - frame.values_before});
  end_value(frame.node, frame.height + 1);
}

void TreeBuilder::end_value(std::uint32_t node, std::uint32_t height) {
  if (frames_.empty()) {
    return;
  }
  Frame& frame = frames_.back();
  frame.height = std::max(frame.height, height);
  ++frame.children;
  if (!frame.is_map) {
    return;
  }
  if (frame.at_key) {
    keys_.push_back(node);
    check_key(node);
  }
  frame.at_key = !frame.at_key;
}

void TreeBuilder::refuse_key(std::uint32_t node, std::string message, std::string hint) {
  Node& key = tree_.nodes[node];
  key.refused = true;
  ++frames_.back().refused;
  report({.file = tree_.file, .line = key.line, .column = key.column}, std::move(message),
         std::move(hint));
}

void TreeBuilder::check_key(std::uint32_t node) {
  const Node& key = tree_.nodes[node];
  if (key.refused || key.kind == Kind::list || key.kind == Kind::map) {
    return;  // Reported already.
  }
  if (key.kind == Kind::null) {
    refuse_key(node, "a key is missing or null", "quote it if it is the text 'null' or '~'");
  } else if (key.b == 0) {
    refuse_key(node, "a key is empty", "");
  } else if (!key.quoted && tree_.text_of(node) == "<<") {
    refuse_key(
        node, "merge keys '<<' are not supported",
        "write the keys out; common values can stand under 'defaults', 'kinds' and 'groups'");
  }
}

void TreeBuilder::check_duplicates(std::size_t first_key) {
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first_key);
  const auto same = [&](std::uint32_t a, std::uint32_t b) {
    return !tree_.nodes[a].refused && !tree_.nodes[b].refused &&
           tree_.text_of(a) == tree_.text_of(b);
  };
  constexpr std::ptrdiff_t kFew = 12;  // Comparing so many with each other beats sorting them.
  if (keys_.end() - begin <= kFew) {
    for (auto second = begin; second != keys_.end(); ++second) {
      const auto first =
          std::find_if(begin, second, [&](std::uint32_t key) { return same(key, *second); });
      if (first != second) {
        report_duplicate(*first, *second);
      }
    }
    return;
  }
  std::sort(begin, keys_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = tree_.text_of(a).compare(tree_.text_of(b));
    return order != 0 ? order < 0 : a < b;
  });
  for (auto first = begin; first != keys_.end();) {
    auto second = first + 1;
    for (; second != keys_.end() && same(*first, *second); ++second) {
      report_duplicate(*first, *second);
    }
    first = second;
  }
}

void TreeBuilder::report_duplicate(std::uint32_t first, std::uint32_t second) {
  refuse_key(second,
             fmt::format("duplicate key {}, first in line {}", in_quotes(tree_.text_of(second)),
                         tree_.nodes[first].line),
             "");
}

// A list or map as key. yaml-cpp also takes brackets for a key that are never closed.
void TreeBuilder::refuse_collection_as_key(SourcePos at, std::size_t offset, Kind kind) {
  const char first = text_[offset];
  if (first == '[' || first == '{') {
    std::size_t depth = frames_.size();
    const std::size_t end = walk_unquoted(text_, offset, [&](std::size_t i) {
      depth += text_[i] == '[' || text_[i] == '{' ? 1U : 0U;
      depth -= text_[i] == ']' || text_[i] == '}' ? 1U : 0U;
      return depth > frames_.size() && depth <= limits_.depth;
    });
    if (depth > limits_.depth) {
      report_too_deep(place_of_offset(end));
      throw Stop{};
    }
    if (end == std::string_view::npos) {
      report(at, fmt::format("the '{}' here is never closed", first));
      throw Stop{};
    }
  }
  report(at, fmt::format("a {} cannot be a key", kind == Kind::list ? "list" : "map"),
         "quote the text if the brackets belong to it");
  usable_ = false;
}

void TreeBuilder::report_syntax_error(const YAML::Mark& mark, const std::string& library_message) {
  SyntaxMessage words = reword_syntax_error(library_message);
  const std::size_t text_end = text_.find_last_not_of(" \t\r\n") + 1;  // npos + 1 is 0.
  const bool at_end = mark.is_null() || offset_of(mark) >= text_end;
  SourcePos at = at_end ? place_of_offset(text_end) : place(mark);
  if (library_message.starts_with("illegal EOF in scalar")) {
    const auto to_the_end = [](std::size_t) { return true; };
    at = place_of_offset(walk_unquoted(text_, offset_of(last_), to_the_end));
  } else if (!frames_.empty()) {
    const Frame& frame = frames_.back();
    const Node& open = tree_.nodes[frame.node];
    const char first = text_[frame.offset];
    if (at_end && (first == '[' || first == '{')) {
      at = {.file = tree_.file, .line = open.line, .column = open.column};
      words = {.message = fmt::format("the '{}' here is never closed", first), .hint = {}};
    } else if (words.message.ends_with("around it")) {
      words.message += fmt::format(", which begins in line {}", open.line);
    }
  }
  const std::size_t line_start =
      offset_of(mark) - static_cast<std::size_t>(std::max(mark.column, 0));
  const std::size_t tab = text_.find_first_not_of(' ', std::min(line_start, text_.size()));
  if (tab < text_.size() && text_[tab] == '\t' && !at_end) {
    at = place_of_offset(tab);
    words = reword_syntax_error("illegal tab when looking for indentation");
  }
  sink_.error(at, std::move(words.message), std::move(words.hint));
}

void TreeBuilder::report_too_many_marks() {
  sink_.error(
      place(last_),
      fmt::format("a value in brackets with more than {} commas, colons, quotes and brackets",
                  limits_.bracket_marks),
      "write long lists and maps without brackets, one entry a line");
}

void TreeBuilder::report_here(std::string message) {
  sink_.error(place(last_), std::move(message));
}

}  // namespace

YamlFile::YamlFile(std::unique_ptr<const YamlTree> tree, bool usable)
    : tree_(std::move(tree)), usable_(usable) {}
YamlFile::YamlFile(YamlFile&& other) noexcept = default;
YamlFile& YamlFile::operator=(YamlFile&& other) noexcept = default;
YamlFile::~YamlFile() = default;

YamlFile YamlFile::parse(std::uint32_t file_index, const SourceFile& source,
                         const YamlLimits& limits, DiagnosticSink& sink) {
  const auto unusable = [file_index] {
    auto empty = std::make_unique<YamlTree>();
    empty->file = file_index;
    empty->nodes.push_back({.line = 1, .column = 1});
    return YamlFile(std::move(empty), false);
  };
  if (source.text.size() > limits.bytes) {
    report_too_long(file_index, source.text.size(), limits.bytes, sink);
    return unusable();
  }
  if (!check_text(file_index, source, sink)) {
    return unusable();
  }
  std::string_view text = source.text;
  if (text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }

  auto tree = std::make_unique<YamlTree>();
  tree->file = file_index;
  InputBuffer input(text, limits.bracket_marks);
  std::istream stream(&input);
  TreeBuilder builder(*tree, text, limits, input, sink);
  try {
    YAML::Parser parser(stream);
    const bool first = parser.HandleNextDocument(builder);
    if (first) {
      parser.HandleNextDocument(builder);  // A second one is an error that the builder reports.
    }
    if (input.stopped_early()) {
      builder.report_too_many_marks();
    } else if (!first || tree->nodes[0].kind == Kind::null) {
      sink.error({.file = file_index}, "the file is empty");
    } else if (builder.usable()) {
      return {std::move(tree), true};
    }
  } catch (const Stop&) {  // Reported where it was thrown.
  } catch (const YAML::Exception& error) {
    if (input.stopped_early()) {
      builder.report_too_many_marks();
    } else {
      builder.report_syntax_error(error.mark, error.msg);
    }
  } catch (const std::exception& error) {
    builder.report_here(fmt::format("cannot be read further: {}", error.what()));
  }
  return unusable();
}

YamlCursor YamlFile::root() const {
  return {tree_.get(), 0};
}

std::size_t YamlFile::memory_bytes() const {
  return sizeof(YamlTree) + tree_->nodes.capacity() * sizeof(YamlTree::Node) +
         tree_->text.capacity();
}

YamlCursor::Kind YamlCursor::kind() const {
  switch (tree_->nodes[tree_->resolve(index_)].kind) {
    case YamlTree::Kind::null:
      return Kind::null;
    case YamlTree::Kind::scalar:
      return Kind::scalar;
    case YamlTree::Kind::list:
      return Kind::list;
    case YamlTree::Kind::map:
      return Kind::map;
    case YamlTree::Kind::alias:
      break;
  }
  SF_CHECK(false);  // An alias never stands for an alias.
}

SourcePos YamlCursor::at() const {
  const YamlTree::Node& node = tree_->nodes[index_];
  const std::uint32_t file = node.other_file != 0 ? node.other_file : tree_->file;
  return {.file = file, .line = node.line, .column = node.column};
}

std::string_view YamlCursor::text() const {
  return is_scalar() ? tree_->text_of(index_) : std::string_view{};
}

bool YamlCursor::quoted() const {
  return tree_->nodes[index_].quoted;
}

std::size_t YamlCursor::size() const {
  return is_list() || is_map() ? tree_->nodes[tree_->resolve(index_)].a : 0;
}

std::size_t YamlCursor::weight() const {
  const std::uint32_t target = tree_->resolve(index_);
  std::size_t weight = 0;
  for (std::uint32_t i = target; i < tree_->after(target); ++i) {
    const YamlTree::Node& node = tree_->nodes[i];
    if (node.kind == YamlTree::Kind::alias) {
      weight += YamlCursor(tree_, i).weight();
    } else {
      weight += 1 + (node.kind == YamlTree::Kind::scalar ? node.b : 0);
    }
  }
  return weight;
}

YamlItems YamlCursor::items() const {
  const std::uint32_t list = tree_->resolve(index_);
  const bool empty = tree_->nodes[list].kind != YamlTree::Kind::list;
  return {tree_, list + 1, empty ? list + 1 : tree_->after(list)};
}

YamlItems::Iterator& YamlItems::Iterator::operator++() {
  index_ = tree_->after(index_);
  return *this;
}

YamlEntries YamlCursor::entries() const {
  const std::uint32_t map = tree_->resolve(index_);
  const bool empty = tree_->nodes[map].kind != YamlTree::Kind::map;
  const std::uint32_t end = empty ? map + 1 : tree_->after(map);
  return {tree_, tree_->skip_refused(map + 1, end), end};
}

YamlEntries::Iterator& YamlEntries::Iterator::operator++() {
  index_ = tree_->skip_refused(tree_->after(index_ + 1), end_);
  return *this;
}

std::optional<YamlCursor> YamlCursor::find(std::string_view key) const {
  for (const auto [name, value] : entries()) {
    if (name.text() == key) {
      return value;
    }
  }
  return std::nullopt;
}

std::string YamlCursor::path() const {
  std::string path;
  for (std::uint32_t index = 0; index != index_;) {
    const YamlTree::Node& owner = tree_->nodes[index];
    const bool is_map = owner.kind == YamlTree::Kind::map;
    SF_CHECK((is_map || owner.kind == YamlTree::Kind::list) && index_ < owner.b);
    std::size_t number = 0;
    std::uint32_t child = index + 1;  // A key or an item.
    for (; tree_->after(child + (is_map ? 1 : 0)) <= index_; ++number) {
      child = tree_->after(child + (is_map ? 1 : 0));
    }
    path += is_map ? fmt::format("{}{}", path.empty() ? "" : ".", tree_->text_of(child))
                   : fmt::format("[{}]", number);
    index = is_map && child != index_ ? child + 1 : child;
  }
  return path;
}

}  // namespace switchfault
