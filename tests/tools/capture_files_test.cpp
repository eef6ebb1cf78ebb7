// `--capture NODE:PORT=FILE.pcapng` of run and replay.

#include <filesystem>
#include <map>
#include <string>

#include <gtest/gtest.h>

#include <switchfault/capture.h>

#include "tools/program_lab.h"

namespace switchfault {
namespace {

class CaptureFilesTest : public ProgramLab {
 protected:
  CaptureFilesTest() {
    write("test.yaml", R"(clock: {warm_up: 1m, duration: 10s}
topology:
  nodes:
    a: {kind: host, address: 10.0.0.1/24}
    b: {kind: host, address: 10.0.0.2/24}
    s: {kind: switch}
  links:
    - {endpoints: ["a:eth0", "s:eth1"], rate: 1Gbps}
    - {endpoints: ["b:eth0", "s:eth2"], rate: 1Gbps}
traffic:
  load: {from: a, to: b, rate: 8kbps, size: 100B}
faults:
  - {name: cut, kind: port_shutdown, select: s, ports: [eth2], trigger: {at: 5s}}
)");
  }
};

TEST_F(CaptureFilesTest, RunWritesWhatPassesAndWhatIsDropped) {
  const Result result =
      shell("$P run test.yaml --quiet --capture s:eth1=one.pcapng --capture s:eth2=two.pcapng");
  EXPECT_EQ(result.status, 0) << result.err;
  const auto lengths = [&](const std::string& file) {
    const auto source = open_capture(path(file));
    RecordedPacket packet;
    std::map<std::uint64_t, int> counts;
    while (source->next(packet)) {
      ++counts[packet.length];
    }
    EXPECT_EQ(source->end().how, CaptureEnd::How::complete);
    return counts;
  };
  // 60: the question for the address and its answer.
  EXPECT_EQ(lengths("one.pcapng"), (std::map<std::uint64_t, int>{{60, 2}, {96, 100}}));
  EXPECT_EQ(lengths("two.pcapng"), (std::map<std::uint64_t, int>{{60, 2}, {96, 50}}));
}

TEST_F(CaptureFilesTest, RefusesWhatItCannotCaptureAndLeavesNoFile) {
  const auto said = [&](const std::string& place) {
    const Result result = shell("$P run test.yaml --quiet --capture " + place);
    EXPECT_EQ(result.status, 2) << place;
    return result.err;
  };
  EXPECT_EQ(said("s:eth1"), "switchfault: --capture takes NODE:PORT=FILE.pcapng, not 's:eth1'\n");
  EXPECT_NE(said("s:eth3=x.pcapng").find("s has no port 'eth3'"), std::string::npos);
  EXPECT_NE(said("t:eth1=x.pcapng").find("there is no node 't'"), std::string::npos);
  EXPECT_EQ(said("s:eth1=missing/x.pcapng"),
            "switchfault: cannot write missing/x.pcapng: No such file or directory\n");
  EXPECT_FALSE(std::filesystem::exists(path("x.pcapng")));
}

TEST_F(CaptureFilesTest, ResultsThatCannotBeWrittenAreSaidBeforeTheRun) {
  const auto said = [&](const std::string& command) {
    const Result result = shell("$P " + command + " --set clock.duration=100000h");
    EXPECT_EQ(result.status, 2) << command;
    EXPECT_EQ(result.out, "") << command;
    return result.err;
  };
  const std::string expected = "switchfault: cannot write no/x: No such file or directory\n";
  for (const char* option : {"--journal", "--events", "--junit"}) {
    EXPECT_EQ(said(std::string("run test.yaml ") + option + " no/x"), expected);
    EXPECT_EQ(said(std::string("replay test.yaml --pcap a.pcap ") + option + " no/x"), expected);
  }
  EXPECT_EQ(said("replay test.yaml --pcap a.pcap --write-map no/x"), expected);
  EXPECT_EQ(said("optimize test.yaml --journal no/x"), expected);
  EXPECT_EQ(said("optimize test.yaml --write no/x"), expected);
}

}  // namespace
}  // namespace switchfault
