#include "io/syntax_message.h"

#include <fmt/format.h>

#include <switchfault/diagnostic.h>

namespace switchfault {
namespace {

// `from` is yaml-cpp's text or the beginning of it.
struct Rewording {
  std::string_view from;
  std::string_view message;
  std::string_view hint;
};

constexpr Rewording kRewordings[] = {
    {"end of map not found", "this does not fit into the map around it",
     "check the indentation, and that every quote above is closed; a text that holds ': ' or "
     "quotes "
     "must be quoted as a whole"},
    {"end of sequence not found", "this does not fit into the list around it",
     "check the indentation; every item begins with '- ' in the same column"},
    {"end of map flow not found", "expected ',' or '}' here",
     "a text that holds braces, brackets or commas must be quoted"},
    {"end of sequence flow not found", "expected ',' or ']' here",
     "a text that holds braces, brackets or commas must be quoted"},
    {"illegal map value", "a second ': ' in one value",
     "quote the text if the colon belongs to it; begin a nested map on a new line"},
    {"illegal map key", "a key cannot begin with '? ' here", ""},
    {"illegal block entry", "a list item '- ' cannot begin here",
     "begin the list on a new line, or write it as [a, b]; quote a text that begins with '- '"},
    {"illegal flow end", "a closing bracket without its opening one",
     "quote the text if the bracket belongs to it"},
    {"illegal tab when looking for indentation", "a tab in the indentation", "use spaces"},
    {"illegal EOF in scalar", "the quoted text that begins here is never closed", ""},
    {"illegal document indicator in scalar", "'---' or '...' inside a quoted text",
     "is a closing quote missing above?"},
    {"illegal character in scalar", "a character that cannot stand in a plain text",
     "quote the text"},
    {"alias not found after *", "a name must follow '*'",
     "quote the text if the '*' belongs to it: \"*\""},
    {"anchor not found after &", "a name must follow '&'",
     "quote the text if the '&' belongs to it"},
    {"illegal character found while scanning alias", "a character that no alias name may hold",
     "quote the text if the '*' belongs to it"},
    {"illegal character found while scanning anchor", "a character that no anchor name may hold",
     "quote the text if the '&' belongs to it"},
    {"cannot assign multiple tags", "a value can have one tag only", ""},
    {"cannot assign multiple anchors", "a value can have one anchor only", ""},
    {"aliases can't have any content", "an alias cannot have a value of its own", ""},
    {"bad character found while scanning hex", "an escape \\x, \\u or \\U needs hexadecimal digits",
     "write '\\\\' for a backslash, or use single quotes"},
    {"invalid unicode", "an escape that is no Unicode character", ""},
    {"unknown token", "no value can begin with this character", "quote the text"},
    {"cannot set zero indentation", "the indentation of a block text cannot be 0", ""},
    {"unexpected character in block scalar", "the text after '|' or '>' begins on the next line",
     "quote the text if the '|' or '>' belongs to it"},
    {"illegal character found while scanning tag", "a character that no tag may hold",
     "quote the text if the '!' belongs to it"},
    {"tag handle with no suffix", "a tag without a name",
     "quote the text if the '!' belongs to it"},
    {"end of verbatim tag not found", "a tag '!<...' that is not closed",
     "quote the text if the '!' belongs to it"},
};

constexpr std::string_view kUnknownEscape = "unknown escape character: ";
constexpr std::string_view kUnknownAnchor = "the referenced anchor is not defined";

}  // namespace

SyntaxMessage reword_syntax_error(std::string_view library_message) {
  if (library_message.starts_with(kUnknownEscape)) {
    library_message.remove_prefix(kUnknownEscape.size());
    return {fmt::format("unknown escape {} in double quotes",
                        in_quotes(fmt::format("\\{}", library_message))),
            "write '\\\\' for a backslash, or use single quotes"};
  }
  if (library_message.starts_with(kUnknownAnchor)) {
    return {"no anchor of this name is defined above", "quote the text if the '*' belongs to it"};
  }
  for (const Rewording& rewording : kRewordings) {
    if (library_message.starts_with(rewording.from)) {
      return {std::string(rewording.message), std::string(rewording.hint)};
    }
  }
  return {std::string(library_message), {}};
}

}  // namespace switchfault
