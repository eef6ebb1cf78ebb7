// limit_logins: users of a service are let back in more slowly, not at all, or as before.
//
// Only those who return are held: who has a session keeps it. Not modelled: a queue in which the
// first to come is the first to get in.

#include "os/action.h"

namespace switchfault {

ActionKind limit_logins() {
  return {.info = {.name = "limit_logins",
                   .summary = "Holds back users who return to a service, or lets them in again.",
                   .parameters = {{.name = "per_minute",
                                   .unit = Unit::integer,
                                   .summary = "logins a minute, 0: nobody; left out: as many as "
                                              "the service takes",
                                   .optional = true,
                                   .minimum = 0,
                                   .maximum = 1'000'000}},
                   .targets = TargetKind::services},
          .needs_login = false,
          .on_service = ServiceEffect::limit_logins};
}

}  // namespace switchfault
