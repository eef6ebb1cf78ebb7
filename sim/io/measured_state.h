// Settled states of case files in one form: fields by name, identifiers and words as the simulator
// prints them. Every implementation of the files words them its own way.

#ifndef SWITCHFAULT_IO_MEASURED_STATE_H_
#define SWITCHFAULT_IO_MEASURED_STATE_H_

#include <nlohmann/json.hpp>

#include <switchfault/measured.h>

namespace switchfault {

SettledState read_settled_state(const nlohmann::json& state);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_MEASURED_STATE_H_
