// The journal as a JSON value, and how its figures are written; shared by the writers of sim/io.

#ifndef SWITCHFAULT_IO_JOURNAL_DOCUMENT_H_
#define SWITCHFAULT_IO_JOURNAL_DOCUMENT_H_

#include <optional>

#include <nlohmann/json.hpp>

#include <switchfault/report.h>

namespace switchfault {

// Everything of a run that the format has.
nlohmann::ordered_json journal_document(const Report& report);

// Derived figures carry nine significant digits, so that the last bits of a sum never differ.
double rounded(double value);
double seconds(Duration duration);
double seconds(SimTime time);
nlohmann::ordered_json seconds(const std::optional<SimTime>& time);  // Null: never.

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_JOURNAL_DOCUMENT_H_
