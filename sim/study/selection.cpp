#include "study/selection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/check.h"
#include "study/sample.h"

namespace switchfault {
namespace {

// Variances are estimated once, from these: with fewer, skewed values make them too small too often
// (docs/statistics.md). The pilot only says of what size the values are.
constexpr std::size_t kFirst = 32;
constexpr std::size_t kBatch = 16;
constexpr std::uint64_t kPilot = 8;

}  // namespace

std::string_view selection_fate_name(SelectionRow::Fate fate) {
  switch (fate) {
    case SelectionRow::Fate::contender:
      return "contender";
    case SelectionRow::Fate::behind:
      return "behind";
    case SelectionRow::Fate::failed:
      return "failed";
  }
  return "";
}

std::uint64_t fewest_replications(const SelectionZone& zone) {
  return kFirst + (zone.width > 0 ? 0 : kPilot);
}

Selection::Selection(const SelectionSetup& setup, std::size_t strategies)
    : setup_(setup),
      strategies_(strategies),
      pilot_(setup.zone.width > 0 ? 0 : kPilot),
      zone_(setup.zone.width),
      runs_(strategies),
      contenders_(strategies),
      rows_(strategies) {
  SF_CHECK(strategies > 1 && setup.most >= fewest_replications(setup.zone));
  SF_CHECK((setup.zone.width > 0) != (setup.zone.share > 0));
  std::iota(contenders_.begin(), contenders_.end(), std::size_t{0});
  if (pilot_ == 0) {
    set_zone();
  }
}

void Selection::set_zone() {
  if (pilot_ > 0) {
    double smallest = std::numeric_limits<double>::infinity();
    for (const std::size_t s : contenders_) {
      double sum = 0;
      for (std::uint64_t i = 0; i < pilot_; ++i) {
        sum += *runs_[s][i].value;
      }
      smallest = std::min(smallest, std::abs(sum / static_cast<double>(pilot_)));
    }
    zone_ = setup_.zone.share * smallest;
  }
  without_zone_ = !(zone_ > 0);
  if (without_zone_) {
    ended_ = true;
    return;
  }
  procedure_.emplace(SelectionPlan{.indifference = zone_,
                                   .level = setup_.level,
                                   .first = kFirst,
                                   .batch = kBatch,
                                   .better = setup_.better},
                     strategies_);
  for (std::size_t s = 0; s < strategies_; ++s) {
    if (rows_[s].fate == SelectionRow::Fate::failed) {
      procedure_->withdraw(s);
    }
  }
}

std::uint64_t Selection::boundary() const {
  return procedure_ ? pilot_ + procedure_->next_look() : pilot_;
}

Selection::State& Selection::state(const Run& run) {
  auto& of_strategy = runs_[run.strategy];
  if (run.replication >= of_strategy.size()) {
    of_strategy.resize(run.replication + 1);
  }
  return of_strategy[run.replication];
}

bool Selection::has(const Run& run) const {
  const auto& of_strategy = runs_[run.strategy];
  return run.replication < of_strategy.size() && of_strategy[run.replication].there;
}

std::optional<Selection::Run> Selection::next() {
  if (ended_) {
    return std::nullopt;
  }
  const std::uint64_t end = std::min(setup_.most, boundary() + kBatch);
  for (; from_ < end; ++from_) {
    for (const std::size_t s : contenders_) {
      const Run run{.replication = from_, .strategy = static_cast<std::uint32_t>(s)};
      if (State& of_run = state(run); !of_run.begun) {
        of_run.begun = true;
        return run;
      }
    }
  }
  return std::nullopt;
}

void Selection::add(const Run& run, std::optional<double> value) {
  State& of_run = state(run);
  SF_CHECK(!of_run.there);
  of_run = {.begun = true, .there = true, .value = value};
  while (!ended_ && complete(boundary())) {
    look(boundary());
  }
}

bool Selection::complete(std::uint64_t end) const {
  return std::all_of(contenders_.begin(), contenders_.end(), [&](std::size_t s) {
    return runs_[s].size() >= end &&
           std::all_of(runs_[s].begin(), runs_[s].begin() + static_cast<std::ptrdiff_t>(end),
                       [](const State& of_run) { return of_run.there; });
  });
}

// A run book that cannot always be run is no candidate; what it would have done in those
// replications nobody knows.
void Selection::withdraw_failed(std::uint64_t end) {
  for (const std::size_t s : contenders_) {
    if (std::any_of(runs_[s].begin(), runs_[s].begin() + static_cast<std::ptrdiff_t>(end),
                    [](const State& of_run) { return !of_run.value; })) {
      rows_[s].fate = SelectionRow::Fate::failed;
      if (procedure_) {
        procedure_->withdraw(s);
      }
    }
  }
  std::erase_if(contenders_,
                [&](std::size_t s) { return rows_[s].fate == SelectionRow::Fate::failed; });
}

void Selection::look(std::uint64_t end) {
  looked_ = end;
  for (const std::size_t s : contenders_) {
    rows_[s].replications = end;
  }
  withdraw_failed(end);
  if (contenders_.size() <= 1) {
    ended_ = true;
    return;
  }
  if (!procedure_) {
    set_zone();
  } else {
    std::vector<std::vector<double>> values(strategies_);
    for (std::size_t s = 0; s < strategies_; ++s) {
      for (std::uint64_t i = pilot_; i < std::min<std::uint64_t>(end, runs_[s].size()); ++i) {
        values[s].push_back(runs_[s][i].value.value_or(std::numeric_limits<double>::quiet_NaN()));
      }
    }
    const std::size_t known = procedure_->dropped().size();
    procedure_->look(values);
    for (std::size_t i = known; i < procedure_->dropped().size(); ++i) {
      const KimNelsonDrop& drop = procedure_->dropped()[i];
      SelectionRow& row = rows_[drop.strategy];
      row.fate = SelectionRow::Fate::behind;
      row.by = static_cast<std::uint32_t>(drop.by);
      row.behind = drop.behind;
      row.allowed = drop.allowed;
    }
    contenders_ = procedure_->contenders();
  }
  ended_ = ended_ || contenders_.size() <= 1 || boundary() > setup_.most;
}

std::uint64_t Selection::runs_planned() const {
  std::uint64_t end = boundary();
  if (procedure_ && looked_ > pilot_) {
    end = std::min<std::uint64_t>(setup_.most, pilot_ + procedure_->most_replications());
  }
  std::uint64_t runs = contenders_.size() * std::max(end, looked_);
  for (const SelectionRow& row : rows_) {
    runs += row.fate == SelectionRow::Fate::contender ? 0 : row.replications;
  }
  return runs;
}

std::vector<std::size_t> Selection::finalists() const {
  if (contenders_.size() != 1) {
    return contenders_;
  }
  std::vector<std::size_t> finalists = contenders_;
  std::optional<std::size_t> last;
  for (std::size_t s = 0; s < strategies_; ++s) {
    const SelectionRow& row = rows_[s];
    if (row.fate == SelectionRow::Fate::behind &&
        (!last || row.replications > rows_[*last].replications ||
         (row.replications == rows_[*last].replications && row.behind < rows_[*last].behind))) {
      last = s;
    }
  }
  if (last) {
    finalists.push_back(*last);
    std::sort(finalists.begin(), finalists.end());
  }
  return finalists;
}

SelectionReport Selection::report(const std::vector<std::string>& names) const {
  SF_CHECK(names.size() == strategies_);
  SelectionReport report{.zone = zone_,
                         .share = pilot_ > 0 ? std::optional(setup_.zone.share) : std::nullopt,
                         .pilot = pilot_,
                         .replications = looked_,
                         .runs_of_all = looked_ * strategies_,
                         .rows = rows_};
  for (std::size_t s = 0; s < strategies_; ++s) {
    report.rows[s].name = names[s];
    report.runs += rows_[s].replications;
  }
  if (ended_ && contenders_.size() == 1) {
    report.selected = static_cast<std::uint32_t>(contenders_.front());
  }
  return report;
}

}  // namespace switchfault
