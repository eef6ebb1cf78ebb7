// Whether what was simulated agrees with what was measured, by a rule that was fixed before.
//
// Compared are the phases (fault, restoring), the ways (requests that arrived, requests that were
// answered) and the pairs of hosts; of several flows between two hosts the longest outage counts,
// because which flow a hash sends where is chance. The tolerance is the interval of the probe, the
// longest gap between two packets, and 2 % of the measured value.
//
// Repetitions of one session share what was drawn when its daemons started, as those of a measured
// case do. So a median may be any that a session has, or that independent repetitions could have
// (its distribution follows from that of one), and the spread is that inside a session.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include <switchfault/measured.h>

namespace switchfault {
namespace {

constexpr double kShareOfValue = 0.02;
constexpr double kOutside = 0.01;           // Of the medians, in both tails together.
constexpr std::size_t kLeastForSpread = 5;  // Repetitions.
constexpr double kSpreadFactor = 3;
constexpr Duration kStallLeast = std::chrono::milliseconds{250};
constexpr std::int64_t kStallFactor = 10;
constexpr std::uint32_t kHit = 2;  // A probe is hit when it loses more packets than this.

double in_ms(Duration time) {
  return static_cast<double>(time.count()) / 1e6;
}

std::string text_ms(double ms) {
  return fmt::format("{:.0f}", ms);
}

struct Sample {
  std::vector<double> values;            // Sorted, milliseconds.
  std::vector<double> medians, spreads;  // Of each session; spreads from p5 to p95.
  std::size_t hit = 0;                   // Repetitions in which the pair was.
  std::size_t open = 0;                  // … and was to the end of the window.

  [[nodiscard]] double quantile(double share) const {
    const double at = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(std::floor(at));
    const auto high = static_cast<std::size_t>(std::ceil(at));
    return values[low] + (values[high] - values[low]) * (at - std::floor(at));
  }
  [[nodiscard]] double median() const { return quantile(0.5); }
};

// What is compared once: one pair of hosts, phase and way.
struct Unit {
  std::string pair;
  bool restore = false;
  MeasuredLoss MeasuredFlow::*way = &MeasuredFlow::there;
  std::vector<std::size_t> flows;
  Duration interval{};

  [[nodiscard]] std::string text() const {
    return fmt::format("{} {} {}", restore ? "restore" : "fault", pair,
                       way == &MeasuredFlow::there ? "one way" : "round trip");
  }
};

std::vector<Unit> units_of(const MeasuredCase& measured) {
  std::vector<Unit> units;
  for (const bool restore : {false, true}) {
    if (restore && !measured.restore) {
      continue;
    }
    for (const auto way : {&MeasuredFlow::there, &MeasuredFlow::back}) {
      if (measured.timely && way == &MeasuredFlow::back) {
        continue;  // Answers that came late are not told apart.
      }
      for (std::size_t i = 0; i < measured.probes.size(); ++i) {
        const MeasuredProbe& probe = measured.probes[i];
        const auto same = [&](const Unit& unit) {
          return unit.pair == probe.pair && unit.restore == restore && unit.way == way;
        };
        auto at = std::find_if(units.begin(), units.end(), same);
        if (at == units.end()) {
          units.push_back({probe.pair, restore, way, {}, probe.interval});
          at = units.end() - 1;
        }
        at->flows.push_back(i);
      }
    }
  }
  return units;
}

// Sessions are so many repetitions each.
Sample sample_of(const Unit& unit, const std::vector<MeasuredRepetition>& repetitions,
                 std::size_t session) {
  Sample sample;
  Sample part;
  for (const MeasuredRepetition& repetition : repetitions) {
    const MeasuredPhase* const phase =
        unit.restore ? (repetition.restore ? &*repetition.restore : nullptr) : &repetition.fault;
    if (phase == nullptr) {
      continue;
    }
    double longest = 0;
    bool hit = false;
    bool open = false;
    for (const std::size_t flow : unit.flows) {
      const MeasuredLoss& loss = (*phase)[flow].*unit.way;
      longest = std::max(longest, in_ms(loss.outage));
      hit = hit || loss.lost > kHit;
      open = open || (loss.lost > kHit && !loss.recovered);
    }
    sample.values.push_back(longest);
    part.values.push_back(longest);
    if (part.values.size() == session) {
      std::sort(part.values.begin(), part.values.end());
      sample.medians.push_back(part.median());
      sample.spreads.push_back(part.quantile(0.95) - part.quantile(0.05));
      part.values.clear();
    }
    sample.hit += hit ? 1U : 0U;
    sample.open += open ? 1U : 0U;
  }
  std::sort(sample.values.begin(), sample.values.end());
  std::sort(sample.medians.begin(), sample.medians.end());
  std::sort(sample.spreads.begin(), sample.spreads.end());
  return sample;
}

// The chance that at least `least` of `count` draws fall where one does with this chance.
double at_least(std::size_t least, std::size_t count, double chance) {
  if (chance <= 0) {
    return least == 0 ? 1 : 0;
  }
  if (chance >= 1) {
    return 1;
  }
  double sum = 0;
  for (std::size_t k = least; k <= count; ++k) {
    const auto n = static_cast<double>(count);
    const auto x = static_cast<double>(k);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) +
                    x * std::log(chance) + (n - x) * std::log1p(-chance));
  }
  return std::min(sum, 1.0);
}

// The value that the median of `count` repetitions falls short of, or exceeds, with this chance.
double median_bound(const Sample& sample, std::size_t count, double chance, bool upper) {
  const std::size_t size = sample.values.size();
  const std::size_t middle = (count + 1) / 2;  // The median is at least this low or high.
  for (std::size_t i = 0; i < size; ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(size);
    if (at_least(middle, count, share) > chance) {
      return sample.values[upper ? size - 1 - i : i];
    }
  }
  return sample.values[upper ? 0 : size - 1];
}

// How likely it is that a share of `chance` shows `seen` times in `count` or less likely so.
bool plausible(std::size_t seen, std::size_t count, std::size_t simulated, std::size_t all,
               double outside) {
  // A simulated share is itself an estimate: one more and one less repetition are still it.
  const auto share = [&](double hits) {
    return std::clamp(hits / static_cast<double>(all + 1), 0.0, 1.0);
  };
  const double low = share(static_cast<double>(simulated));
  const double high = share(static_cast<double>(simulated) + 1);
  return at_least(seen, count, high) > outside / 2 &&
         at_least(count - seen, count, 1 - low) > outside / 2;
}

void judge(const Unit& unit, const Sample& measured, const Sample& simulated, double outside,
           Duration send_gap, MeasuredVerdict& verdict) {
  const auto fails = [&](const std::string& why) {
    verdict.agrees = false;
    verdict.disagreements.push_back(unit.text() + ": " + why);
  };
  const auto tolerance = [&](double value) {
    return in_ms(unit.interval) + in_ms(send_gap) + kShareOfValue * value;
  };
  const double low = simulated.values.front();
  const double high = simulated.values.back();
  for (const double value : measured.values) {
    if (value < low - tolerance(value) || value > high + tolerance(value)) {
      fails(fmt::format("{} ms is outside the simulated {} to {} ms", text_ms(value), text_ms(low),
                        text_ms(high)));
      break;
    }
  }
  const double median = measured.median();
  const std::size_t count = measured.values.size();
  const double least =
      std::min(median_bound(simulated, count, outside / 2, false), simulated.medians.front());
  const double most =
      std::max(median_bound(simulated, count, outside / 2, true), simulated.medians.back());
  if (median < least - tolerance(median) || median > most + tolerance(median)) {
    fails(fmt::format("median {} ms is outside {} to {} ms", text_ms(median), text_ms(least),
                      text_ms(most)));
  }
  const double spread = simulated.spreads[simulated.spreads.size() / 2];
  const double measured_spread = measured.values.back() - measured.values.front();
  if (count >= kLeastForSpread &&
      spread > kSpreadFactor * measured_spread + 2 * tolerance(median)) {
    fails(fmt::format("the simulated spread of {} ms is wider than three times the measured {} ms",
                      text_ms(spread), text_ms(measured_spread)));
  }
  const std::size_t all = simulated.values.size();
  if (!plausible(measured.hit, count, simulated.hit, all, outside)) {
    fails(fmt::format("hit in {} of {} repetitions, simulated in {} of {}", measured.hit, count,
                      simulated.hit, all));
  }
}

// Fields of the measured state that the simulated one lacks or has otherwise.
std::vector<std::string> differences(const SettledState& measured, const SettledState& simulated) {
  std::vector<std::string> all;
  for (const auto& [field, value] : measured) {
    const auto at = simulated.find(field);
    if (at == simulated.end()) {
      all.push_back(fmt::format("{}: {} measured, nothing simulated", field, value));
    } else if (at->second != value) {
      all.push_back(fmt::format("{}: {} measured, {} simulated", field, value, at->second));
    }
  }
  return all;
}

// Every measured state occurs in the simulation.
template <typename Get>
void judge_states(const char* when, const std::vector<MeasuredRepetition>& measured,
                  const std::vector<MeasuredRepetition>& simulated, Get get,
                  MeasuredVerdict& verdict) {
  std::set<SettledState> seen;
  for (const MeasuredRepetition& repetition : simulated) {
    seen.insert(get(repetition));
  }
  for (const MeasuredRepetition& repetition : measured) {
    const SettledState& state = get(repetition);
    std::vector<std::string> fewest;
    bool first = true;
    for (const SettledState& other : seen) {
      std::vector<std::string> some = differences(state, other);
      if (first || some.size() < fewest.size()) {
        fewest = std::move(some);
        first = false;
      }
    }
    if (!state.empty() && !fewest.empty()) {
      verdict.agrees = false;
      verdict.disagreements.push_back(fmt::format("state {}: {}", when, fewest.front()));
      return;
    }
  }
}

std::optional<MeasuredVerdict::Range> range_of(const MeasuredCase& measured,
                                               const std::vector<MeasuredRepetition>& repetitions) {
  Sample sample;
  for (const MeasuredRepetition& repetition : repetitions) {
    double longest = 0;
    for (const MeasuredFlow& flow : repetition.fault) {
      const double back = measured.timely ? 0 : in_ms(flow.back.outage);
      longest = std::max({longest, in_ms(flow.there.outage), back});
    }
    sample.values.push_back(longest);
  }
  if (sample.values.empty()) {
    return std::nullopt;
  }
  std::sort(sample.values.begin(), sample.values.end());
  return MeasuredVerdict::Range{sample.median(), sample.values.front(), sample.values.back()};
}

Duration step_time(const MeasuredRepetition& repetition, bool restore, std::size_t step) {
  const auto& steps = restore ? repetition.restore_steps : repetition.fault_steps;
  return step < steps.size() ? steps[step].took : Duration::zero();
}

// The same step took far longer than in the other repetitions: the machine did something else.
bool stalled(const MeasuredCase& measured, const MeasuredRepetition& repetition) {
  for (const bool restore : {false, true}) {
    const auto& steps = restore ? repetition.restore_steps : repetition.fault_steps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      std::vector<Duration> all;
      for (const MeasuredRepetition& one : measured.repetitions) {
        all.push_back(step_time(one, restore, i));
      }
      const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
      std::nth_element(all.begin(), middle, all.end());
      if (steps[i].took > kStallLeast && steps[i].took > kStallFactor * *middle) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace

std::size_t measured_comparisons(const MeasuredCase& measured) {
  return units_of(measured).size();
}

MeasuredVerdict judge_measured(const MeasuredCase& measured,
                               const std::vector<MeasuredRepetition>& simulated,
                               std::size_t comparisons) {
  MeasuredVerdict verdict;
  verdict.measured = range_of(measured, measured.repetitions);
  verdict.simulated = range_of(measured, simulated);
  const double outside = kOutside / static_cast<double>(std::max<std::size_t>(1, comparisons));
  std::vector<MeasuredRepetition> counted;
  std::ranges::copy_if(measured.repetitions, std::back_inserter(counted),
                       [&](const auto& one) { return !stalled(measured, one); });
  verdict.set_aside = measured.repetitions.size() - counted.size();
  for (const Unit& unit : units_of(measured)) {
    judge(unit, sample_of(unit, counted, counted.size()),
          sample_of(unit, simulated, measured.repetitions.size()), outside, measured.send_gap,
          verdict);
  }
  const std::vector<MeasuredRepetition> baseline = {{.before = measured.baseline}};
  const auto before = [](const MeasuredRepetition& one) -> const SettledState& {
    return one.before;
  };
  const auto after = [](const MeasuredRepetition& one) -> const SettledState& { return one.after; };
  const auto restored = [](const MeasuredRepetition& one) -> const SettledState& {
    return one.restored;
  };
  judge_states("before", baseline, simulated, before, verdict);
  judge_states("after", counted, simulated, after, verdict);
  judge_states("restored", counted, simulated, restored, verdict);
  return verdict;
}

MeasuredVerdict judge_rest(const MeasuredCase& measured, const SettledState& simulated) {
  MeasuredVerdict verdict;
  verdict.disagreements = differences(measured.baseline, simulated);
  verdict.agrees = verdict.disagreements.empty();
  return verdict;
}

}  // namespace switchfault
