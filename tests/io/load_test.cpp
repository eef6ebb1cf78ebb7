#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/load.h>

#include "fuzz/scenario_load.h"
#include "io/scenario_text.h"

namespace switchfault {
namespace {

const std::string kData = std::string(SWITCHFAULT_SOURCE_DIR) + "/tests/data/";

// A folder of its own for the files of a test.
class Load : public ::testing::Test {
 protected:
  Load() : folder_(std::filesystem::path(::testing::TempDir()) / unique_name()) {
    std::filesystem::create_directories(folder_);
  }
  ~Load() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) {
    const std::string path = (folder_ / name).string();
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << text;
    return path;
  }
  // What is printed, the folder of the test left out.
  std::string errors(const std::string& path) {
    try {
      load_file(path, small_catalog());
    } catch (const InputError& error) {
      std::string text = error.what();
      const std::string prefix = folder_.string() + "/";
      for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
      return text;
    }
    return "";
  }

 private:
  static std::string unique_name() {
    return std::string("switchfault_load_") +
           ::testing::UnitTest::GetInstance()->current_test_info()->name();
  }
  std::filesystem::path folder_;
};

TEST_F(Load, FilesOfContainerlabLoadAsTheyAre) {
  const struct {
    const char* name;
    std::size_t nodes, links;
  } cases[] = {{"br01", 4, 3}, {"clos01", 5, 4}, {"clos02", 14, 16}, {"frr01", 6, 6}};
  for (const auto& c : cases) {
    const Scenario s = load_topology(kData + "clab/" + c.name + ".clab.yml", small_catalog());
    EXPECT_EQ(s.topology.name, c.name);
    EXPECT_EQ(s.topology.nodes.size(), c.nodes) << c.name;
    EXPECT_EQ(s.topology.links.size(), c.links) << c.name;
    EXPECT_TRUE(s.faults.empty());
  }
}

TEST_F(Load, AScenarioFindsItsTopologyBesideIt) {
  write("networks/lab.yaml",
        std::string("name: lab") + kNetwork + "services: {web: {endpoints: h1, depends: none}}\n");
  const std::string path = write("night.yaml",
                                 "title: a night\ntopology: networks/lab.yaml\n"
                                 "users: {u: {places: h2, count: 1, uses: web}}\n");
  const Scenario s = load_file(path, small_catalog());
  EXPECT_EQ(s.title, "a night");
  EXPECT_EQ(s.topology.name, "lab");
  EXPECT_EQ(s.services[0].name, "web");
  ASSERT_EQ(s.files.size(), 2U);
  EXPECT_EQ(s.users[0].at.file, 0U);
  EXPECT_EQ(s.services[0].at.file, 1U);
}

TEST_F(Load, ErrorsOfBothFilesAreTold) {
  write("lab.yaml", "name: lab\ntopology:\n  nodes:\n    a: {kind: hots}\n");
  const std::string path = write("night.yaml", "topology: lab.yaml\nseed: -1\n");
  EXPECT_EQ(errors(path),
            "night.yaml:2:7: error: this number must be at least 0, found '-1'\n"
            "  seed: -1\n"
            "        ^\n"
            "lab.yaml:4:15: error: there is no kind 'hots' of node\n"
            "      a: {kind: hots}\n"
            "                ^\n"
            "  did you mean 'host'?\n");
}

TEST_F(Load, AMissingTopologyIsNamedAtItsLine) {
  const std::string path = write("night.yaml", "title: x\ntopology: lab.yaml\n");
  EXPECT_EQ(errors(path),
            "night.yaml:2:11: error: there is no file 'lab.yaml'\n"
            "  topology: lab.yaml\n"
            "            ^\n"
            "  a path is relative to the folder of the file that names it\n");
}

TEST_F(Load, ATopologyIsNoScenario) {
  const std::string path = write("t.yaml", std::string("name: t") + kNetwork);
  try {
    static_cast<void>(load_scenario(path, small_catalog()));
    FAIL() << "a topology file was taken for a scenario";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("this is a topology file, a scenario is needed"),
              std::string::npos);
  }
}

TEST_F(Load, EitherSortOfFileIsTold) {
  const std::string topology = write("t.yaml", std::string("name: t") + kNetwork);
  const std::string inline_one = write("s.yaml", std::string("seed: 3") + kNetwork);
  EXPECT_EQ(load_file(topology, small_catalog()).title, "t");
  EXPECT_EQ(load_file(inline_one, small_catalog()).seed, 3U);
}

TEST_F(Load, ATemplateIsNotRendered) {
  EXPECT_EQ(errors(write("x.clab.gotmpl", "name: {{ .Name }}\n")),
            "error: 'x.clab.gotmpl' is a template\n  render it first, then load the result\n");
}

TEST_F(Load, AScenarioInMemoryHasItsTopologyInside) {
  EXPECT_EQ(brief_errors("topology: lab.yaml\n"),
            "1:11 a scenario in memory cannot name a topology file | write the topology here\n");
  EXPECT_EQ(load_text(std::string("title: x") + kNetwork).topology.nodes.size(), 4U);
}

TEST_F(Load, ALargeFileIsRefusedBeforeItIsRead) {
  const std::string path = write("big.yaml", std::string(1000, '#'));
  LoadOptions options;
  options.max_input_bytes = 999;
  EXPECT_THROW(load_file(path, small_catalog(), options), InputError);
}

TEST_F(Load, AssumptionsOfBothFilesAreKeptInOrder) {
  const Scenario s = load_text(
      "seed: {value: 7, basis: derived, source: dice}\n"
      "topology:\n  nodes:\n    a: {kind: switch, memory: {value: 1GiB, basis: assumed}}\n");
  ASSERT_EQ(s.assumptions.size(), 2U);
  EXPECT_EQ(s.seed, 7U);
  EXPECT_EQ(s.assumptions[0].path, "seed");
  EXPECT_EQ(s.assumptions[1].path, "topology.nodes.a.memory");
  EXPECT_EQ(s.assumptions[1].value, "1GiB");
}

// The fuzzer's corpus: a small file for each thing that a whole scenario can do wrong, and some
// that are good ("ok_").
TEST(LoadCorpus, KeepsEveryPromise) {
  std::size_t files = 0;
  const std::string folder = SWITCHFAULT_SOURCE_DIR "/tests/fuzz/corpus/scenario";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const ScenarioLoad load(std::string{std::istreambuf_iterator<char>(stream), {}});
    const std::string name = entry.path().filename().string();
    EXPECT_EQ(load.promise(), "") << name;
    EXPECT_EQ(load.loaded(), name.starts_with("ok_")) << name;
    ++files;
  }
  EXPECT_GT(files, 30U);
}

}  // namespace
}  // namespace switchfault
