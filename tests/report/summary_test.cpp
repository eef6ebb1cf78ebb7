#include <gtest/gtest.h>

#include "run/scenario_lab.h"

namespace switchfault {
namespace {

const std::string kPanic = two_switches(R"(
notice: "INVENTED: all of it."
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 1234}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10m}}]
)");

std::string summary(const SummaryOptions& options) {
  const ScenarioLab lab(kPanic);
  return format_summary(lab.scenario, lab.log, lab.report, options);
}

TEST(Summary, BeginsWithTheNoticeAndOneSentence) {
  const std::string text = summary({});
  EXPECT_EQ(text.find("INVENTED: all of it.\n\ntest: 1 of 1 services disturbed; common cause panic "
                      "(1 of 1 outages); nothing remains at the end.\n"),
            0U);
}

TEST(Summary, HasBarsFiguresSeedAndFingerprint) {
  const ScenarioLab lab(kPanic);
  const std::string text = format_summary(lab.scenario, lab.log, lab.report, {});
  EXPECT_NE(text.find("  intranet           ..........####"), std::string::npos);
  EXPECT_NE(text.find("1,234"), std::string::npos);
  EXPECT_NE(text.find("4,936 user-minutes lost"), std::string::npos);
  EXPECT_NE(text.find("no expectations checked"), std::string::npos);
  EXPECT_NE(text.find("pass: strategy none, seed 1, fingerprint " + lab.report.fingerprint),
            std::string::npos);
}

TEST(Summary, SaysWhichFaultWasNotExercised) {
  const ScenarioLab lab(two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 1234}}
faults: [{name: panic, kind: kernel_panic, select: s2, trigger: {at: 10h}}]
)"));
  const std::string text = format_summary(lab.scenario, lab.log, lab.report, {});
  EXPECT_NE(text.find("  FAILED     fault panic is exercised: it never struck\n"),
            std::string::npos);
}

TEST(Summary, SaysWhatWaitsAndWhatSprang) {
  const std::string latent = two_switches(R"(
services: {intranet: {endpoints: [web], depends: none}}
users: {office: {places: [desk], count: 100}}
faults: [{name: unsaved, kind: configuration_lost, select: all, trigger: {at: 1m}, latent: true}]
strategies:
  quiet: {steps: [{name: tell, action: notify_users, when: start, success: 1}]}
  night: {steps: [{name: reload, action: reload_cold, targets: s2, when: start, success: 1}]}
)");
  const ScenarioLab quiet(latent);
  EXPECT_NE(format_summary(quiet.scenario, quiet.log, quiet.report, {})
                .find("  latent fault unsaved (configuration_lost) waits since 1m on s1, s2: not "
                      "sprung, nothing set it off\n"),
            std::string::npos);
  RunOptions options;
  options.strategy = "night";
  const ScenarioLab night(latent, options);
  EXPECT_NE(format_summary(night.scenario, night.log, night.report, {})
                .find(" waits since 1m on s1, s2: sprung at 4m on s2\n"),
            std::string::npos);
}

TEST(Summary, ColoursOnlyWhenAsked) {
  EXPECT_EQ(summary({}).find('\x1b'), std::string::npos);
  EXPECT_NE(summary({.color = true}).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace switchfault
