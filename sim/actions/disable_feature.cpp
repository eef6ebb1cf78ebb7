// disable_feature: a feature is switched off by configuration.
//
// The workaround for a fault that needs the feature. Not modelled: what users of the feature lose.

#include "actions/configure.h"

namespace switchfault {

ActionKind disable_feature() {
  return switch_feature<false>("disable_feature", "Switches a feature off by configuration.");
}

}  // namespace switchfault
