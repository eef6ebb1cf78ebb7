// What goes wrong, as a message for people and an exit status.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_MESSAGES_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_MESSAGES_H_

#include <functional>

namespace switchfault {

// The status that `body` returns, or that of what it throws, which is printed to stderr.
int with_messages(const std::function<int()>& body);

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_MESSAGES_H_
