#include <gtest/gtest.h>

#include "io/scenario_text.h"

namespace switchfault {
namespace {

Arguments arguments(const std::string& text) {
  return load_with_network("faults: [{kind: gray_port, select: s1, trigger: {at: 1s}, " + text +
                           "}]")
      .faults[0]
      .arguments;
}

std::string error(const std::string& text) {
  return brief_errors("faults:\n- select: s1\n  trigger: {at: 1s}\n  kind: gray_port\n" + text +
                      kNetwork);
}

const Argument* find(const Arguments& arguments, std::string_view name) {
  for (const Argument& argument : arguments) {
    if (argument.name == name) {
      return &argument;
    }
  }
  return nullptr;
}

TEST(ReadArguments, WrittenOnesKeepTheirTextAndPlace) {
  const Arguments all = arguments("ports: [eth1, eth2], loss: 2%, prefix: 10.0.0.0/8");
  EXPECT_EQ(find(all, "ports")->items, (std::vector<std::string>{"eth1", "eth2"}));
  EXPECT_EQ(find(all, "loss")->text, "2%");
  EXPECT_EQ(find(all, "loss")->at.column, 86U);
  EXPECT_EQ(find(all, "prefix")->text, "10.0.0.0/8");
}

TEST(ReadArguments, AnAssumedQuantityMayHaveARange) {
  const Arguments all =
      arguments("ports: eth1, loss: {value: 2%, basis: assumed, range: [1%, 5%]}");
  EXPECT_EQ(find(all, "loss")->text, "2%");
  EXPECT_EQ(error("  ports: eth1\n  loss: {value: 2%, basis: assumed, range: [3%, 5%]}\n"),
            "6:17 '2%' lies outside of its range [3%, 5%]\n");
  EXPECT_EQ(error("  ports: {value: eth1, basis: assumed, range: [eth0, eth2]}\n"),
            "5:47 this value cannot have a range | numbers, shares, times, dates, rates, sizes and "
            "laws can\n");
}

TEST(ReadArguments, DefaultsAreFilledInAtTheKind) {
  const Arguments all = arguments("ports: eth1");
  EXPECT_EQ(find(all, "ports")->items, std::vector<std::string>{"eth1"});
  EXPECT_EQ(find(all, "every")->text, "1s");
  EXPECT_EQ(find(all, "direction")->text, "both");
  EXPECT_EQ(find(all, "every")->at.column, 17U);
  EXPECT_EQ(find(all, "prefix"), nullptr);  // Optional and without a default.
}

TEST(ReadArguments, AreCheckedAgainstTheCatalogue) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"", "2:3 missing key 'ports'\n"},
      {"  ports: eth1\n  losss: 2%", "6:3 unknown key 'losss' | did you mean 'loss'?\n"},
      {"  ports: eth1\n  loss: 200%", "6:9 expected a share such as 30% or 0.3, found '200%'\n"},
      {"  ports: eth1\n  every: 5",
       "6:10 expected a duration such as 250ms, 90s or 1h30m, found '5' | units must be written, "
       "as in '5s'\n"},
      {"  ports: eth1\n  count: 10", "6:10 this number must be from 1 to 9, found '10'\n"},
      {"  ports: eth1\n  prefix: 10.0.0.1/8",
       "6:11 the prefix '10.0.0.1/8' has host bits set | write 10.0.0.0/8\n"},
      {"  ports: eth1\n  peer: 10.0.0.1/8",
       "6:9 '10.0.0.1/8' has a prefix length | write 10.0.0.1\n"},
      {"  ports: eth1\n  peer: router",
       "6:9 'router' is no address | write 10.0.0.1 or "
       "2001:db8::1\n"},
      {"  ports: eth1\n  below: 10",
       "6:10 expected a rate such as 100Mbps or 10Gbps, found '10' | units must be written, as in "
       "'10Mbps'\n"},
      {"  ports: eth1\n  silent: yes", "6:11 expected true or false, found 'yes' | write 'true'\n"},
      {"  ports: eth1\n  direction: send",
       "6:14 expected both, transmit or receive, found 'send'\n"},
      {"  ports: eth1\n  every: [1s]",
       "6:10 expected a duration such as 250ms, 90s or 1h30m, found a list\n"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(error(c.text), c.message) << c.text;
  }
}

TEST(ReadArguments, AListOfKindsThatIsCutSaysWhereAllAre) {
  Catalog catalog = small_catalog();
  for (char letter = 'a'; letter <= 'p'; ++letter) {
    catalog.actions.push_back({.name = std::string(9, letter), .summary = ""});
  }
  try {
    static_cast<void>(load_scenario_text(
        "s.yaml", "strategies: {x: {steps: [{action: reboot}]}}" + std::string(kNetwork), catalog));
    FAIL() << "there is no reboot";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(", ...; 'switchfault list actions' prints all\n"),
              std::string::npos);
  }
}

TEST(ReadArguments, AnUnknownKindHidesNothingElse) {
  EXPECT_EQ(network_errors("faults: [{kind: memory_leek, select: s1, trigger: {at: 1s}, x: 1}]"),
            "s.yaml:1:17: error: there is no fault 'memory_leek'\n"
            "  faults: [{kind: memory_leek, select: s1, trigger: {at: 1s}, x: 1}]\n"
            "                  ^\n"
            "  did you mean 'memory_leak'?\n");
}

}  // namespace
}  // namespace switchfault
