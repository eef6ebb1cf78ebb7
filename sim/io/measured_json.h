// What the readers of measured cases ask their topologies, and how they write arguments of
// protocols.

#ifndef SWITCHFAULT_IO_MEASURED_JSON_H_
#define SWITCHFAULT_IO_MEASURED_JSON_H_

#include <string>

#include <nlohmann/json.hpp>

#include <switchfault/topology.h>

namespace switchfault {

// Of a link with `ends`: the one that is not the node.
std::string other_end(const nlohmann::json& link, const std::string& node);
bool ends_at(const nlohmann::json& link, const std::string& node);
// "switch", "router", "host". REQUIRES: a node of the topology.
std::string kind_of(const nlohmann::json& topology, const std::string& node);
// As files write it: 1.5 becomes "1.5s".
std::string seconds(double value);
// Replaces the argument of that name, or adds it.
void set(Arguments& arguments, const std::string& name, const std::string& text);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_MEASURED_JSON_H_
