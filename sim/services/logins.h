// Logins: returning users are let in at a bounded rate, in steps of a tenth of those waiting.
//
// The true curve is a line; ten steps keep the error of user-minutes below a twentieth of the ramp,
// and a change of who waits begins a new line from where the old one stood.

#ifndef SWITCHFAULT_SERVICES_LOGINS_H_
#define SWITCHFAULT_SERVICES_LOGINS_H_

#include <switchfault/units.h>

namespace switchfault {

struct LoginStep {
  bool all = true;   // Everybody who waits is in.
  double share = 0;  // Of those waiting, let in now.
  Duration wait{};   // Until the next step.
};

class Logins {
 public:
  // The next step for so many waiting users at so many logins a minute (0: not limited).
  LoginStep next(double users_waiting, double logins_per_minute);
  void reset() { step_users_ = 0; }

 private:
  double step_users_ = 0;  // Users of one step of the present line; 0: no line yet.
  double left_ = 0;        // Users still waiting on it.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_SERVICES_LOGINS_H_
