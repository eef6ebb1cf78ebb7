// Links of a topology file, in containerlab's brief and extended forms, with our rates and losses.
//
// A link with one end (to the container host, a management network, a tunnel) becomes a link to a
// node of kind `external` that is added for it; an interface without any link (`dummy`) is nothing.

#ifndef SWITCHFAULT_IO_LOAD_LINKS_H_
#define SWITCHFAULT_IO_LOAD_LINKS_H_

#include "io/loading.h"

namespace switchfault {

// REQUIRES: the nodes of the topology have been read.
void load_links(YamlItems items, Loading& loading);

// The keys of one link; false when it joins nothing to anything.
bool read_link(MapReader& in, LinkConfig& out);
void read_link_end(MapReader& in, LinkEnd& out);

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_LOAD_LINKS_H_
