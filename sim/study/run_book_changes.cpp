#include "study/run_book_changes.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "os/selection.h"

namespace switchfault {
namespace {

constexpr std::uint32_t kWidest = 64;
constexpr std::size_t kMostPlaces = 8;  // Sites and roles that may come first.
constexpr std::size_t kMostParts = 16;  // Steps that one may be split into.

class Changes {
 public:
  Changes(const Scenario& scenario, const StrategyConfig& from)
      : scenario_(scenario), from_(from) {}

  std::vector<RunBookChange> all() && {
    for (std::size_t i = 0; i < from_.steps.size(); ++i) {
      move(i);
      split(i);
      if (is_wide(i)) {
        widen(i);
        reorder(i);
        one_side_at_a_time(i);
      }
      go_on_at_once(i);
      other_hands(i);
    }
    return std::move(changes_);
  }

 private:
  void add(std::string what, StrategyConfig result) {
    changes_.push_back({std::move(what), std::move(result)});
  }
  [[nodiscard]] const std::string& name(std::size_t step) const { return from_.steps[step].name; }

  // To every earlier place; later ones are the same as those of other steps, or two of them.
  void move(std::size_t step) {
    for (std::size_t to = step; to-- > 0;) {
      StrategyConfig changed = from_;
      const auto begin = changed.steps.begin();
      std::rotate(begin + static_cast<std::ptrdiff_t>(to),
                  begin + static_cast<std::ptrdiff_t>(step),
                  begin + static_cast<std::ptrdiff_t>(step) + 1);
      add(fmt::format("{} before {}", name(step), name(to)), std::move(changed));
    }
  }

  [[nodiscard]] static bool only_names(const Selector& targets) {
    Selector rest = targets;
    rest.names.clear();
    return targets.names.size() > 1 && rest.os.empty() && rest.version.empty() &&
           rest.model.empty() && rest.hardware_revision.empty() && rest.role.empty() &&
           rest.site.empty() && rest.group.empty() && rest.feature.empty() && rest.labels.empty() &&
           rest.amount == Selector::Amount::all;
  }

  // A step on several named targets becomes one step for each name, so that others may come
  // between.
  void split(std::size_t step) {
    const StepConfig& whole = from_.steps[step];
    if (!only_names(whole.targets) || whole.targets.names.size() > kMostParts || is_gone_to(step)) {
      return;
    }
    StrategyConfig changed = from_;
    std::vector<StepConfig> parts;
    for (const Name& target : whole.targets.names) {
      StepConfig& part = parts.emplace_back(whole);
      part.name = unused_name(fmt::format("{}-{}", whole.name, target.text));
      part.targets.names = {target};
      part.wait_before = parts.size() == 1 ? whole.wait_before : std::nullopt;
    }
    const auto place =
        changed.steps.erase(changed.steps.begin() + static_cast<std::ptrdiff_t>(step));
    changed.steps.insert(place, parts.begin(), parts.end());
    add(fmt::format("{} in one step a target", whole.name), std::move(changed));
  }

  [[nodiscard]] bool is_gone_to(std::size_t step) const {
    return std::any_of(from_.steps.begin(), from_.steps.end(), [&](const StepConfig& other) {
      return other.on_failure.kind == OnFailure::Kind::go_to && other.on_failure.step == name(step);
    });
  }
  [[nodiscard]] std::string unused_name(std::string wanted) const {
    const auto taken = [&] {
      return std::any_of(from_.steps.begin(), from_.steps.end(),
                         [&](const StepConfig& step) { return step.name == wanted; });
    };
    while (taken()) {
      wanted += "-again";
    }
    return wanted;
  }

  [[nodiscard]] std::vector<const NodeConfig*> targets_of(std::size_t step) const {
    std::vector<const NodeConfig*> found;
    for (const NodeConfig& node : scenario_.topology.nodes) {
      if (matches(from_.steps[step].targets,
                  {.config = &node, .os = nullptr, .stable_id = stable_hash(node.name)})) {
        found.push_back(&node);
      }
    }
    return found;
  }
  [[nodiscard]] bool is_wide(std::size_t step) const {
    const Selector& targets = from_.steps[step].targets;
    return targets.at.known() && targets.amount != Selector::Amount::one &&
           targets_of(step).size() > 1;
  }

  void set_width(std::size_t step, std::uint32_t width) {
    StrategyConfig changed = from_;
    changed.steps[step].parallel = width;
    add(fmt::format("{}: {} at once", name(step), width), std::move(changed));
  }
  void widen(std::size_t step) {
    const std::uint32_t width = from_.steps[step].parallel;
    if (width < kWidest && width < targets_of(step).size()) {
      set_width(step, width * 2);
    }
    if (width > 1) {
      set_width(step, (width + 1) / 2);
    }
  }

  // One site or role of the targets first.
  void reorder(std::size_t step) {
    std::set<std::string> sites;
    std::set<std::string> roles;
    for (const NodeConfig* node : targets_of(step)) {
      sites.insert(node->site);
      roles.insert(node->role);
    }
    put_first(step, "role:", roles);
    put_first(step, "site:", sites);
  }
  void put_first(std::size_t step, const char* what, std::set<std::string> places) {
    places.erase("");
    if (places.size() < 2 || places.size() > kMostPlaces) {
      return;
    }
    for (const std::string& place : places) {
      StrategyConfig changed = from_;
      std::vector<std::string>& order = changed.steps[step].order_by;
      const std::string entry = what + place;
      if (!order.empty() && order.front() == entry) {
        continue;
      }
      std::erase(order, entry);
      order.insert(order.begin(), entry);
      add(fmt::format("{}: {} first", name(step), entry), std::move(changed));
    }
  }

  // Waves: never two of one site at once, or no such limit.
  void one_side_at_a_time(std::size_t step) {
    StrategyConfig changed = from_;
    StepConfig& config = changed.steps[step];
    if (config.parallel < 2) {
      return;
    }
    const bool limited = config.one_per > 0;
    config.one_per = limited ? 0 : 1;
    config.one_per_label = limited ? "" : "site";
    add(limited ? fmt::format("{}: any of a site at once", config.name)
                : fmt::format("{}: one of a site at once", config.name),
        std::move(changed));
  }

  // The next step waits for this one, or does not: crews side by side.
  void go_on_at_once(std::size_t step) {
    if (step + 1 == from_.steps.size() || from_.steps[step].standing) {
      return;
    }
    StrategyConfig changed = from_;
    bool& at_once = changed.steps[step].in_background;
    at_once = !at_once;
    add(at_once ? fmt::format("{} beside what follows", name(step))
                : fmt::format("{} ends before what follows", name(step)),
        std::move(changed));
  }

  // Another pool that has the skill.
  void other_hands(std::size_t step) {
    const std::vector<Need>& needs = from_.steps[step].needs;
    for (std::size_t i = 0; i < needs.size(); ++i) {
      if (needs[i].kind != "person") {
        continue;
      }
      for (const PeoplePool& pool : scenario_.operations.people) {
        const bool skilled =
            needs[i].skill.empty() ||
            std::find(pool.skills.begin(), pool.skills.end(), needs[i].skill) != pool.skills.end();
        if (!skilled || pool.count == 0 || pool.name == needs[i].what.text) {
          continue;
        }
        StrategyConfig changed = from_;
        changed.steps[step].needs[i].what.text = pool.name;
        add(fmt::format("{} by {}", name(step), pool.name), std::move(changed));
      }
    }
  }

  const Scenario& scenario_;
  const StrategyConfig& from_;
  std::vector<RunBookChange> changes_;
};

}  // namespace

StrategyConfig with_stated_diagnosis(StrategyConfig run_book) {
  bool known = false;
  for (StepConfig& step : run_book.steps) {
    const bool asks = step.when == "diagnosed" ||
                      std::any_of(step.needs.begin(), step.needs.end(),
                                  [](const Need& need) { return need.kind == "diagnosis"; });
    if (known && !asks) {
      Need& need = *step.needs.insert(step.needs.begin(), Need{});
      need.kind = "diagnosis";
      need.at = step.at;
    }
    known = known || (asks && !step.in_background && !step.standing);
  }
  return run_book;
}

std::vector<RunBookChange> run_book_changes(const Scenario& scenario, const StrategyConfig& from) {
  return Changes(scenario, from).all();
}

}  // namespace switchfault
