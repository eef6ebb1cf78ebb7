#include <gtest/gtest.h>

#include <switchfault/report.h>

namespace switchfault {
namespace {

TEST(Junit, OneCaseAnExpectationAndAFault) {
  Report report;
  report.title = "a <b> & \"c\"";
  report.seed = 7;
  report.fingerprint = "ff";
  report.expectations = {{.name = "held", .held = true},
                         {.name = "broken", .held = false, .observed = "down"},
                         {.name = "other", .judged = false, .observed = "for strategy x"}};
  report.faults = {{.name = "late", .exercised = false},
                   {.name = "asleep", .latent = true, .not_sprung = true}};
  EXPECT_EQ(junit_xml(report), R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="a &lt;b&gt; &amp; &quot;c&quot;" tests="5" failures="2" skipped="2">
  <properties><property name="seed" value="7"/>)"
                               R"(<property name="fingerprint" value="ff"/></properties>
  <testcase classname="run" name="held" time="0"/>
  <testcase classname="run" name="broken" time="0"><failure message="down"/></testcase>
  <testcase classname="run" name="other" time="0"><skipped message="for strategy x"/></testcase>
  <testcase classname="run" name="fault late is exercised" time="0">)"
                               R"(<failure message="it changed nothing"/></testcase>
  <testcase classname="run" name="latent fault asleep is sprung" time="0">)"
                               R"(<skipped message="the strategy avoided it"/></testcase>
</testsuite>
)");
}

}  // namespace
}  // namespace switchfault
