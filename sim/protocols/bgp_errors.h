// What can be wrong with an UPDATE, and what a BGP speaker does about it: end the session (RFC 4271
// section 6.3), or drop no more than the error forces it to (RFC 7606).

#ifndef SWITCHFAULT_PROTOCOLS_BGP_ERRORS_H_
#define SWITCHFAULT_PROTOCOLS_BGP_ERRORS_H_

#include <compare>
#include <cstdint>
#include <span>
#include <string>

namespace switchfault {

// Types of attributes.
enum class BgpType : std::uint8_t {
  none = 0,
  origin = 1,
  as_path = 2,
  next_hop = 3,
  med = 4,
  local_preference = 5,
  atomic_aggregate = 6,
  aggregator = 7,
  communities = 8,
  originator = 9,
  clusters = 10,
  entropy_label = 28,
};

struct BgpFlaw {
  enum class What : std::uint8_t {
    list_too_long,       // The attributes do not fit into the message.
    attribute_too_long,  // An attribute does not fit among the attributes.
    twice,
    unknown,  // And well-known, as it says.
    missing,
    flags,
    length,
    value,
    prefixes,
  };
  What what = What::list_too_long;
  BgpType type = BgpType::none;
  friend auto operator<=>(const BgpFlaw&, const BgpFlaw&) = default;
};

enum class BgpRules : std::uint8_t {
  rfc4271,
  rfc7606,
  frr,  // RFC 7606 for neighbours outside the AS, RFC 4271 inside.
};
// RFC 7606 section 2: attribute discard, treat-as-withdraw, session reset.
enum class BgpTreatment : std::uint8_t { ignore, withdraw, reset };

BgpTreatment bgp_treatment(const BgpFlaw& flaw, BgpRules rules, bool external);
// The flaw that is treated hardest, the first of them. REQUIRES: there is one.
const BgpFlaw& worst_flaw(std::span<const BgpFlaw> flaws, BgpRules rules, bool external);
// Of a NOTIFICATION with the code 3, RFC 4271 section 6.3.
std::uint8_t bgp_subcode(const BgpFlaw& flaw);
// "ORIGIN with a wrong value"
std::string text_of(const BgpFlaw& flaw);

}  // namespace switchfault

#endif  // SWITCHFAULT_PROTOCOLS_BGP_ERRORS_H_
