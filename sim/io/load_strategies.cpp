#include <algorithm>

#include <fmt/format.h>

#include "io/sections.h"

namespace switchfault {
namespace {

constexpr std::uint32_t kMostParallel = 100'000;
constexpr std::uint32_t kMostRetries = 1'000;

constexpr std::string_view kNeedKinds[] = {"person",   "access",  "diagnosis", "artefact",
                                           "approval", "channel", "vendor"};
constexpr std::string_view kWhen[] = {"detected", "diagnosed", "start"};
constexpr std::string_view kSeen[] = {"silent", "answers", "unknown"};
constexpr std::string_view kOrders[] = {"name", "role:", "site:", "group:", "label:"};
constexpr Choice<Verification::Kind> kVerifications[] = {{"none", Verification::Kind::none},
                                                         {"poll", Verification::Kind::poll},
                                                         {"service", Verification::Kind::service},
                                                         {"login", Verification::Kind::login}};
constexpr Choice<OnFailure::Kind> kOnFailures[] = {{"next", OnFailure::Kind::next},
                                                   {"stop", OnFailure::Kind::stop}};

void read_targets(MapReader& in, StepConfig& out) {
  if (const auto targets = in.optional("targets")) {
    set(out.targets, read_selector(*targets, in.reading()));
  }
  set(out.target_services, in.names("target_services"));
}

// "name", or a word with what comes first: "role:core".
void read_order(MapReader& in, StepConfig& out) {
  const auto entries = in.names("order_by");
  if (!entries) {
    return;
  }
  for (const Name& entry : *entries) {
    const bool known = std::any_of(std::begin(kOrders), std::end(kOrders), [&](auto order) {
      return order.back() == ':' ? entry.text.size() > order.size() && entry.text.starts_with(order)
                                 : entry.text == order;
    });
    if (!known) {
      in.reading().sink.error(entry.at, fmt::format("{} is no order", in_quotes(entry.text)),
                              "write name, role:core, site:x, group:x or label:key=value");
      continue;
    }
    out.order_by.push_back(entry.text);
  }
}

void read_needs(MapReader& in, StepConfig& out) {
  for (const YamlCursor item : in.items("needs")) {
    Need need;
    need.at = item.at();
    MapReader reader(item, in.reading());
    read_need(reader, need);
    reader.finish();
    out.needs.push_back(std::move(need));
  }
}

void read_verify(MapReader& in, StepConfig& out) {
  const auto verify = in.optional("verify");
  if (!verify || is_word(verify, "none")) {
    return;
  }
  out.verify.at = verify->at();
  MapReader reader(*verify, in.reading());
  read_verification(reader, out.verify);
  reader.finish();
}

// `next`, `stop`, or {go_to: step}.
void read_on_failure_key(MapReader& in, StepConfig& out) {
  const auto cursor = in.optional("on_failure");
  if (!cursor) {
    return;
  }
  if (!cursor->is_map()) {
    set(out.on_failure.kind, read_choice(*cursor, in.reading(), kOnFailures));
    return;
  }
  MapReader reader(*cursor, in.reading());
  read_on_failure(reader, out.on_failure);
  reader.finish();
}

StepConfig load_step(YamlCursor item, Loading& loading) {
  StepConfig step;
  step.at = item.at();
  MapReader in(item, loading.reading);
  read_step(in, step, loading);
  const auto action = in.name("action", Presence::required);
  const KindInfo* info =
      action ? find_kind(loading.catalog.actions, *action, "action", loading.reading) : nullptr;
  if (info != nullptr) {
    step.arguments = read_arguments(in, info->parameters, action->at);
    in.finish();
  }
  return step;
}

}  // namespace

void read_need(MapReader& in, Need& out) {
  if (const auto kind = in.required("kind")) {
    set(out.kind, read_word(*kind, in.reading(), kNeedKinds));
  }
  set(out.what, in.name("what"));
  if (const auto time = in.optional("time")) {
    set(out.time, read_law(*time, in.reading()));
  }
  set(out.skill, in.text("skill"));
  const bool names_something = out.kind == "person" || out.kind == "access" ||
                               out.kind == "artefact" || out.kind == "channel";
  if (names_something && !in.has("what")) {
    in.reading().sink.error(in.at(), fmt::format("a need of kind '{}' says what", out.kind),
                            fmt::format("write {{kind: {}, what: NAME}}", out.kind));
  }
  const bool takes_time = out.kind == "approval" || out.kind == "vendor";
  if (takes_time && !in.has("time")) {
    in.reading().sink.error(in.at(),
                            fmt::format("a need of kind '{}' says how long it takes", out.kind),
                            fmt::format("write {{kind: {}, time: 30m}}", out.kind));
  }
}

void read_verification(MapReader& in, Verification& out) {
  set(out.kind, in.choice("kind", kVerifications, Presence::required));
  set(out.target, in.name("target"));
  set(out.within, in.duration("within", Presence::required, {.min = std::chrono::nanoseconds{1}}));
  if (out.kind == Verification::Kind::service && out.target.text.empty()) {
    in.reading().sink.error(in.at(), "a verification by a service names it",
                            "write {kind: service, target: NAME, within: 10m}");
  }
}

void read_on_failure(MapReader& in, OnFailure& out) {
  out.kind = OnFailure::Kind::go_to;
  set(out.step, in.text("go_to", Presence::required));
}

void read_step(MapReader& in, StepConfig& out, Loading& loading) {
  const Reading reading = loading.reading;
  set(out.name, in.text("name"));
  set(out.action, in.text("action"));
  read_targets(in, out);
  if (const auto only = in.optional("only")) {
    set(out.only, read_word(*only, reading, kSeen));
  }
  read_order(in, out);
  set(out.parallel, in.count("parallel", 1, kMostParallel));
  set(out.one_per, in.count("one_per", 1, kMostParallel));
  set(out.one_per_label, in.text("one_per_label"));
  if ((out.one_per == 0) != out.one_per_label.empty()) {
    in.error(in.has("one_per") ? "one_per" : "one_per_label",
             "'one_per' and 'one_per_label' go together",
             "write one_per: 1 and one_per_label: side");
  }
  if (const auto duration = in.optional("duration")) {
    set(out.duration, read_law(*duration, reading));
  }
  if (const auto success = in.share("success")) {
    out.success = *success;
  }
  set(out.retries, in.count("retries", 0, kMostRetries));
  set(out.access, in.names("access"));
  read_needs(in, out);
  read_verify(in, out);
  read_on_failure_key(in, out);
  if (const auto wait = in.duration("wait_before")) {
    out.wait_before = *wait;
  }
  if (const auto when = in.optional("when")) {
    set(out.when, read_word(*when, reading, kWhen));
  }
  set(out.in_background, in.boolean("in_background"));
  set(out.standing, in.boolean("standing"));
  if (out.standing && out.only.empty()) {
    in.error("standing", "a standing order says with 'only' when there is something to do",
             "write only: silent");
  }
  if (out.standing && out.on_failure.kind != OnFailure::Kind::next) {
    in.error("on_failure", "a standing order never ends, so nothing comes after its failure");
  }
}

void read_strategy(MapReader& in, StrategyConfig& out, Loading& loading) {
  set(out.summary, in.text("summary"));
  for (const YamlCursor item : in.items("steps", Presence::required)) {
    out.steps.push_back(load_step(item, loading));
    StepConfig& step = out.steps.back();
    if (step.name.empty()) {
      step.name = fmt::format("step-{}", out.steps.size());
    }
  }
}

void load_strategies(MapReader& in, Loading& loading) {
  for (const auto [key, value] : in.entries("strategies")) {
    StrategyConfig strategy;
    strategy.name = key.text();
    strategy.at = key.at();
    MapReader reader(value, loading.reading);
    read_strategy(reader, strategy, loading);
    reader.finish();
    loading.scenario.strategies.push_back(std::move(strategy));
  }
}

}  // namespace switchfault
