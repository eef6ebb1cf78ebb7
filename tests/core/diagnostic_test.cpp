#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <switchfault/diagnostic.h>

namespace switchfault {
namespace {

Diagnostic diagnostic(std::string line, std::uint32_t column, std::string hint = {}) {
  return {.at = {.file = 0, .line = 3, .column = column},
          .path = "net.yaml",
          .source_line = std::move(line),
          .message = "unknown key 'delya'",
          .hint = std::move(hint)};
}

TEST(Diagnostic, LooksLikeACompilersError) {
  EXPECT_EQ(format_diagnostic(diagnostic("    delya: 5ms", 5, "did you mean 'delay'?")),
            "net.yaml:3:5: error: unknown key 'delya'\n"
            "      delya: 5ms\n"
            "      ^\n"
            "  did you mean 'delay'?\n");
}

TEST(Diagnostic, NamesTheFileAloneWhenNoPlaceIsKnown) {
  Diagnostic whole_file = diagnostic("", 0);
  whole_file.at = {};
  EXPECT_EQ(format_diagnostic(whole_file), "net.yaml: error: unknown key 'delya'\n");
  whole_file.path.clear();
  EXPECT_EQ(format_diagnostic(whole_file), "error: unknown key 'delya'\n");
}

TEST(Diagnostic, ExpandsTabsInLineAndCaretAlike) {
  EXPECT_EQ(format_diagnostic(diagnostic("a\tb\tdelya: 1", 5)),
            "net.yaml:3:5: error: unknown key 'delya'\n"
            "  a   b   delya: 1\n"
            "          ^\n");
}

TEST(Diagnostic, CountsCharactersAndShowsWideOnesInLine) {
  // Two bytes each in the first word, three bytes and two columns each in the second.
  EXPECT_EQ(format_diagnostic(diagnostic("äöü 漢字 delya", 15)),
            "net.yaml:3:8: error: unknown key 'delya'\n"
            "  äöü 漢字 delya\n"
            "           ^\n");
}

TEST(Diagnostic, ShowsWhatATerminalWouldObey) {
  EXPECT_EQ(format_diagnostic(diagnostic("a\x1B[31m\xE2\x80\xAE \xFF\xC3 x", 14)),
            "net.yaml:3:12: error: unknown key 'delya'\n"
            "  a\\x1B[31m\\u202E \\xFF\\xC3 x\n"
            "                           ^\n");
}

TEST(Diagnostic, KeepsTheMessageOnOneLine) {
  Diagnostic odd = diagnostic("x", 1, "did you\nmean?");
  odd.message = "unknown key 'a\nb'";
  EXPECT_EQ(format_diagnostic(odd),
            "net.yaml:3:1: error: unknown key 'a\\x0Ab'\n"
            "  x\n"
            "  ^\n"
            "  did you\\x0Amean?\n");
}

TEST(Diagnostic, ShowsALineOf120ColumnsWhole) {
  const std::string line(120, 'x');
  EXPECT_EQ(format_diagnostic(diagnostic(line, 120)),
            "net.yaml:3:120: error: unknown key 'delya'\n"
            "  " +
                line + "\n" + "  " + std::string(119, ' ') + "^\n");
}

TEST(Diagnostic, ClipsALongLineAroundTheColumn) {
  const std::string line = std::string(1000, 'a') + "B" + std::string(1000, 'c');
  EXPECT_EQ(format_diagnostic(diagnostic(line, 1001)),
            "net.yaml:3:1001: error: unknown key 'delya'\n"
            "  ..." +
                std::string(80, 'a') + "B" + std::string(36, 'c') + "...\n" + "  " +
                std::string(83, ' ') + "^\n");
  EXPECT_EQ(format_diagnostic(diagnostic(line, 1)),
            "net.yaml:3:1: error: unknown key 'delya'\n"
            "  " +
                std::string(120, 'a') + "...\n" + "  ^\n");
  EXPECT_EQ(format_diagnostic(diagnostic(line, 2001)),
            "net.yaml:3:2001: error: unknown key 'delya'\n"
            "  ..." +
                std::string(81, 'c') + "\n" + "  " + std::string(83, ' ') + "^\n");
}

TEST(Diagnostic, NeverBreaksACharacterWhenItClips) {
  std::string line;
  for (int i = 0; i < 1000; ++i) {
    line += "ä";
  }
  const std::string text = format_diagnostic(diagnostic(line, 1001));
  EXPECT_EQ(text.find("\\x"), std::string::npos);
  EXPECT_EQ(text.find("net.yaml:3:501: "), 0U);
}

TEST(Diagnostic, PointsBehindTheLineWhenSomethingIsMissingThere) {
  EXPECT_EQ(format_diagnostic(diagnostic("a: [1", 99)),
            "net.yaml:3:6: error: unknown key 'delya'\n"
            "  a: [1\n"
            "       ^\n");
}

TEST(SourceFile, GivesLinesWithoutTheirEnds) {
  const SourceFile file{.path = "f",
                        .text =
                            "\xEF\xBB\xBF"
                            "first\r\nsecond\n\nlast"};
  EXPECT_EQ(file.line(0), "");
  EXPECT_EQ(file.line(1), "first");
  EXPECT_EQ(file.line(2), "second");
  EXPECT_EQ(file.line(3), "");
  EXPECT_EQ(file.line(4), "last");
  EXPECT_EQ(file.line(5), "");
}

std::string thrown_text(DiagnosticSink& sink) {
  try {
    sink.throw_if_any();
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing thrown";
}

TEST(DiagnosticSink, ThrowsEverythingInOrderOfThePlace) {
  const std::vector<SourceFile> files = {{.path = "a.yaml", .text = "one\ntwo\n"},
                                         {.path = "b.yaml", .text = "three\n"}};
  DiagnosticSink sink(files);
  EXPECT_TRUE(sink.empty());
  sink.error({.file = 1, .line = 1, .column = 2}, "third");
  sink.error({.file = 0, .line = 2, .column = 1}, "second");
  sink.error({.file = 0, .line = 1, .column = 3}, "first", "like this");
  sink.error({.file = 0, .line = 2, .column = 1}, "second");
  EXPECT_FALSE(sink.empty());
  EXPECT_EQ(thrown_text(sink),
            "a.yaml:1:3: error: first\n"
            "  one\n"
            "    ^\n"
            "  like this\n"
            "a.yaml:2:1: error: second\n"
            "  two\n"
            "  ^\n"
            "b.yaml:1:2: error: third\n"
            "  three\n"
            "   ^\n");
  EXPECT_EQ(thrown_text(sink), "nothing thrown");
}

TEST(DiagnosticSink, CountsWhatItDoesNotShow) {
  const std::vector<SourceFile> files = {{.path = "a.yaml", .text = ""}};
  DiagnosticSink sink(files);
  for (std::uint32_t i = 1; i <= 23; ++i) {
    sink.error({.file = 0, .line = i, .column = 1}, "wrong");
  }
  const std::string text = thrown_text(sink);
  EXPECT_EQ(text.substr(text.find("a.yaml:20:1")),
            "a.yaml:20:1: error: wrong\n"
            "3 more errors not shown\n");
}

TEST(InQuotes, ClipsAtCharacters) {
  EXPECT_EQ(in_quotes("eth1"), "'eth1'");
  EXPECT_EQ(in_quotes(std::string(60, 'x')), "'" + std::string(60, 'x') + "'");
  EXPECT_EQ(in_quotes(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
  EXPECT_EQ(in_quotes(std::string(59, 'x') + "äö"), "'" + std::string(59, 'x') + "ä...'");
}

TEST(Suggestion, NamesTheNearestOrAll) {
  const std::vector<std::string_view> keys = {"delay", "rate", "loss", "endpoints", "id"};
  EXPECT_EQ(suggestion("delya", keys), "did you mean 'delay'?");  // Neighbours swapped.
  EXPECT_EQ(suggestion("dela", keys), "did you mean 'delay'?");   // One is missing.
  EXPECT_EQ(suggestion("endpointss", keys), "did you mean 'endpoints'?");
  EXPECT_EQ(suggestion("endpiont", keys), "did you mean 'endpoints'?");  // Two of a third.
  EXPECT_EQ(suggestion("Rate", keys), "did you mean 'rate'?");
  EXPECT_EQ(suggestion("ip", keys), "did you mean 'id'?");
  EXPECT_EQ(suggestion("bandwidth", keys), "known: delay, rate, loss, endpoints, id");
  EXPECT_EQ(suggestion("", keys), "known: delay, rate, loss, endpoints, id");
  EXPECT_EQ(suggestion("delya", {}), "");
}

TEST(Suggestion, ListsTwelveNames) {
  const std::vector<std::string_view> known = {"n01", "n02", "n03", "n04", "n05", "n06", "n07",
                                               "n08", "n09", "n10", "n11", "n12", "n13"};
  EXPECT_EQ(suggestion("bandwidth", known),
            "known: n01, n02, n03, n04, n05, n06, n07, n08, n09, n10, n11, n12, ...");
  EXPECT_EQ(suggestion(std::string(1'000'000, 'n'), {"n01"}), "known: n01");
}

}  // namespace
}  // namespace switchfault
