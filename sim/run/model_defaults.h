// The defaults of the model itself, with their sources, for `switchfault models`.

#ifndef SWITCHFAULT_RUN_MODEL_DEFAULTS_H_
#define SWITCHFAULT_RUN_MODEL_DEFAULTS_H_

#include <vector>

#include <switchfault/catalog.h>

namespace switchfault {

std::vector<Parameter> model_defaults();

}  // namespace switchfault

#endif  // SWITCHFAULT_RUN_MODEL_DEFAULTS_H_
