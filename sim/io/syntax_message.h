// yaml-cpp's error messages in words that help: what is wrong for a person, and what to try.

#ifndef SWITCHFAULT_IO_SYNTAX_MESSAGE_H_
#define SWITCHFAULT_IO_SYNTAX_MESSAGE_H_

#include <string>
#include <string_view>

namespace switchfault {

struct SyntaxMessage {
  std::string message;
  std::string hint;
};

// Messages that are not known are passed on as they are.
SyntaxMessage reword_syntax_error(std::string_view library_message);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_SYNTAX_MESSAGE_H_
