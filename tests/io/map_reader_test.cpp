#include "io/map_reader.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace switchfault {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A file "f.yaml" whose root is read as a map.
struct Reader {
  explicit Reader(std::string text)
      : files{{.path = "f.yaml", .text = std::move(text)}},
        sink(files),
        yaml(YamlFile::parse(0, files[0], {}, sink)),
        map(yaml.root(), {sink, assumptions}) {}

  std::string errors() {
    try {
      sink.throw_if_any();
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }
  // Only the lines with places and messages.
  std::string messages() {
    std::string text;
    try {
      sink.throw_if_any();
    } catch (const InputError& error) {
      for (const Diagnostic& diagnostic : error.diagnostics()) {
        text +=
            fmt::format("{}:{} {}\n", diagnostic.at.line, diagnostic.at.column, diagnostic.message);
      }
    }
    return text;
  }

  std::vector<SourceFile> files;
  DiagnosticSink sink;
  AssumptionLog assumptions;
  YamlFile yaml;
  MapReader map;
};

TEST(MapReader, ReadsValuesWithUnits) {
  Reader in(
      "delay: 1h30m\nrate: 10Gbps\nmemory: 64MiB\nleak: 3MiB/60s\nloss: 30%\nvlan: 4094\n"
      "shape: 1.5\nedge: true\ndate: 2026-03-02T07:40:00+01:00\nos: 4.10\n");
  EXPECT_EQ(in.map.duration("delay"), seconds{5400});
  EXPECT_EQ(in.map.bit_rate("rate")->bits_per_second, 10'000'000'000);
  EXPECT_EQ(in.map.bytes("memory")->count, 67'108'864);
  EXPECT_EQ(in.map.byte_rate("leak"), (ByteRate{.amount = {3'145'728}, .per = seconds{60}}));
  EXPECT_EQ(in.map.share("loss"), 0.3);
  EXPECT_EQ(in.map.integer("vlan", {1, 4094}), 4094);
  EXPECT_EQ(in.map.number("shape"), 1.5);
  EXPECT_EQ(in.map.boolean("edge"), true);
  EXPECT_EQ(in.map.date_time("date"), 1'772'433'600'000'000'000);
  EXPECT_EQ(in.map.text("os"), "4.10");
  in.map.finish();
  EXPECT_EQ(in.errors(), "");
}

TEST(MapReader, LeavesDefaultsWhenAKeyIsMissing) {
  Reader in("a: 5s\n");
  Duration delay = seconds{1};
  Duration other = seconds{2};
  set(delay, in.map.duration("a"));
  set(other, in.map.duration("b"));
  EXPECT_EQ(delay, seconds{5});
  EXPECT_EQ(other, seconds{2});
  EXPECT_EQ(in.errors(), "");
}

TEST(MapReader, SaysWhatWasExpected) {
  Reader in("a: 30\nb: 10G\nc: [1]\nd: {x: 1}\ne:\nf: 5KB/s\ng: 130%\nh: 0x1F\ni: inf\nj: soon\n");
  in.map.duration("a");
  in.map.bit_rate("b");
  in.map.bytes("c");
  in.map.text("d");
  in.map.name("e");
  in.map.byte_rate("f");
  in.map.share("g");
  in.map.integer("h");
  in.map.number("i");
  in.map.date_time("j");
  EXPECT_EQ(in.messages(),
            "1:4 expected a duration such as 250ms, 90s or 1h30m, found '30'\n"
            "2:4 expected a rate such as 100Mbps or 10Gbps, found '10G'\n"
            "3:4 expected a size such as 1500B, 64MiB or 2GB, found a list\n"
            "4:4 expected a text, found a map\n"
            "5:1 expected a name, found nothing\n"
            "6:4 expected an amount in a time such as 3MiB/60s, found '5KB/s'\n"
            "7:4 expected a share such as 30% or 0.3, found '130%'\n"
            "8:4 expected a whole number in decimal digits, found '0x1F'\n"
            "9:4 expected a decimal number, found 'inf'\n"
            "10:4 expected a date and time with offset such as 2026-03-02T07:40:00+01:00, "
            "found 'soon'\n");
}

TEST(MapReader, AsksForTheUnit) {
  Reader in("delay: 30\n");
  EXPECT_EQ(in.map.duration("delay"), std::nullopt);
  EXPECT_EQ(in.errors(),
            "f.yaml:1:8: error: expected a duration such as 250ms, 90s or 1h30m, found '30'\n"
            "  delay: 30\n"
            "         ^\n"
            "  units must be written, as in '30s'\n");
}

TEST(MapReader, NamesBothEndsOfARange) {
  Reader in("vlan: 4095\nparallel: 0\nwait: 2h\nhello: 1ms\nshape: -0.5\nid: 4294967296\n");
  EXPECT_EQ(in.map.integer("vlan", {1, 4094}), std::nullopt);
  EXPECT_EQ(in.map.integer("parallel", {.min = 1}), std::nullopt);
  EXPECT_EQ(in.map.duration("wait", Presence::optional, {seconds{1}, seconds{3600}}), std::nullopt);
  EXPECT_EQ(in.map.duration("hello", Presence::optional, {.min = milliseconds{10}}), std::nullopt);
  EXPECT_EQ(in.map.number("shape", {.min = 0}), std::nullopt);
  EXPECT_EQ(in.map.count("id"), std::nullopt);
  EXPECT_EQ(in.messages(),
            "1:7 this number must be from 1 to 4094, found '4095'\n"
            "2:11 this number must be at least 1, found '0'\n"
            "3:7 this duration must be from 1s to 1h, found '2h'\n"
            "4:8 this duration must be at least 10ms, found '1ms'\n"
            "5:8 this number must be at least 0, found '-0.5'\n"
            "6:5 this number must be from 0 to 4294967295, found '4294967296'\n");
}

TEST(MapReader, TakesOnlyTrueAndFalseAsBooleans) {
  Reader in("a: false\nb: yes\nc: \"true\"\nd: off\ne: maybe\n");
  EXPECT_EQ(in.map.boolean("a"), false);
  EXPECT_EQ(in.map.boolean("b"), std::nullopt);
  EXPECT_EQ(in.map.boolean("c"), std::nullopt);
  EXPECT_EQ(in.map.boolean("d"), std::nullopt);
  EXPECT_EQ(in.map.boolean("e"), std::nullopt);
  EXPECT_EQ(in.errors(),
            "f.yaml:2:4: error: expected true or false, found 'yes'\n"
            "  b: yes\n"
            "     ^\n"
            "  write 'true'\n"
            "f.yaml:3:4: error: expected true or false, found 'true'\n"
            "  c: \"true\"\n"
            "     ^\n"
            "  leave the quotes out\n"
            "f.yaml:4:4: error: expected true or false, found 'off'\n"
            "  d: off\n"
            "     ^\n"
            "  write 'false'\n"
            "f.yaml:5:4: error: expected true or false, found 'maybe'\n"
            "  e: maybe\n"
            "     ^\n");
}

TEST(MapReader, ReadsNamesWithTheirPlaces) {
  Reader in("one: sw1\nmany: [sw1, sw2]\nnone:\nempty: []\nbad: [sw1, {}, \"\"]\n");
  const auto one = in.map.names("one");
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ((*one)[0].text, "sw1");
  EXPECT_EQ((*one)[0].at, (SourcePos{.file = 0, .line = 1, .column = 6}));
  EXPECT_EQ(in.map.texts("many"), (std::vector<std::string>{"sw1", "sw2"}));
  EXPECT_TRUE(in.map.names("none")->empty());
  EXPECT_TRUE(in.map.names("empty")->empty());
  EXPECT_FALSE(in.map.names("bad").has_value());
  EXPECT_EQ(in.messages(),
            "5:12 expected a name, found a map\n"
            "5:16 a name cannot be empty\n");
}

TEST(MapReader, ReadsAChoice) {
  constexpr Choice<BootKind> kBoots[] = {
      {"cold", BootKind::cold}, {"fast", BootKind::fast}, {"power_cycle", BootKind::power_cycle}};
  Reader in("a: fast\nb: powr_cycle\nc: sometimes\nd: {value: cold, basis: assumed}\n");
  EXPECT_EQ(in.map.choice("a", kBoots), BootKind::fast);
  EXPECT_EQ(in.map.choice("b", kBoots), std::nullopt);
  EXPECT_EQ(in.map.choice("c", kBoots), std::nullopt);
  EXPECT_EQ(in.map.choice("d", kBoots), BootKind::cold);
  EXPECT_EQ(in.map.choice("e", kBoots), std::nullopt);
  EXPECT_EQ(in.errors(),
            "f.yaml:2:4: error: expected cold, fast or power_cycle, found 'powr_cycle'\n"
            "  b: powr_cycle\n"
            "     ^\n"
            "  did you mean 'power_cycle'?\n"
            "f.yaml:3:4: error: expected cold, fast or power_cycle, found 'sometimes'\n"
            "  c: sometimes\n"
            "     ^\n");
}

TEST(MapReader, ReportsKeysThatNobodyReads) {
  Reader in("delay: 5ms\nrte: 10Gbps\nx-note: hi\ncolour: red\nlink: {loss:1%}\n");
  in.map.duration("delay");
  in.map.bit_rate("rate");
  in.map.ignore("x-note");
  MapReader link(*in.map.optional("link"), in.map.reading());
  link.share("loss");
  link.finish();
  in.map.finish();
  EXPECT_EQ(in.errors(),
            "f.yaml:2:1: error: unknown key 'rte'\n"
            "  rte: 10Gbps\n"
            "  ^\n"
            "  did you mean 'rate'?\n"
            "f.yaml:4:1: error: unknown key 'colour'\n"
            "  colour: red\n"
            "  ^\n"
            "  known: delay, rate, x-note, link\n"
            "f.yaml:5:8: error: unknown key 'loss:1%'\n"
            "  link: {loss:1%}\n"
            "         ^\n"
            "  a blank must follow the colon\n");
}

TEST(MapReader, NamesTheMissingKeyAtItsMap) {
  Reader in("fault:\n  select: x\n");
  MapReader fault(*in.map.required("fault"), in.map.reading());
  EXPECT_FALSE(fault.required("kind").has_value());
  EXPECT_FALSE(fault.duration("after", Presence::required).has_value());
  EXPECT_TRUE(fault.has("select"));
  EXPECT_EQ(in.errors(),
            "f.yaml:2:3: error: missing key 'kind'\n"
            "    select: x\n"
            "    ^\n"
            "f.yaml:2:3: error: missing key 'after'\n"
            "    select: x\n"
            "    ^\n");
}

TEST(MapReader, ReadsNothingFromWhatIsNoMap) {
  Reader in("- a\n- b\n");
  EXPECT_EQ(in.map.required("kind"), std::nullopt);
  EXPECT_TRUE(in.map.items("kind").empty());
  in.map.error_of_map("one of two keys is needed");
  in.map.finish();
  EXPECT_EQ(in.messages(), "1:1 expected a map (key: value), found a list\n");

  Reader nothing("sw1:\n");
  MapReader empty(*nothing.map.optional("sw1"), nothing.map.reading());
  EXPECT_EQ(empty.optional("os"), std::nullopt);
  empty.finish();
  EXPECT_EQ(nothing.errors(), "");
  empty.error_of_map("one of two keys is needed");
  EXPECT_EQ(nothing.messages(), "1:1 one of two keys is needed\n");
}

TEST(MapReader, WalksListsAndMapsInFileOrder) {
  Reader in("l: [b, a]\nm: {y: 1, x: 2}\nnull_list:\nwrong: 5\n");
  std::string seen;
  for (const YamlCursor item : in.map.items("l")) {
    seen += item.text();
  }
  for (const auto [key, value] : in.map.entries("m")) {
    seen += fmt::format(" {}={}", key.text(), value.text());
  }
  EXPECT_EQ(seen, "ba y=1 x=2");
  EXPECT_TRUE(in.map.items("null_list").empty());
  EXPECT_TRUE(in.map.items("missing").empty());
  EXPECT_TRUE(in.map.entries("missing").empty());
  EXPECT_TRUE(in.map.items("wrong").empty());
  EXPECT_TRUE(in.map.entries("wrong").empty());
  EXPECT_EQ(in.messages(),
            "4:8 expected a list, found '5'\n"
            "4:8 expected a map (key: value), found '5'\n");
}

TEST(MapReader, RecordsWhereValuesComeFrom) {
  Reader in(
      "people:\n"
      "  field: {count: {value: 4, basis: assumed}}\n"
      "boot: {value: 3m, basis: reported, source: \"vendor guide\", calibrated: true}\n"
      "sites: {value: [a, b], basis: derived}\n");
  EXPECT_EQ(in.map.duration("boot"), seconds{180});
  EXPECT_EQ(in.map.duration("boot"), seconds{180});  // Read again, recorded once.
  EXPECT_EQ(in.map.texts("sites"), (std::vector<std::string>{"a", "b"}));
  const YamlCursor field = *in.yaml.root().find("people")->find("field");
  EXPECT_EQ(MapReader(field, in.map.reading()).count("count"), 4U);
  EXPECT_EQ(in.errors(), "");
  std::string recorded;
  for (const Assumption& a : in.assumptions.take()) {
    recorded +=
        fmt::format("{}:{} {}={} basis {} '{}'{}\n", a.at.line, a.at.column, a.path, a.value,
                    static_cast<int>(a.basis), a.source, a.calibrated ? " calibrated" : "");
  }
  EXPECT_EQ(recorded,
            "2:18 people.field.count=4 basis 2 ''\n"
            "3:7 boot=3m basis 0 'vendor guide' calibrated\n"
            "4:8 sites=[a, b] basis 1 ''\n");
  EXPECT_TRUE(in.assumptions.take().empty());
}

TEST(MapReader, RecordsTheRangeOfAnAssumption) {
  Reader in("a: {value: 20m, basis: assumed, range: [10m, 40m]}\nb: {value: 5, basis: assumed}\n");
  EXPECT_EQ(in.map.duration("a"), minutes{20});
  EXPECT_EQ(in.map.count("b"), 5U);
  EXPECT_EQ(in.errors(), "");
  const std::vector<Assumption> all = in.assumptions.take();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].low, "10m");
  EXPECT_EQ(all[0].high, "40m");
  EXPECT_EQ(all[0].range_at, (SourcePos{0, 1, 40}));
  EXPECT_FALSE(all[1].range_at.known());
}

TEST(MapReader, TakesTheEndOfARangeThatItIsToldTo) {
  Reader in("a: &a {value: 20m, basis: assumed, range: [10m, 40m]}\nb: *a\nc: 7m\n");
  in.assumptions = AssumptionLog(RangeEnd{.range_at = {0, 1, 43}, .high = true});
  EXPECT_EQ(in.map.duration("a"), minutes{40});
  EXPECT_EQ(in.map.duration("b"), minutes{40});  // One assumption, named twice.
  EXPECT_EQ(in.map.duration("c"), minutes{7});
  EXPECT_EQ(in.assumptions.take().front().value, "40m");
}

TEST(MapReader, RefusesRangesOfAnotherForm) {
  Reader in(
      "a: {value: 5, basis: assumed, range: [6, 9]}\n"
      "b: {value: 5, basis: assumed, range: [9, 1]}\n"
      "c: {value: 5, basis: assumed, range: 4..6}\n"
      "d: {value: 5, basis: assumed, range: [1, 2, 9]}\n"
      "e: {value: 5, basis: reported, range: [1, 9]}\n"
      "f: {value: 5, basis: assumed, range: [1m, 9]}\n"
      "g: {value: x, basis: assumed, range: [a, z]}\n"
      "h: {value: 5, basis: assumed, range: [-1, 9]}\n");
  for (const char* key : {"a", "b", "c", "d", "e", "f", "h"}) {
    in.map.count(key);
  }
  in.map.text("g");
  EXPECT_EQ(in.messages(),
            "1:12 '5' lies outside of its range [6, 9]\n"
            "2:38 the range [9, 1] does not rise\n"
            "3:38 expected two values, found '4..6'\n"
            "4:38 expected two values, found a list\n"
            "5:39 only an assumed value has a range\n"
            "6:39 expected a whole number in decimal digits, found '1m'\n"
            "7:38 this value cannot have a range\n"
            "8:39 this number must be from 0 to 4294967295, found '-1'\n");
}

TEST(MapReader, ChecksTheFormOfAnAssumption) {
  Reader in("a: {value: 4, source: x}\nb: {value: 5, basis: guessed, sourced: x}\n");
  EXPECT_EQ(in.map.count("a"), std::nullopt);
  EXPECT_EQ(in.map.count("b"), 5U);
  EXPECT_EQ(in.errors(),
            "f.yaml:1:4: error: expected a whole number in decimal digits, found a map\n"
            "  a: {value: 4, source: x}\n"
            "     ^\n"
            "  a map with 'value' also needs 'basis' (reported, derived or assumed)\n"
            "f.yaml:2:22: error: expected reported, derived or assumed, found 'guessed'\n"
            "  b: {value: 5, basis: guessed, sourced: x}\n"
            "                       ^\n"
            "f.yaml:2:31: error: unknown key 'sourced'\n"
            "  b: {value: 5, basis: guessed, sourced: x}\n"
            "                                ^\n"
            "  did you mean 'source'?\n");
}

TEST(MapReader, PointsLateErrorsAtTheValueOrTheMap) {
  Reader in("node: sw9\n");
  in.map.error("node", "no node 'sw9'", "did you mean 'sw8'?");
  in.map.error("port", "a port is needed here");
  EXPECT_EQ(in.messages(), "1:1 a port is needed here\n1:7 no node 'sw9'\n");
}

}  // namespace
}  // namespace switchfault
