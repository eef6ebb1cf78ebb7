// Steps of case files: wires, processes, and the shell commands the cases use, as levers.

#ifndef SWITCHFAULT_IO_MEASURED_STEPS_H_
#define SWITCHFAULT_IO_MEASURED_STEPS_H_

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <switchfault/measured.h>

namespace switchfault {

// A lever for each step; what is not known is named in `missing`. `topology` is the case's own.
std::vector<MeasuredStep> read_measured_steps(const nlohmann::json& steps,
                                              const nlohmann::json& topology,
                                              std::vector<std::string>& missing);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_MEASURED_STEPS_H_
