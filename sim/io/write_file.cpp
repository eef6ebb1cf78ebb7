#include <string>

#include <switchfault/report.h>

#include "io/new_file.h"

namespace switchfault {

void write_file(const std::string& path, const std::string& content) {
  NewFile file(path);
  file.write(content);
  file.commit();
}

void check_writable(const std::string& path) {
  NewFile::check(path);
}

}  // namespace switchfault
