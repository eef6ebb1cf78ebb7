// The source tree as text, for the rules of tidy_test.cpp.
//
// A file is kept three times, line by line: as written, as code (comments and the contents of
// literals blanked, so that a rule does not fire on prose) and as prose (the other way round: only
// comments left). Columns are the same in all three. Raw string literals are understood;
// trigraphs and backslash-continued comments are not.

#ifndef SWITCHFAULT_TESTS_TIDY_SOURCE_TEXT_H_
#define SWITCHFAULT_TESTS_TIDY_SOURCE_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace switchfault::tidy {

struct SourceFile {
  std::string path;  // Relative to the root of the project, with forward slashes.
  std::vector<std::string> lines;
  std::vector<std::string> code;
  std::vector<std::string> prose;
};

// Splits C++ text; for other files `code` is the text itself and `prose` too.
SourceFile make_source(std::string path, std::string_view text);

// All files below the given folders of `root`, and `root`'s own files, sorted by path. Folders that
// do not exist are skipped.
std::vector<SourceFile> read_tree(const std::string& root, const std::vector<std::string>& folders);

bool starts_with_any(std::string_view path, const std::vector<std::string>& prefixes);
bool is_cpp(std::string_view path);
bool is_header(std::string_view path);

// Position of `word` in `line` as a whole identifier, from `from` on; npos if absent. A `*` at its
// end or start stands for any rest of the identifier: "unordered_*", "*_distribution".
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from = 0);

}  // namespace switchfault::tidy

#endif  // SWITCHFAULT_TESTS_TIDY_SOURCE_TEXT_H_
