// Diagnostics about the user's files: where, what, and what to write instead.
//
// A loader collects diagnostics in a DiagnosticSink and throws one InputError with all of them, so
// that a user mends a file in one go. Printed form is a compiler's: file:line:column, source line,
// caret, suggestion.

#ifndef SWITCHFAULT_DIAGNOSTIC_H_
#define SWITCHFAULT_DIAGNOSTIC_H_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace switchfault {

// A place in an input file. Lines and columns count from 1; line 0 means "no place known". Columns
// count bytes here and characters where they are printed.
struct SourcePos {
  std::uint32_t file = 0;  // Index into the loaded files, 0 the scenario itself.
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  [[nodiscard]] bool known() const { return line != 0; }
  friend auto operator<=>(const SourcePos&, const SourcePos&) = default;
};

// One text file as read; the lines are kept so that late errors can still show them.
struct SourceFile {
  std::string path;
  std::string text;
  // The line with this number (from 1) without its line end; empty when there is none.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
};

struct Diagnostic {
  SourcePos at;
  std::string path;
  std::string source_line;
  std::string message;  // One sentence without a full stop.
  std::string hint;     // "did you mean 'x'?" or empty.
};

// The user's input cannot be used. what() is the full printed text.
class InputError : public std::exception {
 public:
  explicit InputError(std::vector<Diagnostic> diagnostics, std::size_t left_out = 0);
  [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::vector<Diagnostic> diagnostics_;
  std::string text_;
};

// Collects at most kMaxDiagnostics, counts the rest, and throws once. The same message at the same
// place counts once.
class DiagnosticSink {
 public:
  static constexpr std::size_t kMaxDiagnostics = 20;

  explicit DiagnosticSink(const std::vector<SourceFile>& files) : files_(&files) {}
  void error(SourcePos at, std::string message, std::string hint = {});
  [[nodiscard]] bool empty() const { return diagnostics_.empty(); }
  // Further ones are only counted; no need to look for a hint.
  [[nodiscard]] bool full() const { return diagnostics_.size() == kMaxDiagnostics; }
  // Throws InputError when anything was reported, in order of file, line and column.
  void throw_if_any();

 private:
  const std::vector<SourceFile>* files_;
  std::vector<Diagnostic> diagnostics_;
  std::size_t left_out_ = 0;
};

// The printed form of one diagnostic, several lines, without colour.
std::string format_diagnostic(const Diagnostic& diagnostic);

// A text of the user inside a message: in single quotes, clipped to 60 characters.
std::string in_quotes(std::string_view text);

// The known name nearest to `name` by edit distance (at most a third of its length), as
// "did you mean 'x'?"; otherwise "known: a, b, c" (at most 12 names); empty for no candidates.
std::string suggestion(std::string_view name, const std::vector<std::string_view>& known);

}  // namespace switchfault

#endif  // SWITCHFAULT_DIAGNOSTIC_H_
