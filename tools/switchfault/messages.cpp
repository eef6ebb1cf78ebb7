#include "messages.h"

#include <cerrno>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include <switchfault/diagnostic.h>

#include "command_line.h"
#include "commands.h"
#include "process_ranks.h"

namespace switchfault {
namespace {

// All ranks meet the same error in their arguments; one of them says so.
int failed(int status, const std::string& message) {
  if (!is_silent_rank()) {
    fmt::print(stderr, "{}", message);
  }
  return status;
}

}  // namespace

int with_messages(const std::function<int()>& body) {
  try {
    const int status = body();
    if (std::fflush(stdout) != 0) {
      throw std::system_error(errno, std::generic_category(), "cannot write to stdout");
    }
    return status;
  } catch (const UsageError& error) {
    return failed(kExitUsage, fmt::format("switchfault: {}\n", error.what()));
  } catch (const InputError& error) {
    return failed(kExitUsage, error.what());
  } catch (const std::system_error& error) {  // A file of results that cannot be written.
    return failed(kExitUsage, fmt::format("switchfault: {}\n", error.what()));
  } catch (const std::exception& error) {
    return failed(kExitInternal, fmt::format("switchfault: {}\n", error.what()));
  }
}

}  // namespace switchfault
