// Story: what happens to a small network, drawn from a seed: cuts, losses, hung and crashed
// processes, reboots, loaded CPUs. Told twice, with skipping of quiet time and without, it must
// leave the same log, causes included.

#ifndef SWITCHFAULT_TESTS_PROTOCOLS_STORY_H_
#define SWITCHFAULT_TESTS_PROTOCOLS_STORY_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocols/lab.h"

namespace switchfault {

// Empty, or the first lines that differ after all those that do not.
inline std::string first_difference(const Log& a, const Log& b) {
  if (a == b) {
    return "";
  }
  const auto line = [](const Log& log, std::size_t i) {
    return i < log.size() ? std::to_string(i) + " " + log[i] : "(end)";
  };
  std::string text;
  for (std::size_t i = 0;; ++i) {
    if (line(a, i) != line(b, i)) {
      return text + line(a, i) + "\n" + line(b, i) + "\n";
    }
    text += line(a, i) + "\n";
  }
}

// Draws of a story; every call is the next one.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  std::size_t below(std::size_t count) {
    return random_.below({.purpose = Purpose("story"), .occurrence = draws_++}, count);
  }
  bool one_in(std::size_t count) { return below(count) == 0; }
  std::uint64_t seed() const { return random_.seed(); }

 private:
  Random random_;
  std::uint64_t draws_ = 0;
};

class Story {
 public:
  struct Cast {
    std::string process;              // The one that is hung, crashed and restarted.
    std::vector<std::string> nodes;   // With an OS.
    std::vector<std::string> places;  // Links by one of their ends.
    std::vector<std::string> hosts;
  };
  // All nodes with an OS get random boot times.
  Story(Dice dice, NetPlan plan, Cast cast)
      : dice_(dice), plan_(std::move(plan)), cast_(std::move(cast)) {
    for (const std::string& name : cast_.nodes) {
      plan_.node(name).boots.fill(
          PlaneTimes{.data = std::chrono::seconds(1 + dice_.below(20)),
                     .control = std::chrono::seconds(1 + dice_.below(30)),
                     .management = std::chrono::seconds(1 + dice_.below(30))});
    }
    for (std::size_t i = 3 + dice_.below(8); i > 0; --i) {
      events_.push_back({.at = std::chrono::milliseconds(dice_.below(120'000)),
                         .what = dice_.below(kEvents),
                         .where = dice_.below(1000)});
    }
  }

  // What was observed in 200 s with it.
  Log tell(bool skip) {
    ProtocolLab lab(plan_, lab_options(dice_.seed(), skip));
    for (const Event& event : events_) {
      lab.at(event.at, [&lab, event, this] { happen(lab, event); });
    }
    lab.run_for(200s);
    return lab.explained_log();
  }

  // The network 200 s after everything in it was mended.
  std::unique_ptr<ProtocolLab> healed() {
    auto lab = std::make_unique<ProtocolLab>(plan_, lab_options(dice_.seed()));
    for (const Event& event : events_) {
      lab->at(event.at, [&lab, event, this] { happen(*lab, event); });
    }
    lab->run_for(200s);
    for (const std::string& place : cast_.places) {
      lab->mend(place);
      lab->set_loss(place, 0);
    }
    for (const std::string& node : cast_.nodes) {
      lab->os(node).set_cpu_load(1, 0);
      if (lab->os(node).host_state() != HostState::up) {
        lab->os(node).boot(BootKind::cold, "story");
      } else {
        lab->restart(node, "table_programmer");
        lab->restart(node, cast_.process);
      }
    }
    lab->run_for(200s);
    return lab;
  }

 private:
  struct Event {
    Duration at;
    std::size_t what, where;
  };
  static constexpr std::size_t kEvents = 14;

  void happen(ProtocolLab& lab, const Event& event) const {
    const std::string& place = cast_.places[event.where % cast_.places.size()];
    const std::string& node = cast_.nodes[event.where % cast_.nodes.size()];
    const std::string& host = cast_.hosts[event.where % cast_.hosts.size()];
    switch (event.what) {
      case 0:
        return lab.cut(place);
      case 1:
        return lab.mend(place);
      case 2:
        return lab.set_loss(place, 1);
      case 3:
        return lab.set_loss(place, 0.5);
      case 4:
        return lab.set_loss(place, 0);
      case 5:
        return lab.hang(node, cast_.process);
      case 6:
        return lab.crash(node, cast_.process);
      case 7:
        return lab.restart(node, cast_.process);
      case 8:
        return lab.os(node).boot(BootKind::cold, "story");
      case 9:
        return lab.os(node).boot(BootKind::warm, "story");
      case 10:
        return lab.set_host_up(host, event.where % 2 == 0);
      case 11:
        return lab.os(node).set_cpu_load(1, 1.5 * static_cast<double>(event.where % 3));
      case 12:
        return lab.crash(node, "table_programmer");
      default:
        return lab.os(node).hang_host("story");
    }
  }

  Dice dice_;
  NetPlan plan_;
  Cast cast_;
  std::vector<Event> events_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_PROTOCOLS_STORY_H_
