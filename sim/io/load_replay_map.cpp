// The file of --map: who stands for whom in a replay, and the same written from a replay's report.

#include <fmt/format.h>

#include <switchfault/replay.h>

#include "core/mac_address.h"
#include "io/loading.h"
#include "io/source_file.h"

namespace switchfault {
namespace {

constexpr std::int64_t kMaxVlan = 4094;
constexpr std::int64_t kMaxPort = 65'535;

// One address is the prefix of its whole length.
void read_addresses(MapReader& in, ReplayRule& out) {
  if (const auto prefix = in.name("prefix")) {
    if (read_prefix(*prefix, in.reading())) {
      out.prefix = prefix->text;
    }
  }
  const auto address = in.name("address");
  if (address && in.has("prefix")) {
    in.error("address", "a rule has a prefix or an address, not both");
  } else if (address) {
    if (const auto parsed = read_plain_address(*address, in.reading())) {
      out.prefix = IpPrefix(*parsed, parsed->is_v4() ? 32 : 128).text();
    }
  }
}

void read_rule(MapReader& in, ReplayRule& out) {
  read_addresses(in, out);
  if (const auto mac = in.name("mac")) {
    if (parse_mac(mac->text)) {
      out.mac = mac->text;
    } else {
      in.error("mac", fmt::format("{} is no MAC address", in_quotes(mac->text)),
               "write \"02:00:5e:10:00:01\"");
    }
  }
  if (const auto vlan = in.integer("vlan", {.min = 1, .max = kMaxVlan})) {
    out.vlan = static_cast<std::uint16_t>(*vlan);
  }
  const auto to = in.required("to");
  if (to && !is_word(to, "none")) {
    set(out.to, read_names(*to, in.reading()));
    if (out.to.empty()) {
      in.error("to", "a rule needs a host, or none");
    }
  }
  if (const auto as = in.name("as")) {
    if (read_plain_address(*as, in.reading())) {
      out.as = as->text;
    }
  }
}

void read_ports(MapReader& in, ReplayMap& out) {
  for (const auto [key, value] : in.entries("ports")) {
    const auto recorded = read_integer(key, in.reading(), {.min = 1, .max = kMaxPort});
    const auto here = read_integer(value, in.reading(), {.min = 1, .max = kMaxPort});
    if (recorded && here) {
      out.ports[static_cast<std::uint16_t>(*recorded)] = static_cast<std::uint16_t>(*here);
    }
  }
}

void read_map(MapReader& in, ReplayMap& out) {
  for (const YamlCursor item : in.items("map")) {
    ReplayRule rule;
    rule.at = item.at();
    MapReader reader(item, in.reading());
    read_rule(reader, rule);
    reader.finish();
    out.rules.push_back(std::move(rule));
  }
  read_ports(in, out);
  set(out.automatic, in.boolean("automatic"));
}

}  // namespace

ReplayMap load_replay_map(const std::string& path, std::uint64_t max_input_bytes) {
  ReplayMap map;
  map.files.push_back({.path = path, .text = {}});
  DiagnosticSink sink(map.files);
  AssumptionLog assumptions;
  read_source_file(0, map.files.front(), max_input_bytes, sink);
  sink.throw_if_any();
  YamlLimits limits;
  limits.bytes = max_input_bytes;
  const YamlFile file = YamlFile::parse(0, map.files.front(), limits, sink);
  if (!file.usable()) {
    sink.throw_if_any();
  }
  MapReader in(file.root(), {.sink = sink, .assumptions = assumptions});
  read_map(in, map);
  in.finish();
  sink.throw_if_any();
  return map;
}

std::string replay_map_text(const ReplayReport& replay) {
  std::string text =
      "# Who stood for whom in a replay; edit it and give it to --map. The first rule that fits\n"
      "# decides. A rule may also name a prefix, and several hosts: {prefix: …, to: [a, b]}.\n"
      "map:\n";
  for (const MappedAddress& row : replay.mapping) {
    const bool is_mac =
        row.recorded.size() == 17 && row.recorded[2] == ':' && parse_mac(row.recorded);
    std::string rule = is_mac ? fmt::format("mac: \"{}\"", row.recorded)
                              : fmt::format("address: \"{}\"", row.recorded);
    if (row.vlan != 0) {
      rule += fmt::format(", vlan: {}", row.vlan);
    }
    rule += fmt::format(", to: {}", row.node.empty() ? "none" : "\"" + row.node + "\"");
    if (!row.address.empty()) {
      rule += fmt::format(", as: \"{}\"", row.address);
    }
    text += fmt::format("  - {{{}}}  # {}: {}\n", rule, row.role, row.why);
  }
  for (const auto& [recorded, here] : replay.ports) {
    text += fmt::format("{}  {}: {}\n", recorded == replay.ports.begin()->first ? "ports:\n" : "",
                        recorded, here);
  }
  return text;
}

}  // namespace switchfault
