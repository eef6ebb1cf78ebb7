#include "tidy/source_text.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace switchfault::tidy {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// The end (exclusive) of the comment that begins at `at`; `at` if none does. Literals likewise.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "//") {
    return std::min(text.find('\n', at), text.size());
  }
  if (text.substr(at, 2) == "/*") {
    const std::size_t close = text.find("*/", at + 2);
    return close == text.npos ? text.size() : close + 2;
  }
  return at;
}

std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote == '"' && at > 0 && text[at - 1] == 'R') {
    const std::size_t open = std::min(text.find('(', at), text.size());
    const std::string close = ")" + std::string(text.substr(at + 1, open - at - 1)) + "\"";
    const std::size_t end = text.find(close, open);
    return end == text.npos ? text.size() : end + close.size();
  }
  const bool digit_separator = quote == '\'' && at > 0 && is_word(text[at - 1]);
  if ((quote != '"' && quote != '\'') || digit_separator) {
    return at;
  }
  for (std::size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return at + 1;  // An apostrophe in a preprocessor text.
}

bool on_include_line(std::string_view text, std::size_t at) {
  const std::size_t line = text.rfind('\n', at) == text.npos ? 0 : text.rfind('\n', at) + 1;
  return text.substr(line).starts_with("#include");
}

void blank(std::string& text, std::size_t from, std::size_t to) {
  for (std::size_t i = from; i < to; ++i) {
    if (text[i] != '\n') {
      text[i] = ' ';
    }
  }
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    throw std::runtime_error("cannot read " + path.string());
  }
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

bool starts_with_any(std::string_view path, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) { return path.starts_with(prefix); });
}

bool is_header(std::string_view path) {
  return path.ends_with(".h");
}
bool is_cpp(std::string_view path) {
  return is_header(path) || path.ends_with(".cpp");
}

std::size_t find_word(std::string_view line, std::string_view word, std::size_t from) {
  const bool open_start = word.starts_with('*');
  const bool open_end = word.ends_with('*');
  word.remove_prefix(open_start ? 1 : 0);
  word.remove_suffix(open_end ? 1 : 0);
  for (std::size_t at = line.find(word, from); at != line.npos; at = line.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = open_start || at == 0 || !is_word(word[0]) || !is_word(line[at - 1]);
    const bool ends =
        open_end || end == line.size() || !is_word(word.back()) || !is_word(line[end]);
    if (starts && ends) {
      return at;
    }
  }
  return line.npos;
}

SourceFile make_source(std::string path, std::string_view text) {
  SourceFile file{.path = std::move(path), .lines = split_lines(text), .code = {}, .prose = {}};
  if (!is_cpp(file.path)) {
    file.code = file.lines;
    file.prose = file.lines;
    return file;
  }
  std::string code(text);
  std::string prose(text);
  std::size_t at = 0;
  while (at < text.size()) {
    if (const std::size_t end = end_of_comment(text, at); end != at) {
      blank(code, at, end);
      at = end;
      continue;
    }
    const std::size_t end = end_of_literal(text, at);
    if (end != at && !on_include_line(text, at)) {
      blank(code, at + 1, end - 1);
    }
    blank(prose, at, std::max(end, at + 1));
    at = std::max(end, at + 1);
  }
  file.code = split_lines(code);
  file.prose = split_lines(prose);
  return file;
}

std::vector<SourceFile> read_tree(const std::string& root,
                                  const std::vector<std::string>& folders) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths;
  const auto add = [&](const fs::directory_entry& entry) {
    if (entry.is_regular_file()) {
      paths.push_back(fs::relative(entry.path(), root).generic_string());
    }
  };
  for (const auto& entry : fs::directory_iterator(root)) {
    add(entry);
  }
  for (const std::string& folder : folders) {
    if (fs::is_directory(fs::path(root) / folder)) {
      for (const auto& entry : fs::recursive_directory_iterator(fs::path(root) / folder)) {
        add(entry);
      }
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<SourceFile> files;
  files.reserve(paths.size());
  for (const std::string& path : paths) {
    files.push_back(make_source(path, read_file(fs::path(root) / path)));
  }
  return files;
}

}  // namespace switchfault::tidy
