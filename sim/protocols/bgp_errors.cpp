#include "protocols/bgp_errors.h"

#include <algorithm>

#include "core/check.h"

namespace switchfault {
namespace {

using What = BgpFlaw::What;

std::string name_of(BgpType type) {
  switch (type) {
    case BgpType::none:
      break;
    case BgpType::origin:
      return "ORIGIN";
    case BgpType::as_path:
      return "AS_PATH";
    case BgpType::next_hop:
      return "NEXT_HOP";
    case BgpType::med:
      return "MULTI_EXIT_DISC";
    case BgpType::local_preference:
      return "LOCAL_PREF";
    case BgpType::atomic_aggregate:
      return "ATOMIC_AGGREGATE";
    case BgpType::aggregator:
      return "AGGREGATOR";
    case BgpType::communities:
      return "COMMUNITIES";
    case BgpType::originator:
      return "ORIGINATOR_ID";
    case BgpType::clusters:
      return "CLUSTER_LIST";
    case BgpType::entropy_label:
      return "ELCA";
  }
  return "attribute " + std::to_string(static_cast<unsigned>(type));
}

// RFC 7606 sections 3 to 5 and 7.
BgpTreatment revised(const BgpFlaw& flaw, bool external) {
  switch (flaw.what) {
    case What::list_too_long:  // Where the prefixes are cannot be told.
    case What::prefixes:
    case What::unknown:
      return BgpTreatment::reset;
    case What::twice:
      return BgpTreatment::ignore;
    case What::attribute_too_long:
    case What::missing:
    case What::flags:
      return BgpTreatment::withdraw;
    case What::length:
    case What::value:
      break;
  }
  // 7.6, 7.7: they do not influence which route is chosen.
  if (flaw.type == BgpType::atomic_aggregate || flaw.type == BgpType::aggregator) {
    return BgpTreatment::ignore;
  }
  // 7.5, 7.9, 7.10: nothing that others may say.
  const bool of_the_as = flaw.type == BgpType::local_preference ||
                         flaw.type == BgpType::originator || flaw.type == BgpType::clusters;
  return of_the_as && external ? BgpTreatment::ignore : BgpTreatment::withdraw;
}

}  // namespace

BgpTreatment bgp_treatment(const BgpFlaw& flaw, BgpRules rules, bool external) {
  // bgp_attr_malformed() of FRR 8.4; what is missing or there twice does not go through it.
  const bool strict_inside =
      rules == BgpRules::frr && !external && flaw.what != What::missing && flaw.what != What::twice;
  return rules == BgpRules::rfc4271 || strict_inside ? BgpTreatment::reset
                                                     : revised(flaw, external);
}

const BgpFlaw& worst_flaw(std::span<const BgpFlaw> flaws, BgpRules rules, bool external) {
  SF_CHECK(!flaws.empty());
  return *std::ranges::max_element(
      flaws, {}, [&](const BgpFlaw& flaw) { return bgp_treatment(flaw, rules, external); });
}

std::uint8_t bgp_subcode(const BgpFlaw& flaw) {
  constexpr std::uint8_t kList = 1, kUnknown = 2, kMissing = 3, kFlags = 4, kLength = 5,
                         kOrigin = 6, kNextHop = 8, kOptional = 9, kNetwork = 10, kAsPath = 11;
  switch (flaw.what) {
    case What::list_too_long:
    case What::attribute_too_long:
    case What::twice:
      return kList;
    case What::unknown:
      return kUnknown;
    case What::missing:
      return kMissing;
    case What::flags:
      return kFlags;
    case What::prefixes:
      return kNetwork;
    case What::length:
      return flaw.type == BgpType::as_path ? kAsPath : kLength;
    case What::value:
      break;
  }
  return flaw.type == BgpType::origin     ? kOrigin
         : flaw.type == BgpType::as_path  ? kAsPath
         : flaw.type == BgpType::next_hop ? kNextHop
                                          : kOptional;
}

std::string text_of(const BgpFlaw& flaw) {
  switch (flaw.what) {
    case What::list_too_long:
      return "attributes longer than the message";
    case What::attribute_too_long:
      return name_of(flaw.type) + " longer than all attributes";
    case What::twice:
      return name_of(flaw.type) + " twice";
    case What::unknown:
      return name_of(flaw.type) + ", which says it is well-known";
    case What::missing:
      return "no " + name_of(flaw.type);
    case What::flags:
      return name_of(flaw.type) + " with wrong flags";
    case What::length:
      return name_of(flaw.type) + " with a wrong length";
    case What::value:
      return name_of(flaw.type) + " with a wrong value";
    case What::prefixes:
      return "wrong prefixes";
  }
  return "";
}

}  // namespace switchfault
