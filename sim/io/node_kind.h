// The kinds that a topology file may give its nodes: our words and those of containerlab.
//
// containerlab's kinds name products ("nokia_srlinux", several with an older alias), so they also
// tell the operating system. What is no network device there (a Linux container) is a host here,
// unless its image is a well-known router. Facts: containerlab, docs/manual/kinds and
// schemas/clab.schema.json.

#ifndef SWITCHFAULT_IO_NODE_KIND_H_
#define SWITCHFAULT_IO_NODE_KIND_H_

#include <optional>
#include <string_view>
#include <vector>

#include <switchfault/topology.h>

namespace switchfault {

struct KnownKind {
  std::string_view name;
  NodeKind kind;
  std::string_view os;  // Canonical name; empty for our words and what has no OS.
};

// Our word or a kind of containerlab.
const KnownKind* find_node_kind(std::string_view name);
// True for our own words, which a file cannot redefine.
bool is_own_kind(std::string_view name);
std::vector<std::string_view> node_kind_names();

// The router whose image this is: "quay.io/frrouting/frr:10.5.1" is frr.
std::optional<std::string_view> router_of_image(std::string_view image);
// The tag of an image when it is a version: "ceos:4.32.0F" is 4.32.0F, "x:latest" is empty.
std::string_view version_of_image(std::string_view image);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_NODE_KIND_H_
