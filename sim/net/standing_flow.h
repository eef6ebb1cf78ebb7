// StandingFlow: something periodic over the network that sleeps while it can change nothing.
//
// Occurrence n is due at anchor + n * period, and with jitter up to so much later, drawn for each:
// two follow each other after period ± jitter, and none needs those before it to be known. While it
// is awake each occurrence is executed; when one has changed nothing and will change nothing until
// something it read changes, it sleeps: what it refreshes is kept fresh without it. It wakes in the
// very instant in which something it read changes; the next occurrence is executed at its own time.
// With skipping off it never sleeps. An occurrence has no cause: what it observes is explained by
// what it found. The same for polls, probes, gateway advertisements and session refreshes.

#ifndef SWITCHFAULT_NET_STANDING_FLOW_H_
#define SWITCHFAULT_NET_STANDING_FLOW_H_

#include "core/random.h"
#include "core/simulator.h"
#include "net/network.h"

namespace switchfault {

class StandingFlow : public WalkOwner {
 public:
  struct Jitter {
    Duration most{};  // Less than the period.
    const Random* random = nullptr;
    DrawKey key{.purpose = Purpose("")};  // Its occurrence is that of the flow.
  };
  struct Schedule {
    SimTime anchor;
    Duration period;
    Phase phase;
    Entity target;  // With `source` unique per flow; keys its events.
    Entity source;
    Jitter jitter{};
  };
  StandingFlow(Simulator& simulator, Network& network, const Schedule& schedule,
               bool skip_quiet_time);
  virtual ~StandingFlow();
  StandingFlow(const StandingFlow&) = delete;
  StandingFlow& operator=(const StandingFlow&) = delete;

  // Begins with the first occurrence not earlier than now.
  void start();
  void stop();
  // From now on occurrence n is due at anchor + n * period; the first one is 0 at the earliest.
  void restart(SimTime anchor);
  [[nodiscard]] bool running() const { return running_; }
  [[nodiscard]] bool asleep() const { return asleep_; }
  // The last occurrence that has taken place, executed or not; −1 before the first.
  [[nodiscard]] std::int64_t last_occurrence() const;
  [[nodiscard]] SimTime time_of(std::int64_t occurrence) const;

  void stale(ObservationId cause) final;

 protected:
  struct Outcome {
    bool quiet = false;  // The same again would change nothing but refresh `kept`.
  };
  // Executes occurrence n; fills what it read and refreshed.
  virtual Outcome execute(std::int64_t n, ReadSet& reads, ReadSet& kept) = 0;
  // It falls asleep after n, or wakes with n the last that took place.
  virtual void fell_asleep(std::int64_t n) { (void)n; }
  virtual void woke(std::int64_t n) { (void)n; }

 private:
  [[nodiscard]] std::int64_t last_due() const;
  void schedule(std::int64_t n);
  void run(std::int64_t n);
  void wake();

  Simulator& simulator_;
  Network& network_;
  Schedule schedule_;
  Timer timer_;
  WatchId watch_ = WatchId::none;
  ReadSet reads_, kept_;
  std::int64_t first_ = 0;  // Since the last start.
  std::int64_t next_ = 0;
  bool skip_ = true;
  bool running_ = false;
  bool asleep_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_NET_STANDING_FLOW_H_
