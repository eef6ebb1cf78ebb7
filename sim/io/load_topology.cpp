#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "core/node_criteria.h"
#include "io/load_links.h"
#include "io/load_node.h"
#include "io/node_kind.h"
#include "io/sections.h"

namespace switchfault {
namespace {

constexpr std::size_t kMostNodes = 100'000;
// Nodes, ports, interfaces, routes … after defaults, kinds and groups have been copied into nodes.
constexpr std::size_t kMostParts = 1'000'000;
// containerlab's keys beside `name` and `topology`.
constexpr std::string_view kIgnoredFileKeys[] = {"prefix", "mgmt", "settings", "debug"};
constexpr int kDeepestKind = 8;  // A kind that is another kind that is …

// The sections that nodes take values from.
struct Layers {
  std::optional<YamlCursor> defaults;
  std::unordered_map<std::string_view, YamlCursor> kinds;
  std::unordered_map<std::string_view, YamlCursor> groups;
};

std::string_view text_at(const std::optional<YamlCursor>& map, std::string_view key) {
  const auto value = map ? map->find(key) : std::nullopt;
  return value && value->is_scalar() ? value->text() : std::string_view{};
}

std::optional<YamlCursor> find(const std::unordered_map<std::string_view, YamlCursor>& map,
                               std::string_view key) {
  const auto found = map.find(key);
  return found == map.end() ? std::nullopt : std::optional(found->second);
}

// Errors in a layer are reported when it is read for itself; what nodes copy from it stays silent.
struct Silence {
  explicit Silence(Loading& loud)
      : sink(loud.scenario.files),
        loading{loud.catalog, {.sink = sink, .assumptions = assumptions}, loud.scenario} {}
  DiagnosticSink sink;
  AssumptionLog assumptions;
  Loading loading;
};

// Turns entries of `nodes` into NodeConfigs. Drafts of a kind and of a kind within a group are made
// once and copied.
class NodeBuilder {
 public:
  NodeBuilder(const Layers& layers, Loading& loading)
      : layers_(layers), loading_(loading), silence_(loading) {}

  // False once the limits of a topology are exceeded.
  bool add(YamlCursor key, YamlCursor value);
  // Short forms of hosts, once the links are known.
  void place_addresses();

 private:
  struct ResolvedKind {
    NodeKind kind = NodeKind::host;
    std::string_view os;
  };
  struct Pending {
    std::size_t node;
    NodeDraft draft;  // Only its short forms.
  };

  std::optional<ResolvedKind> resolve(const Name& name);
  NodeDraft& draft_of(std::string_view kind, std::string_view group);
  const NodeDraft& draft_of_kind(std::string_view kind, int depth);
  void read_quietly(const std::optional<YamlCursor>& layer, NodeDraft& out);
  void derive(NodeDraft& draft, const ResolvedKind& resolved);
  bool within_limits(const NodeDraft& draft, SourcePos at);
  void place(const Pending& pending, const std::vector<std::string_view>& ports);

  const Layers& layers_;
  Loading& loading_;
  Silence silence_;
  std::unordered_map<std::string_view, NodeDraft> kinds_;
  std::unordered_map<std::string, NodeDraft> combined_;  // By "kind\ngroup".
  std::unordered_map<std::string_view, std::optional<ResolvedKind>> resolved_;
  std::vector<Pending> pending_;
  std::size_t parts_ = 0;
};

// The kind of a node, looking through the kinds that the file defines itself.
std::optional<NodeBuilder::ResolvedKind> NodeBuilder::resolve(const Name& name) {
  const auto cached = resolved_.find(name.text);
  if (cached != resolved_.end()) {
    return cached->second;
  }
  std::string_view text = name.text;
  std::string_view os;
  for (int depth = 0; depth < kDeepestKind; ++depth) {
    const KnownKind* const known = find_node_kind(text);
    if (known != nullptr && os.empty()) {
      os = known->os;
    }
    const std::string_view defined = text_at(find(layers_.kinds, text), "kind");
    if (!defined.empty() && !is_own_kind(text)) {
      text = defined;
      continue;
    }
    if (known != nullptr) {
      return ResolvedKind{known->kind, os};
    }
    std::vector<std::string_view> names = node_kind_names();
    for (const auto& kind : layers_.kinds) {
      names.push_back(kind.first);
    }
    std::sort(names.begin() + 8, names.end());
    loading_.reading.sink.error(name.at,
                                fmt::format("there is no kind {} of node", in_quotes(text)),
                                hint_for(text, names, loading_.reading));
    return std::nullopt;
  }
  loading_.reading.sink.error(
      name.at, fmt::format("the kind {} never ends in a kind of node", in_quotes(name.text)));
  return std::nullopt;
}

void NodeBuilder::read_quietly(const std::optional<YamlCursor>& layer, NodeDraft& out) {
  if (layer && (layer->is_map() || layer->is_null())) {
    MapReader in(*layer, silence_.loading.reading);
    read_node_layer(in, out, silence_.loading);
  }
}

// Defaults, then the kinds a kind is made from, then the kind itself.
const NodeDraft& NodeBuilder::draft_of_kind(std::string_view kind, int depth) {
  const auto found = kinds_.find(kind);
  if (found != kinds_.end()) {
    return found->second;
  }
  const auto layer = find(layers_.kinds, kind);
  const std::string_view base = is_own_kind(kind) ? std::string_view{} : text_at(layer, "kind");
  NodeDraft draft;
  if (!base.empty() && depth < kDeepestKind) {
    draft = draft_of_kind(base, depth + 1);
  } else {
    read_quietly(layers_.defaults, draft);
  }
  read_quietly(layer, draft);
  parts_ += draft.parts();
  return kinds_.emplace(kind, std::move(draft)).first->second;
}

NodeDraft& NodeBuilder::draft_of(std::string_view kind, std::string_view group) {
  std::string key = fmt::format("{}\n{}", kind, group);
  const auto found = combined_.find(key);
  if (found != combined_.end()) {
    return found->second;
  }
  NodeDraft draft = draft_of_kind(kind, 0);
  read_quietly(find(layers_.groups, group), draft);
  parts_ += draft.parts();
  return combined_.emplace(std::move(key), std::move(draft)).first->second;
}

bool NodeBuilder::within_limits(const NodeDraft& draft, SourcePos at) {
  parts_ += draft.parts();
  if (loading_.scenario.topology.nodes.size() >= kMostNodes) {
    loading_.reading.sink.error(at, fmt::format("a topology has at most {} nodes", kMostNodes));
    return false;
  }
  if (parts_ > kMostParts) {
    loading_.reading.sink.error(
        at, fmt::format("with what they take from defaults, kinds and groups the nodes have more "
                        "than {} parts",
                        kMostParts));
    return false;
  }
  return true;
}

// What the image and the kind of containerlab say, where the file does not.
void NodeBuilder::derive(NodeDraft& draft, const ResolvedKind& resolved) {
  NodeConfig& config = draft.config;
  config.kind = resolved.kind;
  std::string_view os = resolved.os;
  if (resolved.kind == NodeKind::host && !draft.image.empty()) {
    if (const auto router = router_of_image(draft.image)) {
      config.kind = NodeKind::router;
      os = *router;
    }
  }
  if (config.os.empty()) {
    config.os = os;
  }
  if (config.version.empty() && has_os(config.kind)) {
    config.version = version_of_image(draft.image);
  }
  if (config.role.empty()) {
    const auto label = config.labels.find("role");
    config.role = label != config.labels.end() ? label->second : config.group;
  }
}

bool NodeBuilder::add(YamlCursor key, YamlCursor value) {
  const Reading reading = loading_.reading;
  std::optional<YamlCursor> entry = value;
  if (value.is_null()) {
    entry.reset();
  }
  const auto first_of = [](std::string_view a, std::string_view b, std::string_view c) {
    return !a.empty() ? a : !b.empty() ? b : c;
  };
  const std::string_view group =
      first_of(text_at(entry, "group"), text_at(layers_.defaults, "group"), {});
  const std::string_view kind =
      first_of(text_at(entry, "kind"), text_at(find(layers_.groups, group), "kind"),
               text_at(layers_.defaults, "kind"));
  NodeDraft draft = draft_of(kind, group);
  draft.config.name = key.text();
  draft.config.at = key.at();
  MapReader in(value, reading);
  read_node_layer(in, draft, loading_);
  in.finish();
  if (kind.empty()) {
    reading.sink.error(key.at(), fmt::format("the node {} has no kind", in_quotes(key.text())),
                       "write kind: switch, router, firewall, load_balancer, controller, host, "
                       "external or segment");
  } else {
    const auto written = entry ? entry->find("kind") : std::nullopt;
    const Name name{std::string(kind), written ? written->at() : key.at()};
    const auto resolved = resolve(name);
    resolved_.emplace(kind, resolved);
    derive(draft, resolved.value_or(ResolvedKind{}));
  }
  if (!within_limits(draft, key.at())) {
    return false;
  }
  std::vector<NodeConfig>& nodes = loading_.scenario.topology.nodes;
  if (!draft.addresses.empty() || !draft.gateways.empty()) {
    Pending pending{.node = nodes.size(), .draft = {}};
    pending.draft.addresses = std::move(draft.addresses);
    pending.draft.gateways = std::move(draft.gateways);
    pending_.push_back(std::move(pending));
  }
  nodes.push_back(std::move(draft.config));
  return true;
}

// An address in short form belongs to the only LAG or the only port; without links that is eth0.
void NodeBuilder::place(const Pending& pending, const std::vector<std::string_view>& ports) {
  NodeConfig& node = loading_.scenario.topology.nodes[pending.node];
  const NodeDraft& draft = pending.draft;
  const bool bonded = node.lags.size() == 1 && ports.size() == node.lags[0].members.size();
  if (ports.size() > 1 && !bonded && !draft.addresses.empty()) {
    loading_.reading.sink.error(draft.addresses.front().at,
                                fmt::format("{} has {} linked ports; which one has this address?",
                                            in_quotes(node.name), ports.size()),
                                fmt::format("write interfaces: {{{}: {{address: {}}}}}",
                                            ports.front(), draft.addresses.front().prefix.text()));
    return;
  }
  if (!draft.addresses.empty()) {
    InterfaceConfig interface;
    interface.name = bonded ? node.lags[0].name : ports.empty() ? "eth0" : std::string(ports[0]);
    interface.addresses = draft.addresses;
    interface.at = draft.addresses.front().at;
    node.interfaces.push_back(std::move(interface));
  }
  for (const Name& gateway : draft.gateways) {
    RouteConfig route;
    const IpAddress next_hop = IpAddress::parse(gateway.text).value();
    route.prefix = next_hop.is_v4() ? IpPrefix(IpAddress::v4(0), 0) : IpPrefix();
    route.next_hops.push_back(next_hop);
    route.at = gateway.at;
    node.routes.push_back(std::move(route));
  }
}

void NodeBuilder::place_addresses() {
  if (pending_.empty()) {
    return;
  }
  const Topology& topology = loading_.scenario.topology;
  std::unordered_map<std::string_view, std::vector<std::string_view>> ports;
  ports.reserve(pending_.size());
  for (const Pending& pending : pending_) {
    ports[topology.nodes[pending.node].name];
  }
  for (const LinkConfig& link : topology.links) {
    for (const LinkEnd* const end : {&link.a, &link.b}) {
      const auto found = ports.find(end->node.text);
      if (found != ports.end()) {
        found->second.push_back(end->port);
      }
    }
  }
  for (const Pending& pending : pending_) {
    place(pending, ports.at(topology.nodes[pending.node].name));
  }
}

// Reads a layer for itself, so that its errors are told once and also when no node uses it.
void check_layer(YamlCursor layer, Loading& loading) {
  NodeDraft draft;
  MapReader in(layer, loading.reading);
  read_node_layer(in, draft, loading);
  in.finish();
}

std::unordered_map<std::string_view, YamlCursor> read_layers(MapReader& in, std::string_view key,
                                                             Loading& loading) {
  std::unordered_map<std::string_view, YamlCursor> layers;
  for (const auto [name, value] : in.entries(key)) {
    check_layer(value, loading);
    layers.emplace(name.text(), value);
  }
  return layers;
}

void check_own_kinds(const Layers& layers, Loading& loading) {
  for (const auto& [name, layer] : layers.kinds) {
    const auto kind = layer.find("kind");
    if (kind && is_own_kind(name)) {
      loading.reading.sink.error(
          kind->at(), fmt::format("'{}' is a kind of its own and cannot be another", name),
          "give the new kind a name of your own");
    }
  }
}

// Characters that endpoints, selectors and references give a meaning to.
void check_node_name(YamlCursor key, Reading reading) {
  const std::string_view name = key.text();
  const std::size_t bad = name.find_first_of(":/*, \t\n\"'");
  if (name.empty() || name == "all" || name == "none") {
    reading.sink.error(key.at(), fmt::format("{} cannot be the name of a node", in_quotes(name)));
  } else if (bad != std::string_view::npos) {
    reading.sink.error(key.at(),
                       fmt::format("the name of the node {} holds {}", in_quotes(name),
                                   in_quotes(name.substr(bad, 1))),
                       "use letters, digits, '-', '_' and '.'");
  }
}

}  // namespace

void read_network(MapReader& in, Loading& loading) {
  if (loading.scenario.topology.name.empty()) {
    set(loading.scenario.topology.name, in.text("name"));
  }
  Layers layers;
  layers.defaults = in.optional("defaults");
  if (layers.defaults) {
    check_layer(*layers.defaults, loading);
  }
  layers.kinds = read_layers(in, "kinds", loading);
  layers.groups = read_layers(in, "groups", loading);
  check_own_kinds(layers, loading);
  NodeBuilder builder(layers, loading);
  for (const auto [key, value] : in.entries("nodes", Presence::required)) {
    check_node_name(key, loading.reading);
    if (!builder.add(key, value)) {
      break;
    }
  }
  load_links(in.items("links"), loading);
  builder.place_addresses();
}

void load_network(YamlCursor section, Loading& loading) {
  loading.scenario.topology.at = section.at();
  MapReader in(section, loading.reading);
  read_network(in, loading);
  in.finish();
}

void read_topology_file(MapReader& in, Loading& loading) {
  set(loading.scenario.topology.name, in.text("name"));
  if (const auto section = in.required("topology")) {
    load_network(*section, loading);
  }
  load_services(in, loading);
  load_users(in, loading);
  load_probes(in, loading);
  load_traffic(in, loading);
  load_operations(in, loading);
  for (const std::string_view key : kIgnoredFileKeys) {
    in.ignore(key);
  }
}

}  // namespace switchfault
