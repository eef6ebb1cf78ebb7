#include "protocols/bgp_errors.h"

#include <vector>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using What = BgpFlaw::What;

BgpTreatment revised(What what, BgpType type, bool external = true) {
  return bgp_treatment({.what = what, .type = type}, BgpRules::rfc7606, external);
}

// RFC 7606 section 7.
TEST(BgpErrors, OnlyWhatCannotBeReadEndsTheSession) {
  EXPECT_EQ(revised(What::list_too_long, BgpType::none), BgpTreatment::reset);
  EXPECT_EQ(revised(What::prefixes, BgpType::none), BgpTreatment::reset);
  EXPECT_EQ(revised(What::value, BgpType::origin), BgpTreatment::withdraw);
  EXPECT_EQ(revised(What::flags, BgpType::aggregator), BgpTreatment::withdraw);
  EXPECT_EQ(revised(What::missing, BgpType::next_hop), BgpTreatment::withdraw);
  EXPECT_EQ(revised(What::length, BgpType::aggregator), BgpTreatment::ignore);
  EXPECT_EQ(revised(What::twice, BgpType::origin), BgpTreatment::ignore);
  EXPECT_EQ(revised(What::length, BgpType::local_preference), BgpTreatment::ignore);
  EXPECT_EQ(revised(What::length, BgpType::local_preference, false), BgpTreatment::withdraw);
}

TEST(BgpErrors, TheOldRulesEndTheSessionInAnyCase) {
  for (const What what : {What::length, What::twice, What::missing, What::flags}) {
    EXPECT_EQ(bgp_treatment({.what = what, .type = BgpType::aggregator}, BgpRules::rfc4271, true),
              BgpTreatment::reset);
  }
}

TEST(BgpErrors, FrrIsStrictInsideTheAs) {
  const BgpFlaw flaw{.what = What::length, .type = BgpType::med};
  EXPECT_EQ(bgp_treatment(flaw, BgpRules::frr, true), BgpTreatment::withdraw);
  EXPECT_EQ(bgp_treatment(flaw, BgpRules::frr, false), BgpTreatment::reset);
  EXPECT_EQ(bgp_treatment({.what = What::missing, .type = BgpType::origin}, BgpRules::frr, false),
            BgpTreatment::withdraw);
}

TEST(BgpErrors, OfSeveralTheWorstCounts) {
  const std::vector<BgpFlaw> flaws{{.what = What::length, .type = BgpType::aggregator},
                                   {.what = What::value, .type = BgpType::origin},
                                   {.what = What::length, .type = BgpType::med}};
  EXPECT_EQ(text_of(worst_flaw(flaws, BgpRules::rfc7606, true)), "ORIGIN with a wrong value");
}

// RFC 4271 section 6.3.
TEST(BgpErrors, ANotificationSaysWhatWasWrong) {
  EXPECT_EQ(bgp_subcode({.what = What::list_too_long}), 1);
  EXPECT_EQ(bgp_subcode({.what = What::unknown, .type = BgpType::entropy_label}), 2);
  EXPECT_EQ(bgp_subcode({.what = What::missing, .type = BgpType::origin}), 3);
  EXPECT_EQ(bgp_subcode({.what = What::flags, .type = BgpType::origin}), 4);
  EXPECT_EQ(bgp_subcode({.what = What::length, .type = BgpType::med}), 5);
  EXPECT_EQ(bgp_subcode({.what = What::value, .type = BgpType::origin}), 6);
  EXPECT_EQ(bgp_subcode({.what = What::prefixes}), 10);
  EXPECT_EQ(bgp_subcode({.what = What::length, .type = BgpType::as_path}), 11);
}

}  // namespace
}  // namespace switchfault
