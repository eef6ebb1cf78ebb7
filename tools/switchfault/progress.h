// Progress of a run: a line on stderr once a second, on a terminal only, and whether the user wants
// to stop.

#ifndef SWITCHFAULT_TOOLS_SWITCHFAULT_PROGRESS_H_
#define SWITCHFAULT_TOOLS_SWITCHFAULT_PROGRESS_H_

#include <chrono>

#include <switchfault/study.h>
#include <switchfault/units.h>

namespace switchfault {

// From now on an interrupt is only noted.
void note_interrupts();
bool was_interrupted();

class Progress {
 public:
  // From now on an interrupt is only noted.
  Progress();
  // False: the user has interrupted.
  bool operator()(SimTime now, SimTime end);
  void finish() const;

 private:
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
  bool drawn_ = false;
};

// The same for a study: runs done, their rate, the interval so far, the time left. Where stderr is
// no terminal, a line every ten seconds if asked for.
class StudyProgressLine {
 public:
  explicit StudyProgressLine(bool asked_for);
  bool operator()(const StudyProgress& state);
  void finish() const;

 private:
  [[nodiscard]] bool is_due() const;

  bool terminal_;
  bool asked_for_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point shown_ = began_;
  bool drawn_ = false;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TOOLS_SWITCHFAULT_PROGRESS_H_
