// ArgumentReader: typed access to the arguments of a kind, already checked by the loader.
//
// A missing or malformed argument here is a defect of ours (SF_CHECK), because the loader has
// compared every argument with the catalogue before.

#ifndef SWITCHFAULT_OS_ARGUMENTS_H_
#define SWITCHFAULT_OS_ARGUMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/ip_address.h>
#include <switchfault/topology.h>
#include <switchfault/units.h>

namespace switchfault {

// Keeps a reference to the arguments.
class ArgumentReader {
 public:
  explicit ArgumentReader(const Arguments& arguments) : arguments_(&arguments) {}

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> names(std::string_view name) const;
  [[nodiscard]] Duration duration(std::string_view name) const;
  [[nodiscard]] Bytes bytes(std::string_view name) const;
  [[nodiscard]] ByteRate byte_rate(std::string_view name) const;
  [[nodiscard]] double share(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] IpAddress address(std::string_view name) const;
  [[nodiscard]] IpPrefix prefix(std::string_view name) const;

 private:
  const Arguments* arguments_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_ARGUMENTS_H_
