// Settings: values from the command line, "KEY.PATH=VALUE", put into a file's tree before it is
// converted, so that they pass the same checks and errors point into the setting.
//
// A path follows keys and list indices ("faults[0].rate"); an item of a list is also found by its
// `name`. Only the last key of a path may be new; whether it means anything is the reader's
// business. A value is YAML of one line.

#ifndef SWITCHFAULT_IO_SETTINGS_H_
#define SWITCHFAULT_IO_SETTINGS_H_

#include <string>
#include <string_view>
#include <vector>

#include <switchfault/diagnostic.h>

#include "io/yaml_cursor.h"

namespace switchfault {

class Settings {
 public:
  // Adds a file for each text to `files`; reports texts without a path or value.
  Settings(const std::vector<std::string>& texts, std::vector<SourceFile>& files,
           DiagnosticSink& sink);

  // The one setting that must be known before the topology can be read: topology=PATH.
  void choose_topology(YamlFile& scenario);
  // All others. `topology` is null when it stands in the scenario itself.
  void apply(YamlFile& scenario, YamlFile* topology);

 private:
  struct Setting {
    std::string path;
    YamlFile value;
    SourcePos at;
  };
  void put(YamlFile& file, const Setting& setting);

  std::vector<Setting> settings_;
  DiagnosticSink& sink_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_SETTINGS_H_
