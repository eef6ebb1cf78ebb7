// enable_feature: a feature is switched on by configuration.

#include "actions/configure.h"

namespace switchfault {

ActionKind enable_feature() {
  return switch_feature<true>("enable_feature", "Switches a feature on by configuration.");
}

}  // namespace switchfault
