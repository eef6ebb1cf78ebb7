// A strategy as YAML that loads again as the same strategy: every value is written in full, what
// is at its default is left out.

#include <cctype>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <switchfault/optimize.h>
#include <switchfault/units.h>

namespace switchfault {
namespace {

// Plain where every reader takes it for the same text, else in double quotes (YAML takes JSON's).
std::string scalar(std::string_view text) {
  const bool plain = !text.empty() && std::isalnum(static_cast<unsigned char>(text.front())) != 0 &&
                     text.back() != ':' && text != "null" && text != "Null" && text != "NULL" &&
                     text.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                         "_-./:%+") == std::string_view::npos;
  return plain
             ? std::string(text)
             : nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string list(const std::vector<std::string>& texts) {
  std::string items;
  for (const std::string& text : texts) {
    items += (items.empty() ? "" : ", ") + scalar(text);
  }
  return "[" + items + "]";
}

std::string list(const std::vector<Name>& names) {
  std::vector<std::string> texts;
  texts.reserve(names.size());
  for (const Name& name : names) {
    texts.push_back(name.text);
  }
  return list(texts);
}

// The digits that give the same number again, with a point.
std::string number(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string law(const DurationLaw& law) {
  std::string a = format_duration(law.a);
  switch (law.kind) {
    case DurationLaw::Kind::fixed:
      return a;
    case DurationLaw::Kind::exponential:
      return fmt::format("{{mean: {}}}", a);
    case DurationLaw::Kind::log_normal:
      return fmt::format("{{median: {}, sigma: {}}}", a, number(law.shape));
    case DurationLaw::Kind::triangular:
      return fmt::format("{{low: {}, mode: {}, high: {}}}", a, format_duration(law.mode),
                         format_duration(law.high));
    case DurationLaw::Kind::weibull:
      return fmt::format("{{scale: {}, shape: {}}}", a, number(law.shape));
  }
  return a;
}

std::string amount(const Selector& selector) {
  switch (selector.amount) {
    case Selector::Amount::all:
      return "all";
    case Selector::Amount::one:
      return "one";
    case Selector::Amount::minority:
      return "minority";
    case Selector::Amount::majority:
      return "majority";
    case Selector::Amount::share:
      return fmt::format("{:.17f}", selector.share);
    case Selector::Amount::count:
      return std::to_string(selector.count);
  }
  return "all";
}

// "{key: value, ...}" of what is not empty.
class FlowMap {
 public:
  void add(std::string_view key, const std::string& written) {
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, written);
  }
  void add_text(std::string_view key, const std::string& text) {
    if (!text.empty()) {
      add(key, scalar(text));
    }
  }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  [[nodiscard]] std::string text() const { return "{" + text_ + "}"; }

 private:
  std::string text_;
};

std::string selector(const Selector& selector) {
  FlowMap map;
  if (!selector.names.empty()) {
    map.add("names", list(selector.names));
  }
  map.add_text("os", selector.os);
  map.add_text("version", selector.version);
  map.add_text("model", selector.model);
  map.add_text("hardware_revision", selector.hardware_revision);
  map.add_text("role", selector.role);
  map.add_text("site", selector.site);
  map.add_text("group", selector.group);
  if (!selector.labels.empty()) {
    FlowMap labels;
    for (const auto& [name, value] : selector.labels) {
      labels.add(scalar(name), scalar(value));
    }
    map.add("labels", labels.text());
  }
  map.add_text("feature", selector.feature);
  if (selector.amount != Selector::Amount::all) {
    map.add("amount", amount(selector));
  }
  return map.empty() ? "all" : map.text();
}

std::string need(const Need& need) {
  FlowMap map;
  map.add("kind", need.kind);
  map.add_text("what", need.what.text);
  if (need.kind == "approval" || need.kind == "vendor") {
    map.add("time", law(need.time));
  }
  map.add_text("skill", need.skill);
  return map.text();
}

std::string verification(const Verification& verify) {
  FlowMap map;
  map.add("kind", verify.kind == Verification::Kind::poll      ? "poll"
                  : verify.kind == Verification::Kind::service ? "service"
                                                               : "login");
  map.add_text("target", verify.target.text);
  map.add("within", format_duration(verify.within));
  return map.text();
}

std::string on_failure(const OnFailure& failure) {
  return failure.kind == OnFailure::Kind::go_to ? fmt::format("{{go_to: {}}}", scalar(failure.step))
         : failure.kind == OnFailure::Kind::stop ? "stop"
                                                 : "next";
}

// The lines of a step below its name.
class StepText {
 public:
  explicit StepText(const StepConfig& step) {
    add("action", scalar(step.action));
    for (const Argument& argument : step.arguments) {
      if (!argument.items.empty()) {
        add(argument.name, list(argument.items));
      } else if (!argument.text.empty()) {
        add(argument.name, scalar(argument.text));
      }
    }
    if (step.targets.at.known()) {
      add("targets", selector(step.targets));
    }
    if (!step.target_services.empty()) {
      add("target_services", list(step.target_services));
    }
    add_text("only", step.only);
    order(step);
    add_work(step);
    add_course(step);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  void add(std::string_view key, const std::string& written) {
    text_ += fmt::format("        {}: {}\n", key, written);
  }
  void add_text(std::string_view key, const std::string& text) {
    if (!text.empty()) {
      add(key, scalar(text));
    }
  }
  void order(const StepConfig& step) {
    if (!step.order_by.empty()) {
      add("order_by", list(step.order_by));
    }
    if (step.parallel != 1) {
      add("parallel", std::to_string(step.parallel));
    }
    if (step.one_per > 0) {
      add("one_per", std::to_string(step.one_per));
      add("one_per_label", scalar(step.one_per_label));
    }
  }
  void add_work(const StepConfig& step) {
    add("duration", law(step.duration));
    if (step.success) {
      add("success", fmt::format("{}", *step.success));
    }
    if (step.retries > 0) {
      add("retries", std::to_string(step.retries));
    }
    if (!step.access.empty()) {
      add("access", list(step.access));
    }
    if (!step.needs.empty()) {
      text_ += "        needs:\n";
      for (const Need& row : step.needs) {
        text_ += fmt::format("          - {}\n", need(row));
      }
    }
    if (step.verify.kind != Verification::Kind::none) {
      add("verify", verification(step.verify));
    }
  }
  void add_course(const StepConfig& step) {
    if (step.on_failure.kind != OnFailure::Kind::next) {
      add("on_failure", on_failure(step.on_failure));
    }
    if (step.wait_before) {
      add("wait_before", format_duration(*step.wait_before));
    }
    add_text("when", step.when);
    if (step.in_background) {
      add("in_background", "true");
    }
    if (step.standing) {
      add("standing", "true");
    }
  }

  std::string text_;
};

}  // namespace

std::string strategy_yaml(const StrategyConfig& strategy,
                          const std::vector<std::string>& comments) {
  std::string text;
  for (std::string comment : comments) {
    for (char& c : comment) {
      c = c == '\n' || c == '\r' ? ' ' : c;
    }
    text += "# " + comment + "\n";
  }
  text += fmt::format("strategies:\n  {}:\n", scalar(strategy.name));
  if (!strategy.summary.empty()) {
    text += fmt::format("    summary: {}\n", scalar(strategy.summary));
  }
  text += strategy.steps.empty() ? "    steps: []\n" : "    steps:\n";
  for (const StepConfig& step : strategy.steps) {
    text += fmt::format("      - name: {}\n", scalar(step.name)) + StepText(step).text();
  }
  return text;
}

}  // namespace switchfault
