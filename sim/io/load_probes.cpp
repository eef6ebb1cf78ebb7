#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

// Faster probes than this are traffic, not samples.
constexpr Duration kShortestInterval = std::chrono::milliseconds{1};

void load_probe(YamlCursor value, ProbeConfig probe, Loading& loading) {
  MapReader reader(value, loading.reading);
  read_probe(reader, probe);
  reader.finish();
  loading.scenario.probes.push_back(std::move(probe));
}

}  // namespace

void read_probe(MapReader& in, ProbeConfig& out) {
  set(out.name, in.text("name"));
  set(out.from, in.name("from", Presence::required));
  set(out.to, in.name("to", Presence::required));
  set(out.interval, in.duration("interval", Presence::optional, {.min = kShortestInterval}));
  set(out.ipv6, in.boolean("ipv6"));
  if (out.name.empty()) {
    out.name = fmt::format("{}-{}", out.from.text, out.to.text);
  }
}

void load_probes(MapReader& in, Loading& loading) {
  const auto section = in.optional("probes");
  if (!section) {
    return;
  }
  if (section->is_map()) {
    for (const auto [key, value] : section->entries()) {
      load_probe(value, {.name = std::string(key.text()), .from = {}, .to = {}, .at = key.at()},
                 loading);
    }
    return;
  }
  for (const YamlCursor item : in.items("probes")) {
    load_probe(item, {.name = {}, .from = {}, .to = {}, .at = item.at()}, loading);
  }
}

}  // namespace switchfault
