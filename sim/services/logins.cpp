#include "services/logins.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace switchfault {
namespace {

constexpr double kSteps = 10;
// A remainder of less than half a user is nobody.
constexpr double kNobody = 0.5;

}  // namespace

LoginStep Logins::next(double users_waiting, double logins_per_minute) {
  if (logins_per_minute <= 0 || users_waiting < kNobody) {
    reset();
    return {};
  }
  const auto wait = [&] {
    const double minutes = step_users_ / logins_per_minute;
    return std::chrono::microseconds{std::llround(minutes * 60e6)};
  };
  if (step_users_ <= 0 || users_waiting > left_ + kNobody) {
    step_users_ = users_waiting / kSteps;  // A new line: nobody is in yet.
    left_ = users_waiting;
    return {.all = false, .share = 0, .wait = wait()};
  }
  const double share = std::min(1.0, step_users_ / users_waiting);
  left_ = users_waiting - share * users_waiting;
  if (left_ < kNobody) {
    reset();
    return {};
  }
  return {.all = false, .share = share, .wait = wait()};
}

}  // namespace switchfault
