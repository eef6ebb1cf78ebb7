#include "io/syntax_message.h"

#include <gtest/gtest.h>

namespace switchfault {
namespace {

TEST(SyntaxMessage, RewordsByTheBeginning) {
  EXPECT_EQ(reword_syntax_error("illegal map value").message, "a second ': ' in one value");
  EXPECT_EQ(reword_syntax_error("invalid unicode: 55296").message,
            "an escape that is no Unicode character");
  EXPECT_EQ(reword_syntax_error("the referenced anchor is not defined: x").hint,
            "quote the text if the '*' belongs to it");
}

TEST(SyntaxMessage, TellsFlowFromBlock) {
  EXPECT_EQ(reword_syntax_error("end of map not found").message,
            "this does not fit into the map around it");
  EXPECT_EQ(reword_syntax_error("end of map flow not found").message, "expected ',' or '}' here");
}

TEST(SyntaxMessage, ShowsTheUnknownEscape) {
  EXPECT_EQ(reword_syntax_error("unknown escape character: d").message,
            "unknown escape '\\d' in double quotes");
}

TEST(SyntaxMessage, PassesOnWhatItDoesNotKnow) {
  EXPECT_EQ(reword_syntax_error("YAML major version too large").message,
            "YAML major version too large");
  EXPECT_EQ(reword_syntax_error("YAML major version too large").hint, "");
}

}  // namespace
}  // namespace switchfault
