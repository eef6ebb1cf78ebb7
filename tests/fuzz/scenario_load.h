// What must hold for every text that is loaded as a scenario, whoever wrote it: used by the fuzz
// target and by the ordinary test that reads its corpus.

#ifndef SWITCHFAULT_TESTS_FUZZ_SCENARIO_LOAD_H_
#define SWITCHFAULT_TESTS_FUZZ_SCENARIO_LOAD_H_

#include <exception>
#include <string>
#include <string_view>
#include <utility>

#include <switchfault/catalog.h>
#include <switchfault/diagnostic.h>
#include <switchfault/load.h>
#include <switchfault/run.h>

namespace switchfault {

class ScenarioLoad {
 public:
  // Loads the text with the catalogue of the program; promise() says which promise was broken. A
  // defect of ours that SF_CHECK finds aborts.
  explicit ScenarioLoad(std::string text) : file_{.path = "s.yaml", .text = std::move(text)} {
    try {
      const Scenario scenario = load_scenario_text(file_.path, file_.text, builtin_catalog());
      loaded_ = true;
      for (const LoadNote& note : notes(scenario)) {
        expect(!note.text.empty(), "a note says something");
        expect(in_text(note.at) || !note.at.known(), "a note is about a place in the text");
      }
      begin(scenario);
    } catch (const InputError& error) {
      look_at(error);
    } catch (const std::exception& error) {
      expect(false, error.what());
    }
  }

  [[nodiscard]] bool loaded() const { return loaded_; }
  // The first promise that was broken; empty when all were kept.
  [[nodiscard]] const std::string& promise() const { return promise_; }

 private:
  // Larger worlds take long.
  static constexpr std::size_t kMostNodes = 200;
  static constexpr std::size_t kMostStrategies = 3;

  void expect(bool kept, std::string_view promise) {
    if (!kept && promise_.empty()) {
      promise_ = promise;
    }
  }

  [[nodiscard]] bool in_text(SourcePos at) const {
    return at.known() && at.column >= 1 && at.column <= file_.line(at.line).size() + 1;
  }

  void look_at(const InputError& error) {
    const std::size_t count = error.diagnostics().size();
    expect(count >= 1 && count <= DiagnosticSink::kMaxDiagnostics, "there are 1 to 20 errors");
    expect(*error.what() != '\0', "errors have a text");
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      expect(!diagnostic.message.empty(), "an error has a message");
      expect(in_text(diagnostic.at) || !diagnostic.at.known(),
             "an error is at a place in the text");
    }
  }

  // What loads can be run: each strategy's world is built and does its first events. Only what a
  // seed draws can still be an error, a share of few nodes that is none of them.
  void begin(const Scenario& scenario) {
    if (scenario.topology.nodes.size() > kMostNodes) {
      return;
    }
    RunOptions options;
    options.progress = [](SimTime, SimTime) { return false; };  // Some ten thousand events.
    run(scenario, options);
    for (std::size_t i = 1; i < scenario.strategies.size() && i < kMostStrategies; ++i) {
      options.strategy = scenario.strategies[i].name;
      run(scenario, options);
    }
  }

  SourceFile file_;
  bool loaded_ = false;
  std::string promise_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_FUZZ_SCENARIO_LOAD_H_
