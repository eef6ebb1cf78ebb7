// Catalog: what kinds of fault, action and protocol exist and which parameters each takes.
//
// The lists are explicit functions in each folder's catalog.cpp, gathered here as plain data, so
// that the loader can check arguments, `switchfault list` can print them and the documents can be
// compared with them. Adding a kind adds one row there and nothing here.

#ifndef SWITCHFAULT_CATALOG_H_
#define SWITCHFAULT_CATALOG_H_

#include <cstdint>
#include <string>
#include <vector>

#include <switchfault/topology.h>
#include <switchfault/units.h>

namespace switchfault {

// The unit in which a parameter is written; the loader checks the text against it.
enum class Unit : std::uint8_t {
  name,   // any scalar
  names,  // a list of scalars
  duration,
  bit_rate,
  bytes,
  byte_rate,
  share,
  integer,
  boolean,
  address,
  addresses,  // a list of addresses
  prefix,
  mac,      // 02:00:5e:10:00:01
  choice,   // one of `choices`
  process,  // name or function of a process that the node runs
};

struct Parameter {
  std::string name;
  Unit unit = Unit::name;
  std::string default_text;  // Empty: required, unless `optional`.
  std::string summary;
  bool optional = false;
  std::int64_t minimum = 0, maximum = 0;  // integer only; both 0: not bounded
  std::int64_t step = 1;                  // integer only: minimum, minimum + step …
  Duration shortest{}, longest{};         // duration only; both 0: not bounded
  std::vector<std::string> choices;
  std::string source;  // Where the default comes from: a standard's clause, a measurement.
};

// Where a protocol parameter may be written.
enum class Scope : std::uint8_t { kind, port };

// What a step of a strategy has to name for an action.
enum class TargetKind : std::uint8_t { none, nodes, services };

// What is wrong with what a topology tells a kind of protocol.
struct Remark {
  SourcePos at;
  std::string text;
  std::string hint;
  bool refused = false;  // No daemon would start with it; else it starts and something is amiss.
};

struct KindInfo {
  std::string name;
  std::string summary;
  std::vector<Parameter> parameters;              // Of a fault, an action, or a protocol on a node.
  std::vector<Parameter> port_parameters;         // Of a protocol on a port.
  std::vector<Parameter> interface_parameters{};  // Of a protocol on an interface.
  std::vector<Parameter> vlan_parameters{};       // Of a protocol in a VLAN, under `vlans`.
  TargetKind targets = TargetKind::none;          // Of an action.
  // The boot that an action or fault puts its node through ("cold"), or the parameter that says
  // which; empty: none. The node then has to state the times of that boot.
  std::string boot;
  bool needs_memory = false;  // A fault that has no effect on a node without stated memory.
  // What it has to say about a whole topology, of a protocol; null: nothing.
  std::vector<Remark> (*check)(const Topology& topology) = nullptr;
};

// The processes that a node of this kind runs unless its file names others, by their functions.
struct KindProcesses {
  NodeKind kind = NodeKind::switch_;
  std::vector<std::string> functions;
};

struct Catalog {
  std::vector<KindInfo> faults;
  std::vector<KindInfo> actions;
  std::vector<KindInfo> protocols;
  std::vector<KindProcesses> processes;  // A kind without a row runs none.
  // Defaults of the model itself (MAC ageing, neighbour timeout, flows per group …) with sources.
  std::vector<Parameter> model_defaults;
};

// The catalogue of this program.
const Catalog& builtin_catalog();

}  // namespace switchfault

#endif  // SWITCHFAULT_CATALOG_H_
