// People: pools of persons with skills, shifts and travel, asked for one at a time.
//
// Requests are served in the order in which they were made. Somebody on shift at the right site is
// there at once, others travel; off shift they are called in if the pool allows it, otherwise the
// next shift is waited for. A shift that ends lets a person finish what has begun.

#ifndef SWITCHFAULT_OPERATIONS_PEOPLE_H_
#define SWITCHFAULT_OPERATIONS_PEOPLE_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <switchfault/scenario.h>

#include "core/observation_log.h"
#include "core/random.h"
#include "core/simulator.h"

namespace switchfault {

enum class PersonIndex : std::uint32_t { none = 0xffffffff };

// Told when the person asked for is ready, at the place asked for.
class PersonWaiter {
 public:
  virtual void person_ready(PersonIndex person) = 0;

 protected:
  ~PersonWaiter() = default;
};

class People {
 public:
  struct Context {
    Simulator& simulator;
    ObservationLog& log;
    const Random& random;
    const ClockConfig& clock;
  };
  People(const Context& context, const std::vector<PeoplePool>& pools);
  ~People();
  People(const People&) = delete;
  People& operator=(const People&) = delete;

  struct Request {
    std::string pool;
    std::string skill;  // Empty: any.
    std::string site;   // Where they must be; empty: where they are.
    Entity purpose;     // The step they are called for.
  };
  // The waiter is told once; it must outlive the request or withdraw it.
  void request(const Request& request, PersonWaiter& waiter);
  void withdraw(PersonWaiter& waiter);
  void release(PersonIndex index);

  [[nodiscard]] const std::string& site_of(PersonIndex person) const;
  [[nodiscard]] std::string name(PersonIndex index) const;
  [[nodiscard]] bool pool_exists(std::string_view pool) const;

 private:
  struct Person;
  struct Pending {
    Request request;
    PersonWaiter* waiter;
  };

  void serve();
  [[nodiscard]] PersonIndex best_for(const Request& request) const;
  [[nodiscard]] Duration delay_of(const Person& person, const Request& request) const;
  [[nodiscard]] Duration until_on_duty(const Person& person) const;
  void arrived(PersonIndex index);

  Context context_;
  std::deque<Person> persons_;  // Timers in them need stable addresses.
  std::vector<Pending> pending_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_PEOPLE_H_
