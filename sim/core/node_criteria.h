// What a selector asks of a node that never changes while it runs: name, OS, model, role, site,
// group, labels.
//
// Version and features change (upgrades, configuration), so each layer compares them with what it
// knows of them: the loader with the file, the run with the instance.

#ifndef SWITCHFAULT_CORE_NODE_CRITERIA_H_
#define SWITCHFAULT_CORE_NODE_CRITERIA_H_

#include <string_view>

#include <switchfault/scenario.h>

namespace switchfault {

// Whether nodes of a kind run an operating system that faults can strike.
bool has_os(NodeKind kind);

// True when `name` fits `pattern`, where '*' stands for any run of characters.
bool matches_pattern(std::string_view pattern, std::string_view name);

// True when the selector names no nodes or this one.
bool matches_names(const Selector& selector, const NodeConfig& node);
// True when OS, model, hardware revision, role, site, group and labels are as asked for.
bool matches_properties(const Selector& selector, const NodeConfig& node);
// Both: every criterion of `selector` but version, feature and amount.
bool matches_identity(const Selector& selector, const NodeConfig& node);

}  // namespace switchfault

#endif  // SWITCHFAULT_CORE_NODE_CRITERIA_H_
