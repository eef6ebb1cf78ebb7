// The terminal summary of a run: one sentence first, then what fell when, then why and what
// remains.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include <switchfault/report.h>

#include "report/service_report.h"
#include "report/state_timeline.h"

namespace switchfault {
namespace {

// Columns of a time bar: fine enough for a quarter of an hour in a day, narrow enough for names.
constexpr std::size_t kBarWidth = 64;
constexpr std::size_t kLinesShown = 12;  // Of long lists; the journal has all.

std::string time_text(SimTime time) {
  return format_duration(std::chrono::round<std::chrono::seconds>(time.time_since_epoch()));
}
std::string duration_text(Duration duration) {
  return format_duration(std::chrono::round<std::chrono::seconds>(duration));
}

// 1234567 as 1,234,567. REQUIRES: value >= 0.
std::string grouped(double value) {
  std::string digits = fmt::format("{:.0f}", value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, 1, ',');
  }
  return digits;
}

class Summary {
 public:
  Summary(const Scenario& scenario, const RunLog& log, const Report& report,
          const SummaryOptions& options)
      : log_(log), report_(report), options_(options) {
    std::vector<const ServiceConfig*> services;
    for (const ServiceConfig& service : scenario.services) {
      services.push_back(&service);
    }
    std::stable_sort(services.begin(), services.end(),
                     [](const ServiceConfig* a, const ServiceConfig* b) {
                       return std::tie(a->priority, a->name) < std::tie(b->priority, b->name);
                     });
    for (const ServiceConfig* service : services) {
      StateTimeline timeline(log, service->name, {});
      if (!timeline.empty()) {
        services_.push_back({service->name, std::move(timeline)});
      }
    }
  }

  std::string text() {
    if (!report_.notice.empty()) {
      out_ += report_.notice + "\n\n";
    }
    headline();
    faults();
    states_over_time();
    manageable();
    critical_path();
    inputs();
    bars();
    table();
    traffic();
    actions();
    expectations();
    not_modelled();
    footer();
    return std::move(out_);
  }

 private:
  struct Row {
    std::string name;
    StateTimeline timeline;
  };

  [[nodiscard]] std::string paint(std::string_view text, int color) const {
    return options_.color ? fmt::format("\x1b[{}m{}\x1b[0m", color, text) : std::string(text);
  }
  void heading(std::string_view text) { out_ += "\n" + paint(text, 1) + "\n"; }

  // "9 of 12 services went down; common cause …; first to help was …; 2 services remain disturbed."
  void headline() {
    const auto fell = static_cast<std::size_t>(
        std::count_if(services_.begin(), services_.end(), [](const Row& row) {
          return std::any_of(row.timeline.changes().begin(), row.timeline.changes().end(),
                             [](const auto& c) { return c.state != ServiceState::up; });
        }));
    out_ += report_.title.empty() ? "" : report_.title + ": ";
    out_ += fmt::format("{} of {} services disturbed", fell, services_.size());
    if (const std::string cause = common_cause(); !cause.empty()) {
      out_ += "; common cause " + cause;
    }
    if (const std::string helped = first_help(); !helped.empty()) {
      out_ += "; first to help was " + helped;
    }
    out_ += fell == 0 ? ".\n" : "; " + remains() + ".\n";
  }

  // The fault behind most outages, with its share.
  [[nodiscard]] std::string common_cause() const {
    std::map<std::string, std::size_t> outages_of;
    std::size_t total = 0;
    std::size_t by_action = 0;
    for (const ServiceReport& row : report_.services) {
      for (const Outage& outage : row.outages) {
        ++total;
        by_action += outage.action.empty() ? 0U : 1U;
        if (!outage.fault.empty()) {
          ++outages_of[outage.fault];
        }
      }
    }
    const auto most =
        std::max_element(outages_of.begin(), outages_of.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == outages_of.end()) {
      return "";
    }
    return fmt::format("{} ({} of {} outages{})", most->first, most->second, total,
                       by_action == 0 ? "" : fmt::format(", {} by own actions", by_action));
  }

  // The action behind the first return of a service that had been down.
  [[nodiscard]] std::string first_help() const {
    const Outage* first = nullptr;
    const Observation* helped = nullptr;
    for (const ServiceReport& row : report_.services) {
      for (const Outage& outage : row.outages) {
        if (!outage.end || (first != nullptr && first->end <= outage.end)) {
          continue;
        }
        if (const Observation* const action = action_before(outage)) {
          first = &outage;
          helped = action;
        }
      }
    }
    return helped == nullptr ? ""
                             : fmt::format("{} on {} (begun at {})", log_.text(helped->text),
                                           log_.name(helped->object), time_text(helped->at));
  }

  // The action behind what changed last in the network before the outage ended.
  [[nodiscard]] const Observation* action_before(const Outage& outage) const {
    const auto& all = log_.observations;
    auto next = std::upper_bound(
        all.begin(), all.end(), outage.end.value_or(log_.end),
        [](SimTime at, const Observation& observation) { return at < observation.at; });
    while (next != all.begin() && (--next)->at > outage.start) {
      if (is_of_the_network(next->kind)) {
        return action_behind(*next);
      }
    }
    return nullptr;
  }

  // What a returning service may be due to; operators' own doings are not.
  static bool is_of_the_network(ObservationKind kind) {
    using Kind = ObservationKind;
    return kind == Kind::plane_state || kind == Kind::port_state || kind == Kind::port_carrier ||
           kind == Kind::gateway_state || kind == Kind::adjacency || kind == Kind::ownership ||
           kind == Kind::server_state || kind == Kind::configuration || kind == Kind::process_state;
  }

  // The last action on something that an observation goes back to; null when there is none.
  [[nodiscard]] const Observation* action_behind(const Observation& last) const {
    const Observation* observation = &last;
    while (observation->cause != ObservationId::none) {
      observation = &log_.observations[static_cast<std::size_t>(observation->cause)];
      if (observation->kind == ObservationKind::action_started && observation->object != Entity{}) {
        return observation;
      }
    }
    return nullptr;
  }

  [[nodiscard]] std::string remains() const {
    std::vector<std::string> names;
    for (const Row& row : services_) {
      if (row.timeline.at(log_.end) != ServiceState::up) {
        names.push_back(row.name);
      }
    }
    return names.empty() ? "nothing remains at the end"
                         : fmt::format("at the end {} still disturbed: {}", names.size(),
                                       fmt::join(names, ", "));
  }

  void faults() {
    for (const FaultReport& fault : report_.faults) {
      out_ +=
          fmt::format("  {}fault {} ({}) ", fault.latent ? "latent " : "", fault.name, fault.kind);
      if (fault.latent && (fault.first_injected || fault.not_sprung)) {
        latent(fault);
        continue;
      }
      if (!fault.first_injected) {
        out_ += "never struck\n";
        continue;
      }
      out_ += fmt::format("at {} on {}", time_text(*fault.first_injected), nodes(fault.nodes));
      if (fault.injections > fault.nodes.size()) {
        out_ += fmt::format(", {} times", fault.injections);
      }
      out_ += fault.exercised ? "\n" : ": not exercised, it changed nothing\n";
    }
  }

  // Where it waits and where it sprang.
  void latent(const FaultReport& fault) {
    if (fault.first_injected) {
      out_ += fmt::format("waits since {} on {}: ", time_text(*fault.first_injected),
                          nodes(fault.nodes));
    }
    if (fault.not_sprung) {
      out_ += "not sprung, nothing set it off\n";
    } else if (fault.affected.size() == fault.nodes.size()) {
      out_ += fmt::format("sprung at {}\n", time_text(*fault.first_effect));
    } else {
      out_ += fmt::format("sprung at {} on {}\n", time_text(*fault.first_effect),
                          nodes(fault.affected));
    }
  }

  static std::string nodes(const std::vector<std::string>& names) {
    constexpr std::size_t kNamed = 6;
    const std::size_t shown = std::min(names.size(), kNamed);
    std::string text = fmt::format(
        "{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
  }

  // When the first fault changed something; the start when none did.
  [[nodiscard]] SimTime first_effect() const {
    SimTime first = kNever;
    for (const FaultReport& fault : report_.faults) {
      first = std::min(first, fault.first_effect.value_or(kNever));
    }
    return first == kNever ? kTimeZero : first;
  }

  // +5 min, +1 h and +4 h after the first effect of a fault, and the end.
  [[nodiscard]] std::vector<std::pair<std::string, SimTime>> instants() const {
    using std::chrono::hours;
    using std::chrono::minutes;
    const SimTime onset = first_effect();
    std::vector<std::pair<std::string, SimTime>> result;
    for (const auto& [name, after] : {std::pair<std::string, Duration>{"+5 min", minutes{5}},
                                      {"+1 h", hours{1}},
                                      {"+4 h", hours{4}}}) {
      if (onset + after < log_.end) {
        result.emplace_back(name, onset + after);
      }
    }
    result.emplace_back("end", log_.end);
    return result;
  }

  // Services by priority at +5 min, +1 h, +4 h after the first fault and at the end.
  void states_over_time() {
    if (services_.empty()) {
      return;
    }
    const auto columns = instants();
    heading("Services by priority, counted from the first fault");
    out_ += fmt::format("  {:<18}", "");
    for (const auto& [name, at] : columns) {
      out_ += fmt::format(" {:<9}", name);
    }
    out_ += " missing link of the longest outage\n";
    for (const Row& row : services_) {
      const std::string missing = missing_link(row.name);
      out_ += fmt::format("  {:<18}", row.name);
      for (const auto& [name, at] : columns) {
        const bool is_last = missing.empty() && at == log_.end;
        out_ += " " + state_text(row.timeline.at(at), is_last ? 0 : 9);
      }
      out_ += missing.empty() ? "\n" : " " + missing + "\n";
    }
  }

  [[nodiscard]] std::string state_text(ServiceState state, std::size_t width) const {
    constexpr std::array<std::string_view, 3> kNames{"DOWN", "degraded", "up"};
    constexpr std::array<int, 3> kColors{31, 33, 32};
    const auto index = static_cast<std::size_t>(state);
    return paint(fmt::format("{:<{}}", kNames[index], width), kColors[index]);
  }

  // Of the longest outage of the service.
  [[nodiscard]] std::string missing_link(const std::string& service) const {
    const Outage* longest = nullptr;
    Duration length{};
    for (const ServiceReport& row : report_.services) {
      for (const Outage& outage : row.outages) {
        const Duration this_length = outage.end.value_or(log_.end) - outage.start;
        if (row.service == service && this_length > length) {
          length = this_length;
          longest = &outage;
        }
      }
    }
    return longest == nullptr ? "" : longest->missing;
  }

  // Silent for their monitors, at the instants of the table above and at worst.
  void manageable() {
    std::set<Entity> silent;
    std::set<Entity> ever;
    std::vector<std::pair<SimTime, std::size_t>> curve;
    for (const Observation& observation : log_.observations) {
      if (observation.kind == ObservationKind::poll_state) {
        if (observation.value == 0) {
          silent.insert(observation.object);
          ever.insert(observation.object);
        } else {
          silent.erase(observation.object);
        }
        curve.emplace_back(observation.at, silent.size());
      }
    }
    if (curve.empty()) {
      return;
    }
    const auto worst =
        std::max_element(curve.begin(), curve.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    heading("Devices that do not answer their monitor");
    out_ += "  ";
    for (const auto& [name, at] : instants()) {
      const auto after =
          std::upper_bound(curve.begin(), curve.end(), at,
                           [](SimTime time, const auto& point) { return time < point.first; });
      out_ += fmt::format("{} {}, ", name, after == curve.begin() ? 0 : std::prev(after)->second);
    }
    out_ += fmt::format("at worst {} ({}); {} ever\n", worst->second, time_text(worst->first),
                        ever.size());
  }

  void critical_path() {
    if (report_.critical_path.empty()) {
      return;
    }
    heading("Critical path of the recovery, in minutes");
    std::vector<std::string> parts;
    for (const CriticalPathPart& part : report_.critical_path) {
      if (part.time >= std::chrono::seconds{30}) {  // Less is no minute.
        parts.push_back(
            fmt::format("{} {:.0f}", part.phase,
                        std::chrono::duration<double, std::ratio<60>>(part.time).count()));
      }
    }
    out_ += fmt::format("  {}", fmt::join(parts, ", "));
    const auto clock = [](const std::optional<SimTime>& time) {
      return time ? time_text(*time) : std::string("not within the run");
    };
    out_ += fmt::format("\n  fault repaired {}, network reachable {}, services reachable {}\n",
                        clock(report_.fault_repaired), clock(report_.network_reachable),
                        clock(report_.service_reachable));
  }

  void inputs() {
    if (report_.assumptions.empty()) {
      return;
    }
    std::array<std::size_t, 3> counts{};
    std::size_t calibrated = 0;
    for (const Assumption& assumption : report_.assumptions) {
      ++counts[static_cast<std::size_t>(assumption.basis)];
      calibrated += assumption.calibrated ? 1 : 0;
    }
    heading("Inputs with a stated basis");
    out_ += fmt::format("  {} reported, {} derived, {} assumed ({} of them calibrated)\n",
                        counts[0], counts[1], counts[2], calibrated);
  }

  [[nodiscard]] std::size_t column(SimTime time) const {
    const Duration total = log_.end - kTimeZero;
    if (total <= Duration::zero()) {
      return 0;
    }
    const double share =
        static_cast<double>((time - kTimeZero).count()) / static_cast<double>(total.count());
    return std::min(kBarWidth - 1,
                    static_cast<std::size_t>(share * static_cast<double>(kBarWidth)));
  }

  // '#' down, '-' degraded, '.' up: the worst state within each column.
  [[nodiscard]] std::string bar(const StateTimeline& timeline) const {
    std::string cells(kBarWidth, '.');
    const auto& changes = timeline.changes();
    for (std::size_t i = 0; i < changes.size(); ++i) {
      const SimTime end = i + 1 < changes.size() ? changes[i + 1].at : log_.end;
      const char mark = changes[i].state == ServiceState::down       ? '#'
                        : changes[i].state == ServiceState::degraded ? '-'
                                                                     : '.';
      for (std::size_t c = column(changes[i].at); c <= column(end) && mark != '.'; ++c) {
        cells[c] = cells[c] == '#' ? '#' : mark;
      }
    }
    return cells;
  }

  void bars() {
    if (services_.empty()) {
      return;
    }
    heading(fmt::format("Timeline, 0 to {} (# down, - degraded, . up)",
                        duration_text(log_.end - kTimeZero)));
    std::string marks(kBarWidth, ' ');
    for (const ActionReport& action : report_.actions) {
      marks[column(action.ended.value_or(action.started))] = action.outcome == "done" ? 'a' : 'x';
    }
    for (const Observation& observation : log_.observations) {
      // A latent fault is marked where it springs.
      if (observation.kind == ObservationKind::fault_injected &&
          !report_.faults[observation.subject.index()].latent) {
        marks[column(observation.at)] = 'F';
      }
    }
    for (const FaultReport& fault : report_.faults) {
      if (fault.latent && fault.first_effect) {
        marks[column(*fault.first_effect)] = 'F';
      }
    }
    for (const Row& row : services_) {
      out_ += fmt::format("  {:<18} {}\n", row.name, bar(row.timeline));
    }
    marks.erase(marks.find_last_not_of(' ') + 1);
    if (!marks.empty()) {
      out_ += fmt::format("  {:<18} {}\n", "", marks);
      out_ += fmt::format("  {:<18} F fault, a action done, x action failed or blocked\n", "");
    }
  }

  void table() {
    if (report_.services.empty()) {
      return;
    }
    heading("Per service and users");
    out_ += fmt::format("  {:<18} {:<20} {:>10} {:>7} {:>10} {:>10} {:>10} {:>14}\n", "service",
                        "users", "head count", "avail.", "down", "longest", "degraded",
                        "user-min lost");
    for (const ServiceReport& row : report_.services) {
      out_ += fmt::format("  {:<18} {:<20} {:>10} {:>6.2f}% {:>10} {:>10} {:>10} {:>14}\n",
                          row.service, row.users, grouped(static_cast<double>(row.users_count)),
                          100 * row.availability, duration_text(row.outage),
                          duration_text(row.longest_outage), duration_text(row.degraded),
                          grouped(row.user_minutes_lost));
    }
    out_ += fmt::format(
        "  sum over services {} user-minutes lost; at least one service down for "
        "{}\n",
        grouped(report_.user_minutes_lost), duration_text(report_.any_service_down));
  }

  void traffic() {
    if (report_.traffic.empty()) {
      return;
    }
    heading("Traffic of the scenario's own sources");
    out_ += fmt::format("  {:<24} {:>14} {:>14} {:>12} {:>12} {:>12}\n", "source", "packets",
                        "lost", "first loss", "mean delay", "longest");
    for (const TrafficInfo& source : report_.traffic) {
      const auto delay = [&](Duration TrafficInfo::Delay::*which) {
        return source.delay ? format_duration((*source.delay).*which) : std::string("-");
      };
      out_ += fmt::format("  {:<24} {:>14} {:>14} {:>12} {:>12} {:>12}\n", source.name,
                          grouped(static_cast<double>(source.sent)),
                          grouped(static_cast<double>(source.lost)),
                          source.first_loss ? time_text(*source.first_loss) : "-",
                          delay(&TrafficInfo::Delay::mean), delay(&TrafficInfo::Delay::max));
      for (const auto& [disposition, packets] : source.lost_by) {
        out_ += fmt::format("    {:<22} {:>14} {:>14}\n", disposition, "",
                            grouped(static_cast<double>(packets)));
      }
    }
  }

  void actions() {
    if (report_.actions.empty()) {
      return;
    }
    heading("Actions, with the time they began");
    std::size_t shown = 0;
    for (const ActionReport& action : report_.actions) {
      if (++shown > kLinesShown) {
        out_ +=
            fmt::format("  … and {} more, in the journal\n", report_.actions.size() - kLinesShown);
        break;
      }
      out_ += fmt::format("  {:>10}  {:<24} {:<20} {}{}\n", time_text(action.started), action.step,
                          action.target, action.outcome,
                          action.reason.empty() ? "" : ": " + action.reason);
    }
  }

  void expectations() {
    heading("Expectations");
    for (const FaultReport& fault : report_.faults) {
      if (!fault.exercised && !fault.not_sprung) {
        out_ += fmt::format("{} fault {} is exercised: {}\n", paint("  FAILED    ", 31), fault.name,
                            fault.first_injected ? "it changed nothing" : "it never struck");
      }
    }
    if (report_.expectations.empty()) {
      out_ += "  no expectations checked\n";
    }
    for (const ExpectationReport& expectation : report_.expectations) {
      const std::string verdict = !expectation.judged ? "  not judged"
                                  : expectation.held  ? paint("  held      ", 32)
                                                      : paint("  FAILED    ", 31);
      out_ += fmt::format("{} {}: {}{}\n", verdict, expectation.name, expectation.observed,
                          expectation.basis.empty() ? "" : " [" + expectation.basis + "]");
    }
  }

  void not_modelled() {
    if (report_.not_modelled.empty()) {
      return;
    }
    heading("Not modelled, or not stated in the files");
    std::size_t shown = 0;
    for (const std::string& line : report_.not_modelled) {
      if (++shown > kLinesShown) {
        out_ += fmt::format("  … and {} more, in the journal\n",
                            report_.not_modelled.size() - kLinesShown);
        break;
      }
      out_ += "  " + line + "\n";
    }
  }

  void footer() {
    out_ += fmt::format("\n{}: strategy {}, seed {}, fingerprint {}{}\n", report_.verdict,
                        report_.strategy.empty() ? "none" : report_.strategy, report_.seed,
                        report_.fingerprint, report_.interrupted ? ", INCOMPLETE" : "");
  }

  const RunLog& log_;
  const Report& report_;
  SummaryOptions options_;
  std::vector<Row> services_;
  std::string out_;
};

}  // namespace

std::string format_summary(const Scenario& scenario, const RunLog& log, const Report& report,
                           const SummaryOptions& options) {
  return Summary(scenario, log, report, options).text();
}

}  // namespace switchfault
