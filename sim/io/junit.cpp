// JUnit XML: one test case an expectation, for continuous integration.

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include <switchfault/report.h>

namespace switchfault {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        // XML 1.0 has no place for other control characters.
        result += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return result;
}

std::string test_case(const Report& report, const ExpectationReport& expectation) {
  std::string text = fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"0\"",
                                 escaped(report.strategy.empty() ? "run" : report.strategy),
                                 escaped(expectation.name));
  if (!expectation.judged) {
    return text +
           fmt::format("><skipped message=\"{}\"/></testcase>\n", escaped(expectation.observed));
  }
  if (expectation.held) {
    return text + "/>\n";
  }
  return text +
         fmt::format("><failure message=\"{}\"/></testcase>\n", escaped(expectation.observed));
}

}  // namespace

std::string junit_xml(const Report& report) {
  std::vector<ExpectationReport> cases = report.expectations;
  for (const FaultReport& fault : report.faults) {
    if (fault.not_sprung) {
      cases.push_back({.name = "latent fault " + fault.name + " is sprung",
                       .judged = false,
                       .observed = "the strategy avoided it"});
      continue;
    }
    cases.push_back({.name = "fault " + fault.name + " is exercised",
                     .held = fault.exercised,
                     .observed = fault.exercised ? "" : "it changed nothing"});
  }
  const auto failures = std::count_if(
      cases.begin(), cases.end(), [](const ExpectationReport& e) { return e.judged && !e.held; });
  const auto skipped = std::count_if(cases.begin(), cases.end(),
                                     [](const ExpectationReport& e) { return !e.judged; });
  std::string text = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n"
      "  <properties><property name=\"seed\" value=\"{}\"/>"
      "<property name=\"fingerprint\" value=\"{}\"/></properties>\n",
      escaped(report.title), cases.size(), failures, skipped, report.seed, report.fingerprint);
  for (const ExpectationReport& expectation : cases) {
    text += test_case(report, expectation);
  }
  return text + "</testsuite>\n";
}

}  // namespace switchfault
