// Figures of a study as people read them.

#ifndef SWITCHFAULT_REPORT_STUDY_TEXT_H_
#define SWITCHFAULT_REPORT_STUDY_TEXT_H_

#include <string>
#include <vector>

#include <switchfault/study.h>

namespace switchfault {

// Three significant digits beside the size of the figure: 1,234,567; 12.3; 0.0123.
std::string figure(double value);
// In the unit of the metric: 1h30m, 99.950 %, 1,234.
std::string value_text(const StudyMetric& metric, double value);
// "41 ± 6".
std::string with_interval(const StudyMetric& metric, const Estimate& estimate);
// "a, b and c".
std::string listed(const std::vector<std::string>& names);
// The metric, with its unit where neither its name nor its values show it: "cost in EUR".
std::string objective_text(const StudyReport& report);
// How wide a text is on a terminal: bytes that continue a character of UTF-8 do not count.
std::size_t width_of(const std::string& text);

}  // namespace switchfault

#endif  // SWITCHFAULT_REPORT_STUDY_TEXT_H_
