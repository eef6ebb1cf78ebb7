#include "operations/people.h"

#include <algorithm>

#include "core/draw_law.h"
#include "core/local_time.h"

namespace switchfault {
namespace {

constexpr Duration kDay{std::chrono::hours{24}};
constexpr unsigned kDaysAWeek = 7;

bool covers(const ShiftPeriod& shift, const LocalTime& local) {
  return ((shift.days >> local.weekday) & 1U) != 0 && shift.from <= local.time_of_day &&
         local.time_of_day < shift.to;
}

// Time until a shift of the pool covers the clock; zero when one does now. Weekly calendars repeat,
// so a week is searched.
Duration until_shift(const std::vector<ShiftPeriod>& shifts, const LocalTime& now) {
  if (shifts.empty() || std::any_of(shifts.begin(), shifts.end(),
                                    [&](const ShiftPeriod& shift) { return covers(shift, now); })) {
    return {};
  }
  Duration best = kDay * kDaysAWeek;
  for (const ShiftPeriod& shift : shifts) {
    for (unsigned ahead = 0; ahead <= kDaysAWeek; ++ahead) {
      const unsigned weekday = (now.weekday + ahead) % kDaysAWeek;
      const Duration wait = kDay * ahead + shift.from - now.time_of_day;
      if (((shift.days >> weekday) & 1U) != 0 && wait > Duration::zero()) {
        best = std::min(best, wait);
      }
    }
  }
  return best;
}

}  // namespace

struct People::Person {
  const PeoplePool* pool = nullptr;
  std::uint32_t number = 0;  // Within the pool.
  std::uint64_t stable_id = 0;
  std::string site;
  std::string going_to;
  bool busy = false;
  bool called_in = false;  // At work although off shift, until released.
  std::uint32_t trips = 0;
  std::uint32_t calls = 0;
  PersonWaiter* waiter = nullptr;
  Entity purpose;
  Timer arrival;
};

People::People(const Context& context, const std::vector<PeoplePool>& pools) : context_(context) {
  std::vector<const PeoplePool*> sorted;
  sorted.reserve(pools.size());
  for (const PeoplePool& pool : pools) {
    sorted.push_back(&pool);
  }
  std::sort(sorted.begin(), sorted.end(),
            [](const PeoplePool* a, const PeoplePool* b) { return a->name < b->name; });
  for (const PeoplePool* pool : sorted) {
    for (std::uint32_t i = 0; i < pool->count; ++i) {
      const auto index = static_cast<PersonIndex>(persons_.size());
      Person& person = persons_.emplace_back();
      person.pool = pool;
      person.number = i;
      person.stable_id = stable_hash(pool->name) + i;
      person.site = pool->site;
      const Entity entity{EntityKind::person, static_cast<std::uint32_t>(index)};
      person.arrival = Timer(context_.simulator, Phase::operations, entity, entity,
                             [this, index] { arrived(index); });
    }
  }
}

People::~People() = default;

void People::request(const Request& request, PersonWaiter& waiter) {
  pending_.push_back({request, &waiter});
  serve();
}

void People::withdraw(PersonWaiter& waiter) {
  std::erase_if(pending_, [&](const Pending& pending) { return pending.waiter == &waiter; });
  for (std::size_t i = 0; i < persons_.size(); ++i) {
    if (persons_[i].waiter == &waiter) {
      persons_[i].waiter = nullptr;
      persons_[i].arrival.cancel();
      release(static_cast<PersonIndex>(i));
    }
  }
}

void People::release(PersonIndex index) {
  Person& person = persons_[static_cast<std::size_t>(index)];
  person.busy = false;
  person.called_in = until_on_duty(person) > Duration::zero();
  context_.log.append(ObservationKind::person_released,
                      {EntityKind::person, static_cast<std::uint32_t>(index)});
  serve();
}

void People::serve() {
  for (std::size_t i = 0; i < pending_.size();) {
    const PersonIndex best = best_for(pending_[i].request);
    if (best == PersonIndex::none) {
      ++i;
      continue;
    }
    Person& person = persons_[static_cast<std::size_t>(best)];
    const Pending pending = pending_[i];
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(i));
    const Duration delay = delay_of(person, pending.request);
    person.busy = true;
    person.waiter = pending.waiter;
    person.purpose = pending.request.purpose;
    person.going_to = pending.request.site.empty() ? person.site : pending.request.site;
    if (person.going_to != person.site) {
      ++person.trips;
    }
    if (until_on_duty(person) > Duration::zero()) {
      person.called_in = true;
      ++person.calls;
    }
    context_.log.append(ObservationKind::person_called,
                        {EntityKind::person, static_cast<std::uint32_t>(best)},
                        {.object = person.purpose});
    // Never in the same instant: the caller is still at work on its request.
    person.arrival.arm(context_.simulator.now() + std::max(delay, Duration{1}));
  }
}

PersonIndex People::best_for(const Request& request) const {
  PersonIndex best = PersonIndex::none;
  Duration shortest = Duration::max();
  for (std::size_t i = 0; i < persons_.size(); ++i) {
    const Person& person = persons_[i];
    const auto& skills = person.pool->skills;
    const bool skilled = request.skill.empty() ||
                         std::find(skills.begin(), skills.end(), request.skill) != skills.end();
    if (person.busy || !skilled || (!request.pool.empty() && person.pool->name != request.pool)) {
      continue;
    }
    const Duration delay = delay_of(person, request);
    if (delay < shortest) {
      shortest = delay;
      best = static_cast<PersonIndex>(i);
    }
  }
  return best;
}

Duration People::until_on_duty(const Person& person) const {
  return until_shift(person.pool->shifts, local_time(context_.clock, context_.simulator.now()));
}

Duration People::delay_of(const Person& person, const Request& request) const {
  Duration delay{};
  const Duration shift = until_on_duty(person);
  if (shift > Duration::zero() && !person.called_in) {
    delay = shift;
    if (person.pool->can_be_called_in) {
      delay = std::min(shift, draw(context_.random,
                                   {.purpose = Purpose{"people.call_in"},
                                    .entity = person.stable_id,
                                    .occurrence = person.calls},
                                   person.pool->call_in));
    }
  }
  if (!request.site.empty() && request.site != person.site) {
    delay += draw(context_.random,
                  {.purpose = Purpose{"people.travel"},
                   .entity = person.stable_id,
                   .occurrence = person.trips},
                  person.pool->travel);
  }
  return delay;
}

void People::arrived(PersonIndex index) {
  Person& person = persons_[static_cast<std::size_t>(index)];
  person.site = person.going_to;
  context_.log.append(ObservationKind::person_ready,
                      {EntityKind::person, static_cast<std::uint32_t>(index)},
                      {.object = person.purpose});
  PersonWaiter* const waiter = person.waiter;
  person.waiter = nullptr;
  waiter->person_ready(index);
}

const std::string& People::site_of(PersonIndex person) const {
  return persons_[static_cast<std::size_t>(person)].site;
}

std::string People::name(PersonIndex index) const {
  const Person& person = persons_[static_cast<std::size_t>(index)];
  return person.pool->name + " " + std::to_string(person.number + 1);
}

bool People::pool_exists(std::string_view pool) const {
  return std::any_of(persons_.begin(), persons_.end(),
                     [&](const Person& person) { return person.pool->name == pool; });
}

}  // namespace switchfault
