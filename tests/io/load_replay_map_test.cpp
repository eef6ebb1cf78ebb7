#include <cstdio>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/replay.h>

namespace switchfault {
namespace {

// A file that is gone when the test is.
class MapFile {
 public:
  explicit MapFile(const std::string& text) : path_(::testing::TempDir() + "replay_map.yaml") {
    std::ofstream(path_) << text;
  }
  ~MapFile() { std::remove(path_.c_str()); }
  MapFile(const MapFile&) = delete;
  MapFile& operator=(const MapFile&) = delete;

  [[nodiscard]] ReplayMap load() const { return load_replay_map(path_); }
  // "line:column message | hint" of each error.
  [[nodiscard]] std::string errors() const {
    std::string all;
    try {
      static_cast<void>(load());
    } catch (const InputError& error) {
      for (const Diagnostic& d : error.diagnostics()) {
        all += std::to_string(d.at.line) + ":" + std::to_string(d.at.column) + " " + d.message +
               (d.hint.empty() ? "" : " | " + d.hint) + "\n";
      }
    }
    return all;
  }

 private:
  std::string path_;
};

TEST(LoadReplayMapTest, ReadsRulesInTheirOrder) {
  const ReplayMap map = MapFile(R"(map:
  - {address: 10.0.0.7, to: desk}
  - {prefix: 2001:db8::/32, vlan: 12, to: [a, b]}
  - {mac: "02:00:5e:10:00:01", to: web, as: 203.0.113.80}
  - {prefix: 224.0.0.0/4, to: none}
ports: {80: 443, 8080: 443}
automatic: false
)")
                            .load();
  ASSERT_EQ(map.rules.size(), 4U);
  EXPECT_EQ(map.rules[0].prefix, "10.0.0.7/32");
  EXPECT_EQ(map.rules[0].to[0].text, "desk");
  EXPECT_EQ(map.rules[0].at.line, 2U);
  EXPECT_EQ(map.rules[1].prefix, "2001:db8::/32");
  EXPECT_EQ(map.rules[1].vlan, 12);
  EXPECT_EQ(map.rules[1].to.size(), 2U);
  EXPECT_EQ(map.rules[2].mac, "02:00:5e:10:00:01");
  EXPECT_EQ(map.rules[2].as, "203.0.113.80");
  EXPECT_TRUE(map.rules[3].to.empty());
  EXPECT_EQ(map.ports.at(8080), 443);
  EXPECT_FALSE(map.automatic);
}

TEST(LoadReplayMapTest, EmptyMapLeavesEverythingToRoles) {
  const ReplayMap map = MapFile("map: []\n").load();
  EXPECT_TRUE(map.rules.empty());
  EXPECT_TRUE(map.automatic);
}

TEST(LoadReplayMapTest, AllErrorsAreToldWithTheirPlaces) {
  const MapFile file(R"(map:
  - {adress: 10.0.0.7, to: desk}
  - {prefix: 10.0.0.7/24, to: desk}
  - {mac: "02-00", to: desk}
  - {vlan: 5000, to: desk}
  - {address: 10.0.0.300}
  - {address: 10.0.0.1, prefix: 10.0.0.0/8, to: []}
ports: {http: 443}
)");
  EXPECT_EQ(file.errors(),
            "2:6 unknown key 'adress' | did you mean 'address'?\n"
            "3:14 the prefix '10.0.0.7/24' has host bits set | write 10.0.0.0/24\n"
            "4:11 '02-00' is no MAC address | write \"02:00:5e:10:00:01\"\n"
            "5:12 this number must be from 1 to 4094, found '5000'\n"
            "6:5 missing key 'to'\n"
            "6:15 '10.0.0.300' is no address | write 10.0.0.1 or 2001:db8::1\n"
            "7:15 a rule has a prefix or an address, not both\n"
            "7:49 a rule needs a host, or none\n"
            "8:9 expected a whole number in decimal digits, found 'http'\n");
}

TEST(LoadReplayMapTest, MissingFileIsNamed) {
  EXPECT_THROW(load_replay_map("no-such-map.yaml"), InputError);
}

TEST(LoadReplayMapTest, WhatIsWrittenCanBeReadAgain) {
  ReplayReport report;
  report.mapping = {{.recorded = "10.0.0.7", .node = "desk", .role = "client", .why = "users"},
                    {.recorded = "2001:db8::7",
                     .vlan = 12,
                     .node = "web",
                     .address = "10.0.0.80",
                     .role = "server",
                     .why = "serves tcp 443"},
                    {.recorded = "02:00:5e:10:00:01", .role = "client", .why = "no rule"}};
  report.ports = {{80, 443}};
  const std::string text = replay_map_text(report);
  EXPECT_NE(text.find("  - {address: \"10.0.0.7\", to: \"desk\"}  # client: users\n"),
            std::string::npos);
  const ReplayMap map = MapFile(text).load();
  ASSERT_EQ(map.rules.size(), 3U);
  EXPECT_EQ(map.rules[1].prefix, "2001:db8::7/128");
  EXPECT_EQ(map.rules[1].vlan, 12);
  EXPECT_EQ(map.rules[1].as, "10.0.0.80");
  EXPECT_TRUE(map.rules[2].to.empty());
  EXPECT_EQ(map.rules[2].mac, "02:00:5e:10:00:01");
  EXPECT_EQ(map.ports.at(80), 443);
}

}  // namespace
}  // namespace switchfault
