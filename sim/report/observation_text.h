// One observation as a line for people: "4s core-1 host panicked".

#ifndef SWITCHFAULT_REPORT_OBSERVATION_TEXT_H_
#define SWITCHFAULT_REPORT_OBSERVATION_TEXT_H_

#include <string>

#include <switchfault/run.h>

namespace switchfault {

// Times are cut to the resolution.
std::string observation_text(const RunLog& log, const Observation& observation,
                             Duration resolution = Duration{1});

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_OBSERVATION_TEXT_H_
