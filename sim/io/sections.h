// Sections: the parts of a topology or scenario file, each read by a function of its own into the
// plain data of scenario.h.
//
// Every function asks `in` for its keys and leaves the others alone; the caller finishes `in`. The
// functions for one item (a service, a step …) stand here so that a test can ask each of them
// which keys it knows.

#ifndef SWITCHFAULT_IO_SECTIONS_H_
#define SWITCHFAULT_IO_SECTIONS_H_

#include <string>
#include <vector>

#include <switchfault/scenario.h>

#include "io/loading.h"

namespace switchfault {

// --- keys of a file's top level ---
void load_clock(MapReader& in, Loading& loading);         // clock
void load_services(MapReader& in, Loading& loading);      // services
void load_users(MapReader& in, Loading& loading);         // users
void load_probes(MapReader& in, Loading& loading);        // probes
void load_traffic(MapReader& in, Loading& loading);       // traffic
void load_operations(MapReader& in, Loading& loading);    // operations
void load_faults(MapReader& in, Loading& loading);        // faults
void load_strategies(MapReader& in, Loading& loading);    // strategies
void load_expectations(MapReader& in, Loading& loading);  // expect, steady-state
void load_cost(MapReader& in, Loading& loading);          // cost
// objective; after cost.
void load_objective(MapReader& in, Loading& loading);
// Nodes and links from the section `topology` of a topology file.
void load_network(YamlCursor section, Loading& loading);

// --- whole files ---
void read_topology_file(MapReader& in, Loading& loading);
// All but `topology`, which the caller has dealt with.
void read_scenario(MapReader& in, Loading& loading);
void read_network(MapReader& in, Loading& loading);

// --- keys of one item ---
void read_clock(MapReader& in, Loading& loading);
void read_service(MapReader& in, ServiceConfig& out);
void read_dependency(MapReader& in, Dependency& out);
void read_user_group(MapReader& in, UserGroupConfig& out);
void read_demand(MapReader& in, std::vector<DemandPeriod>& out);
void read_probe(MapReader& in, ProbeConfig& out);
void read_traffic(MapReader& in, TrafficConfig& out);
void read_operations(MapReader& in, OperationsConfig& out);
void read_monitor(MapReader& in, MonitorConfig& out);
void read_people(MapReader& in, PeoplePool& out);
void read_shift(MapReader& in, std::vector<ShiftPeriod>& out);
void read_access(MapReader& in, AccessChain& out);
void read_access_step(MapReader& in, AccessStep& out);
void read_diagnosis(MapReader& in, DiagnosisConfig& out);
void read_hypothesis(MapReader& in, Hypothesis& out);
void read_artefact(MapReader& in, ArtefactConfig& out);
void read_channel(MapReader& in, ChannelConfig& out);
// Own keys only; every other key is an argument of the kind.
void read_fault(MapReader& in, FaultConfig& out, Loading& loading);
void read_trigger(MapReader& in, Trigger& out);
void read_table_trigger(MapReader& in, Trigger& out);
void read_event_trigger(MapReader& in, Trigger& out);
void read_hastening(MapReader& in, Hastening& out);
void read_fault_end(MapReader& in, FaultEnd& out, Loading& loading);
void read_alternative(MapReader& in, FaultAlternatives::Alternative& out, Loading& loading);
void read_strategy(MapReader& in, StrategyConfig& out, Loading& loading);
void read_step(MapReader& in, StepConfig& out, Loading& loading);
void read_need(MapReader& in, Need& out);
void read_verification(MapReader& in, Verification& out);
void read_on_failure(MapReader& in, OnFailure& out);
void read_expectation(MapReader& in, Expectation& out);
void read_cost(MapReader& in, CostWeights& out);
void read_quantifier(MapReader& in, Expectation& out);
void read_window(MapReader& in, Expectation& out);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_SECTIONS_H_
