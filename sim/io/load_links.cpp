#include "io/load_links.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include <fmt/format.h>

namespace switchfault {
namespace {

// First words of an endpoint that stand for no node, unless a node has this name.
constexpr std::string_view kOneEnded[] = {"host", "mgmt-net", "macvlan", "vxlan", "dummy"};
// Types of the extended form.
constexpr std::string_view kTypes[] = {"veth", "veth-stitch", "mgmt-net",     "macvlan",
                                       "host", "vxlan",       "vxlan-stitch", "dummy"};
constexpr std::string_view kIgnoredKeys[] = {
    "mtu", "vars", "labels", "host-interface", "mode", "remote", "vni", "udp-port", "ipv4", "ipv6"};
constexpr std::string_view kIgnoredEndKeys[] = {"mac", "ipv4", "ipv6", "vars"};
constexpr std::string_view kEndpointForm = "write endpoints: [\"a:eth1\", \"b:eth1\"]";

bool is_one_ended(std::string_view name) {
  return std::find(std::begin(kOneEnded), std::end(kOneEnded), name) != std::end(kOneEnded);
}

// "node:port", split at the first colon: port names may hold more of them.
std::optional<LinkEnd> read_brief_end(YamlCursor cursor, Reading reading) {
  const auto text = read_text(cursor, reading);
  if (!text) {
    return std::nullopt;
  }
  const std::size_t colon = text->find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text->size()) {
    reading.sink.error(cursor.at(), fmt::format("{} is no endpoint", in_quotes(*text)),
                       std::string(kEndpointForm));
    return std::nullopt;
  }
  return LinkEnd{{std::string(text->substr(0, colon)), cursor.at()},
                 std::string(text->substr(colon + 1))};
}

std::optional<LinkEnd> read_end(YamlCursor cursor, Reading reading) {
  if (!cursor.is_map()) {
    return read_brief_end(cursor, reading);
  }
  LinkEnd end;
  MapReader in(cursor, reading);
  read_link_end(in, end);
  in.finish();
  return end.node.text.empty() || end.port.empty() ? std::nullopt : std::optional(end);
}

// Both ends of the usual form.
bool read_two_ends(YamlCursor list, LinkConfig& out, Reading reading) {
  if (!list.is_list() || list.size() != 2) {
    reading.sink.error(list.at(), "a link has two endpoints", std::string(kEndpointForm));
    return false;
  }
  std::array<std::optional<LinkEnd>, 2> ends;
  std::size_t index = 0;
  for (const YamlCursor item : list.items()) {
    ends.at(index++) = read_end(item, reading);
  }
  if (!ends[0] || !ends[1]) {
    return false;
  }
  out.a = *std::move(ends[0]);
  out.b = *std::move(ends[1]);
  return true;
}

// One end and what the other one is, as {type: macvlan, endpoint: {node, interface}}.
bool read_one_end(YamlCursor cursor, std::string_view type, LinkConfig& out, Reading reading) {
  auto end = read_end(cursor, reading);
  if (!end) {
    return false;
  }
  out.b = {{std::string(type), cursor.at()}, fmt::format("{}:{}", end->node.text, end->port)};
  out.a = *std::move(end);
  return true;
}

bool read_ends(MapReader& in, LinkConfig& out) {
  std::string type;
  if (const auto cursor = in.optional("type")) {
    set(type, read_word(*cursor, in.reading(), kTypes));
  }
  const auto one = in.optional("endpoint");
  const auto two = in.optional("endpoints");
  if (one && !type.empty() && !type.starts_with("veth")) {
    return read_one_end(*one, type, out, in.reading());
  }
  if (!two) {
    in.required("endpoints");
    return false;
  }
  return read_two_ends(*two, out, in.reading());
}

void read_loss(MapReader& in, LinkConfig& out) {
  if (const auto both = in.share("loss")) {
    out.loss_ab = out.loss_ba = *both;
  }
  set(out.loss_ab, in.share("loss_ab"));
  set(out.loss_ba, in.share("loss_ba"));
}

void read_background(MapReader& in, LinkConfig& out) {
  set(out.background_ab, in.bit_rate("background_ab"));
  set(out.background_ba, in.bit_rate("background_ba"));
}

using Names = std::unordered_set<std::string_view>;

// Gives an end that stands for no node a node of its own, named as the endpoint is written.
void add_outside(LinkEnd& end, const Names& names, std::vector<NodeConfig>& added) {
  if (!is_one_ended(end.node.text) || names.contains(end.node.text)) {
    return;
  }
  NodeConfig outside;
  outside.name = fmt::format("{}:{}", end.node.text, end.port);
  outside.kind = NodeKind::external;
  outside.at = end.node.at;
  end.node.text = outside.name;
  end.port = "eth0";
  added.push_back(std::move(outside));
}

}  // namespace

void read_link_end(MapReader& in, LinkEnd& out) {
  set(out.node, in.name("node", Presence::required));
  set(out.port, in.text("interface", Presence::required));
  for (const std::string_view key : kIgnoredEndKeys) {
    in.ignore(key);
  }
}

bool read_link(MapReader& in, LinkConfig& out) {
  const bool whole = read_ends(in, out);
  if (const auto rate = in.bit_rate("rate")) {
    out.rate = *rate;
    if (rate->bits_per_second == 0) {
      in.error("rate", "a link without a rate carries nothing", "write up: false");
    }
  }
  set(out.delay, in.duration("delay"));
  read_loss(in, out);
  read_background(in, out);
  set(out.up, in.boolean("up"));
  for (const std::string_view key : kIgnoredKeys) {
    in.ignore(key);
  }
  return whole && out.a.node.text != "dummy" && out.b.node.text != "dummy";
}

void load_links(YamlItems items, Loading& loading) {
  Topology& topology = loading.scenario.topology;
  Names names;
  names.reserve(topology.nodes.size());
  for (const NodeConfig& node : topology.nodes) {
    names.insert(node.name);
  }
  std::vector<NodeConfig> added;
  for (const YamlCursor item : items) {
    LinkConfig link;
    link.at = item.at();
    MapReader in(item, loading.reading);
    const bool whole = read_link(in, link);
    in.finish();
    if (whole) {
      add_outside(link.a, names, added);
      add_outside(link.b, names, added);
      topology.links.push_back(std::move(link));
    }
  }
  std::move(added.begin(), added.end(), std::back_inserter(topology.nodes));
}

}  // namespace switchfault
