#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

// Ethernet: 64 bytes at least (IEEE 802.3-2018 clause 4.4.2); jumbo frames are commonly 9,216.
constexpr std::int64_t kLeastFrame = 64;
constexpr std::int64_t kGreatestFrame = 9216;

constexpr Choice<TrafficConfig::Pattern> kPatterns[] = {
    {"constant", TrafficConfig::Pattern::constant},
    {"poisson", TrafficConfig::Pattern::poisson},
    {"on_off", TrafficConfig::Pattern::on_off},
};

void load_source(YamlCursor value, TrafficConfig source, Loading& loading) {
  MapReader reader(value, loading.reading);
  read_traffic(reader, source);
  reader.finish();
  loading.scenario.traffic.push_back(std::move(source));
}

void read_size(MapReader& in, TrafficConfig& out) {
  const auto size = in.bytes("size");
  if (size && (size->count < kLeastFrame || size->count > kGreatestFrame)) {
    in.error("size", fmt::format("a frame has {} to {} bytes", kLeastFrame, kGreatestFrame));
  } else if (size) {
    out.size = static_cast<std::uint32_t>(size->count);
  }
}

void read_rate(MapReader& in, TrafficConfig& out) {
  set(out.rate, in.bit_rate("rate", Presence::required));
  if (in.has("rate") && out.rate.bits_per_second <= 0) {
    in.error("rate", "nothing is sent at this rate", "write rate: 10Mbps");
  }
}

// A time that is on or off for ever, or not at all, is no on-off source.
void read_phase(MapReader& in, std::string_view key, DurationLaw& out, bool wanted) {
  if (const auto cursor = wanted ? in.required(key) : in.optional(key)) {
    set(out, read_law(*cursor, in.reading()));
  }
  if (!wanted && in.has(key)) {
    in.error(key, fmt::format("'{}' belongs to pattern: on_off", key));
  } else if (wanted && in.has(key) && out.a <= Duration::zero()) {
    in.error(key, fmt::format("'{}' takes a time above zero", key));
  }
}

}  // namespace

void read_traffic(MapReader& in, TrafficConfig& out) {
  set(out.name, in.text("name"));
  set(out.from, in.name("from", Presence::required));
  set(out.to, in.name("to", Presence::required));
  set(out.pattern, in.choice("pattern", kPatterns));
  read_rate(in, out);
  read_size(in, out);
  const bool on_off = out.pattern == TrafficConfig::Pattern::on_off;
  read_phase(in, "on", out.on, on_off);
  read_phase(in, "off", out.off, on_off);
  set(out.start, in.duration("start"));
  if (const auto until = in.duration("until")) {
    out.until = *until;
    if (*until <= out.start) {
      in.error("until", "it ends before it starts");
    }
  }
  constexpr Choice<std::string_view> kProtocols[] = {{"udp", "udp"}, {"tcp", "tcp"}};
  if (const auto protocol = in.choice("protocol", kProtocols)) {
    out.protocol = *protocol;
  }
  if (const auto port = in.count("port", 1, 65535)) {
    out.port = static_cast<std::uint16_t>(*port);
  }
  set(out.ipv6, in.boolean("ipv6"));
  if (out.name.empty()) {
    out.name = fmt::format("{}-{}", out.from.text, out.to.text);
  }
}

void load_traffic(MapReader& in, Loading& loading) {
  const auto section = in.optional("traffic");
  if (!section) {
    return;
  }
  if (section->is_map()) {
    for (const auto [key, value] : section->entries()) {
      TrafficConfig source{.name = std::string(key.text()), .from = {}, .to = {}};
      source.at = key.at();
      load_source(value, std::move(source), loading);
    }
    return;
  }
  for (const YamlCursor item : in.items("traffic")) {
    TrafficConfig source{.name = {}, .from = {}, .to = {}};
    source.at = item.at();
    load_source(item, std::move(source), loading);
  }
}

}  // namespace switchfault
