#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

constexpr Choice<ServiceConfig::Quorum> kQuorums[] = {{"any_of", ServiceConfig::Quorum::any_of},
                                                      {"all_of", ServiceConfig::Quorum::all_of}};
constexpr Choice<DependencyKind> kDependencyKinds[] = {{"run", DependencyKind::run},
                                                       {"start", DependencyKind::start},
                                                       {"login", DependencyKind::login}};
constexpr Choice<bool> kPlaces[] = {{"servers", false}, {"users", true}};
constexpr std::string_view kProtocols[] = {"tcp", "udp", "icmp"};
constexpr std::int64_t kMaxPort = 65'535;
constexpr std::int64_t kLeastUrgent = 9;

// `any_of`, `all_of`, or how many.
void read_quorum(YamlCursor cursor, Reading reading, ServiceConfig& out) {
  cursor = unwrap(cursor, reading);
  if (!parse_integer(cursor.text())) {
    set(out.quorum, read_choice(cursor, reading, kQuorums));
    return;
  }
  const auto count = read_integer(cursor, reading, {.min = 1, .max = 1'000});
  out.quorum = ServiceConfig::Quorum::quorum;
  out.quorum_count = static_cast<std::uint32_t>(count.value_or(1));
}

// A dependency in short form is a name; the long form says of which kind.
std::optional<Dependency> read_dependency_item(YamlCursor cursor, Reading reading) {
  Dependency dependency;
  dependency.at = cursor.at();
  if (cursor.is_map()) {
    MapReader in(cursor, reading);
    read_dependency(in, dependency);
    in.finish();
    return dependency;
  }
  auto name = read_name(cursor, reading);
  if (!name) {
    return std::nullopt;
  }
  dependency.service = *std::move(name);
  return dependency;
}

void read_dependencies(MapReader& in, ServiceConfig& out) {
  const auto depends = in.optional("depends");
  if (!depends) {
    in.reading().sink.error(
        in.at(), fmt::format("the service {} does not say what it depends on", in_quotes(out.name)),
        "write 'depends: none' or a list of services");
    return;
  }
  out.dependencies_stated = true;
  if (is_word(*depends, "none")) {
    return;
  }
  if (!depends->is_list()) {
    in.error("depends", "dependencies are a list of services, or none",
             "write 'depends: [dns, directory]' or 'depends: none'");
    return;
  }
  for (const YamlCursor item : depends->items()) {
    if (auto dependency = read_dependency_item(item, in.reading())) {
      out.dependencies.push_back(*std::move(dependency));
    }
  }
}

}  // namespace

void read_dependency(MapReader& in, Dependency& out) {
  set(out.service, in.name("service", Presence::required));
  set(out.kind, in.choice("kind", kDependencyKinds));
  set(out.grace, in.duration("grace"));
  if (const auto from = in.optional("from")) {
    set(out.from_users, read_choice(*from, in.reading(), kPlaces));
  }
}

void read_service(MapReader& in, ServiceConfig& out) {
  set(out.endpoints, in.names("endpoints", Presence::required));
  if (in.has("endpoints") && out.endpoints.empty()) {
    in.error("endpoints", "a service needs a host to run on");
  }
  if (const auto quorum = in.optional("quorum")) {
    read_quorum(*quorum, in.reading(), out);
  }
  if (const auto address = in.name("address")) {
    if (read_plain_address(*address, in.reading())) {
      out.address = address->text;
    }
  }
  if (const auto protocol = in.optional("protocol")) {
    set(out.protocol, read_word(*protocol, in.reading(), kProtocols));
  }
  if (const auto port = in.integer("port", {.min = 1, .max = kMaxPort})) {
    out.port = static_cast<std::uint16_t>(*port);
  }
  read_dependencies(in, out);
  if (const auto priority = in.integer("priority", {.min = 1, .max = kLeastUrgent})) {
    out.priority = static_cast<std::int32_t>(*priority);
  }
  set(out.up_share, in.share("up_share"));
  set(out.down_share, in.share("down_share"));
  if (out.down_share >= out.up_share) {
    in.error(in.has("down_share") ? "down_share" : "up_share",
             "the share at which a service is down must be below the share at which it is up");
  }
  set(out.logins_per_minute, in.number("logins_per_minute", {.min = 0, .max = 1e9}));
  set(out.sessions_per_user, in.number("sessions_per_user", {.min = 0, .max = 1e6}));
  set(out.session_gap, in.duration("session_gap"));
  set(out.restart_time, in.duration("restart_time"));
  set(out.fails_after, in.duration("fails_after"));
  set(out.restarts_alone, in.boolean("restarts_alone"));
  set(out.starts_up, in.boolean("starts_up"));
}

void load_services(MapReader& in, Loading& loading) {
  for (const auto [key, value] : in.entries("services")) {
    ServiceConfig service;
    service.name = key.text();
    service.at = key.at();
    MapReader reader(value, loading.reading);
    read_service(reader, service);
    reader.finish();
    loading.scenario.services.push_back(std::move(service));
  }
}

}  // namespace switchfault
