#include <filesystem>

#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

std::string noted(const std::string& text) {
  std::string lines;
  for (const LoadNote& note : notes(load_with_network(text))) {
    lines += std::to_string(note.at.line) + ' ' + note.text + '\n';
  }
  return lines;
}

const std::string kOfNetwork =
    "5 not modelled: memory of: s1, s2\n"
    "5 no management_address, so nobody polls or logs in in band: s1, s2\n";

TEST(Notes, TellWhatIsNotModelled) {
  EXPECT_EQ(noted("\n"), kOfNetwork);
}

TEST(Notes, TellOfServicesThatNeedEachOtherToStart) {
  EXPECT_EQ(noted("services:\n"
                  "  a: {endpoints: h1, depends: [{service: b, kind: start}], session_gap: 1s, "
                  "logins_per_minute: 9}\n"
                  "  b: {endpoints: h1, depends: [{service: a, kind: start}], session_gap: 1s, "
                  "logins_per_minute: 9}"),
            "2 these services need each other to start and cannot come up together from nothing: a "
            "-> b -> a\n"
            "6 not modelled: memory of: s1, s2\n"
            "6 no management_address, so nobody polls or logs in in band: s1, s2\n"
            "2 no users use these services themselves, so nothing measures them: a, b\n");
}

TEST(Notes, TellOfPeopleWhereNoNodeStands) {
  EXPECT_EQ(noted("operations: {people: {noc: {count: 1, site: adelaid}, home: {count: 1}}}\n"),
            kOfNetwork + "1 no node stands at the site of these people: noc\n");
}

TEST(Notes, TellWhatARunCannotShow) {
  EXPECT_EQ(noted("faults: [{name: f, kind: kernel_panic, select: s1, trigger: {at: 1s}}]\n"
                  "strategies: {s: {steps: [{name: a, action: wait}, {name: b, action: wait, "
                  "success: 1}]}}\n"
                  "users: {u: {places: h1, count: 1, demand: [{level: 1}]}}"),
            "0 no clock start: shifts and demand are those of Thursday, 1 January 1970\n"
            "6 not modelled: memory of: s1, s2\n"
            "6 no management_address, so nobody polls or logs in in band: s1, s2\n"
            "0 nothing detects a fault: no monitoring, and no users with call_after\n"
            "1 not stated which boots clear it (until: {boots: ...}), so its kind decides: f\n"
            "2 not modelled: a failure of these steps of s (no success): a\n");
}

TEST(Notes, TellOfSettingsThatNoLinkUses) {
  const Scenario s = load_text(
      "topology:\n  nodes:\n    a: {kind: switch, memory: 1GiB, management_address: 10.0.0.1, "
      "interfaces: {lo: {address: 10.0.0.1/32}}, ports: {etg1: {vlan: 1}, eth2: {}, po1: {}}, "
      "lags: {po1: {members: [eth2]}}}\n    b: {kind: host, protocols: {rstp: }}\n"
      "  links: [{endpoints: ['a:eth2', 'b:eth0']}]\n");
  const auto all = notes(s);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].text, "protocols stand at nodes that run no switch OS: b");
  EXPECT_EQ(all[1].text, "settings of ports without a link: a:etg1");
}

TEST(Notes, ShippedScenariosHaveNoPortSettingsWithoutALink) {
  const std::filesystem::path folder = SWITCHFAULT_SOURCE_DIR "/scenarios";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    for (const LoadNote& note : notes(load_scenario(file.path().string(), builtin_catalog()))) {
      EXPECT_FALSE(note.text.starts_with("settings of ports without a link"))
          << file.path() << ": " << note.text;
    }
  }
}

}  // namespace
}  // namespace switchfault
