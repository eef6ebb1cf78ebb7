#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include <switchfault/diagnostic.h>

namespace switchfault {
namespace {

constexpr std::size_t kIndent = 2;             // Of the source line and the caret.
constexpr std::size_t kWidth = 120;            // Columns of a source line that are shown.
constexpr std::size_t kTabStop = 4;            // Every tab reaches the next multiple of it.
constexpr std::size_t kQuotedCharacters = 60;  // Of a text of the user inside a message.
constexpr std::size_t kNamesListed = 12;
constexpr std::size_t kLongestCompared = 64;  // Nobody misspells a name longer than this.
constexpr std::string_view kEllipsis = "...";

struct CodePoint {
  char32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// The code point at `offset`; one invalid byte when the bytes there are not UTF-8.
CodePoint decode(std::string_view text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[offset + i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) {
    return {lead, 1, true};
  }
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (lead < 0xC2 || lead > 0xF4 || offset + length > text.size()) {
    return {};
  }
  char32_t value = lead & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0u) != 0x80u) {
      return {};
    }
    value = (value << 6) | (byte(i) & 0x3Fu);
  }
  if (value < kSmallest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return {};
  }
  return {value, length, true};
}

bool within(char32_t value, char32_t first, char32_t last) {
  return value >= first && value <= last;
}

// Characters that a terminal would obey or hide: controls, zero widths, directional overrides.
bool is_invisible(char32_t value) {
  return value < 0x20 || within(value, 0x7F, 0x9F) || within(value, 0x200B, 0x200F) ||
         within(value, 0x2028, 0x202E) || within(value, 0x2066, 0x2069) || value == 0xFEFF;
}

// Columns that a terminal gives to a visible character.
std::size_t display_width(char32_t value) {
  if (within(value, 0x300, 0x36F)) {
    return 0;
  }
  const bool wide = within(value, 0x1100, 0x115F) || within(value, 0x2E80, 0xA4CF) ||
                    within(value, 0xAC00, 0xD7A3) || within(value, 0xF900, 0xFAFF) ||
                    within(value, 0xFE30, 0xFE6F) || within(value, 0xFF00, 0xFF60) ||
                    within(value, 0x1F300, 0x1F64F) || within(value, 0x1F900, 0x1F9FF) ||
                    within(value, 0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

// A piece of a line as printed: what stands for one character of the source.
struct Glyph {
  std::string text;
  std::size_t width = 0;
  std::size_t bytes = 1;  // Of the source.
};

Glyph glyph_at(std::string_view text, std::size_t offset, std::size_t column) {
  const CodePoint point = decode(text, offset);
  Glyph glyph{.text = {}, .width = 0, .bytes = point.bytes};
  if (!point.valid) {
    glyph.text = fmt::format("\\x{:02X}", static_cast<unsigned char>(text[offset]));
  } else if (point.value == '\t') {
    glyph.text.assign(kTabStop - column % kTabStop, ' ');
  } else if (is_invisible(point.value)) {
    const auto value = static_cast<std::uint32_t>(point.value);
    glyph.text = value < 0x80 ? fmt::format("\\x{:02X}", value) : fmt::format("\\u{:04X}", value);
  } else {
    glyph.text = text.substr(offset, point.bytes);
    glyph.width = display_width(point.value);
    return glyph;
  }
  glyph.width = glyph.text.size();
  return glyph;
}

// A text of one line that no terminal obeys.
std::string visible(std::string_view text) {
  std::string result;
  for (std::size_t offset = 0; offset < text.size();) {
    const Glyph glyph = glyph_at(text, offset, result.size());
    result += glyph.text;
    offset += glyph.bytes;
  }
  return result;
}

// The source line around the caret and the caret's column in it.
struct Excerpt {
  std::string text;
  std::size_t caret = 0;
};

// REQUIRES: caret_byte <= line.size().
Excerpt excerpt(std::string_view line, std::size_t caret_byte) {
  // Looking at more than this before and after the caret cannot change what is shown.
  constexpr std::size_t kReach = 4 * kWidth;
  std::size_t begin = caret_byte > kReach ? caret_byte - kReach : 0;
  while (begin > 0 && begin < caret_byte &&
         (static_cast<unsigned char>(line[begin]) & 0xC0u) == 0x80u) {
    ++begin;
  }
  const std::size_t end = std::min(line.size(), caret_byte + kReach);

  std::vector<Glyph> glyphs;
  std::size_t column = 0;
  std::size_t caret_glyph = std::string::npos;
  for (std::size_t offset = begin; offset < end; offset += glyphs.back().bytes) {
    if (caret_glyph == std::string::npos && offset >= caret_byte) {
      caret_glyph = glyphs.size();
    }
    glyphs.push_back(glyph_at(line, offset, column));
    column += glyphs.back().width;
  }
  if (caret_glyph == std::string::npos) {
    caret_glyph = glyphs.size();
  }

  Excerpt result;
  const bool whole = begin == 0 && end == line.size() && column <= kWidth;
  // A clipped line shows two thirds of the width before the caret at most, the rest after it.
  std::size_t first = 0;
  if (!whole) {
    std::size_t before = 0;
    first = caret_glyph;
    while (first > 0 && before + glyphs[first - 1].width <= kWidth * 2 / 3) {
      before += glyphs[--first].width;
    }
  }
  const bool cut_before = begin > 0 || first > 0;
  std::size_t width = 0;
  if (cut_before) {
    result.text = kEllipsis;
    width = kEllipsis.size();
  }
  for (std::size_t i = first; i < glyphs.size(); ++i) {
    if (i == caret_glyph) {
      result.caret = width;
    }
    if (!whole && width + glyphs[i].width > kWidth && i > caret_glyph) {
      result.text += kEllipsis;
      return result;
    }
    result.text += glyphs[i].text;
    width += glyphs[i].width;
  }
  if (caret_glyph == glyphs.size()) {
    result.caret = width;
  }
  if (end < line.size()) {
    result.text += kEllipsis;
  }
  return result;
}

// The column that a person counts: characters, not bytes.
std::size_t character_column(std::string_view line, std::size_t byte_column) {
  const std::size_t end = std::min(byte_column - 1, line.size());
  const auto is_start = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  const auto characters =
      std::count_if(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(end), is_start);
  return static_cast<std::size_t>(characters) + 1;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Insertions, deletions, replacements and swaps of neighbours that turn one name into the other,
// or limit + 1 when it takes more. Case does not count.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  if (std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > limit) {
    return limit + 1;
  }
  using Row = std::array<std::size_t, kLongestCompared + 1>;
  Row before{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t smallest = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
      smallest = std::min(smallest, row[j]);
    }
    if (smallest > limit) {
      return limit + 1;
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

std::string text_of(const std::vector<Diagnostic>& diagnostics, std::size_t left_out) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics) {
    text += format_diagnostic(diagnostic);
  }
  if (left_out > 0) {
    text += fmt::format("{} more error{} not shown\n", left_out, left_out == 1 ? "" : "s");
  }
  return text;
}

}  // namespace

std::string_view SourceFile::line(std::uint32_t number) const {
  std::string_view rest = text;
  if (rest.substr(0, 3) == "\xEF\xBB\xBF") {
    rest.remove_prefix(3);  // A byte order mark is no part of the first line.
  }
  for (std::uint32_t i = 1; i < number; ++i) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      return {};
    }
    rest.remove_prefix(end + 1);
  }
  rest = number == 0 ? std::string_view{} : rest.substr(0, rest.find('\n'));
  if (!rest.empty() && rest.back() == '\r') {
    rest.remove_suffix(1);
  }
  return rest;
}

InputError::InputError(std::vector<Diagnostic> diagnostics, std::size_t left_out)
    : diagnostics_(std::move(diagnostics)), text_(text_of(diagnostics_, left_out)) {}

void DiagnosticSink::error(SourcePos at, std::string message, std::string hint) {
  Diagnostic diagnostic{.at = at,
                        .path = {},
                        .source_line = {},
                        .message = std::move(message),
                        .hint = std::move(hint)};
  // What is shared by aliases is read at every use; it is wrong only once.
  const bool known = std::any_of(
      diagnostics_.begin(), diagnostics_.end(),
      [&](const Diagnostic& d) { return d.at == at && d.message == diagnostic.message; });
  if (known) {
    return;
  }
  if (diagnostics_.size() == kMaxDiagnostics) {
    ++left_out_;
    return;
  }
  if (at.file < files_->size()) {
    const SourceFile& file = (*files_)[at.file];
    diagnostic.path = file.path;
    diagnostic.source_line = file.line(at.line);
  }
  diagnostics_.push_back(std::move(diagnostic));
}

void DiagnosticSink::throw_if_any() {
  if (diagnostics_.empty()) {
    return;
  }
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.at < b.at; });
  throw InputError(std::exchange(diagnostics_, {}), std::exchange(left_out_, 0));
}

std::string format_diagnostic(const Diagnostic& diagnostic) {
  const SourcePos at = diagnostic.at;
  const std::size_t column = std::max<std::size_t>(at.column, 1);
  std::string text = visible(diagnostic.path);
  if (at.known()) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ":", at.line,
                        character_column(diagnostic.source_line, column));
  }
  text += fmt::format("{}error: {}\n", text.empty() ? "" : ": ", visible(diagnostic.message));
  if (at.known() && !diagnostic.source_line.empty()) {
    const std::size_t caret_byte = std::min(column - 1, diagnostic.source_line.size());
    const Excerpt shown = excerpt(diagnostic.source_line, caret_byte);
    text += fmt::format("{0:{1}}{2}\n{0:{1}}{0:{3}}^\n", "", kIndent, shown.text, shown.caret);
  }
  if (!diagnostic.hint.empty()) {
    text += fmt::format("{:{}}{}\n", "", kIndent, visible(diagnostic.hint));
  }
  return text;
}

std::string in_quotes(std::string_view text) {
  std::size_t offset = 0;
  for (std::size_t characters = 0; offset < text.size(); ++characters) {
    if (characters == kQuotedCharacters) {
      return fmt::format("'{}...'", text.substr(0, offset));
    }
    offset += decode(text, offset).bytes;
  }
  return fmt::format("'{}'", text);
}

std::string suggestion(std::string_view name, const std::vector<std::string_view>& known) {
  const std::size_t limit = std::max<std::size_t>(name.size() / 3, 1);
  std::size_t nearest = limit + 1;
  std::string_view best;
  for (const std::string_view candidate : known) {
    if (std::max(name.size(), candidate.size()) > kLongestCompared || name.empty()) {
      continue;
    }
    const std::size_t distance = edit_distance(name, candidate, limit);
    if (distance < nearest) {
      nearest = distance;
      best = candidate;
    }
  }
  if (!best.empty()) {
    return fmt::format("did you mean '{}'?", best);
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(known.size(), kNamesListed); ++i) {
    text += fmt::format("{}{}", i == 0 ? "known: " : ", ", known[i]);
  }
  return known.size() > kNamesListed ? text + ", ..." : text;
}

}  // namespace switchfault
