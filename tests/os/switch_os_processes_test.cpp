#include <chrono>

#include <gtest/gtest.h>

#include "os/lab.h"

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kMiB = 1 << 20U;

NodeConfig with_routing(const SupervisorPolicy& policy) {
  NodeConfig config = lab_switch("s1");
  add_process(config, "bgpd", "routing", {}, policy);
  return config;
}

ProcessIndex routing(Lab& lab) {
  return lab.os().find_process("routing");
}

TEST(SwitchOsProcesses, AProcessIsFoundByNameOrFunction) {
  Lab lab(with_routing({}));
  EXPECT_EQ(lab.os().find_process("bgpd"), lab.os().find_process("routing"));
  EXPECT_EQ(lab.os().find_process("ospfd"), ProcessIndex::none);
}

TEST(SwitchOsProcesses, ACrashIsFollowedByAStartAfterTheDelay) {
  Lab lab(with_routing({.delay = 30s}));
  lab.os().crash(routing(lab));
  EXPECT_FALSE(lab.os().running(ProcessFunction::routing));
  EXPECT_TRUE(lab.os().running(ProcessFunction::mac_learning));
  lab.run_for(1min);
  EXPECT_EQ(lab.log(), (Log{"0s s1 bgpd crashed", "30s s1 bgpd running"}));
}

TEST(SwitchOsProcesses, AHangIsNoticedAtAPollThenKilledAndStarted) {
  Lab lab(with_routing({.poll = 5s, .unresponsive_after = 90s, .delay = 60s, .delay_max = 600s}));
  lab.run_for(1s);
  lab.os().hang(routing(lab));
  lab.run_for(10min);
  EXPECT_EQ(lab.log(), (Log{"1s s1 bgpd hung", "1m35s s1 bgpd crashed", "2m35s s1 bgpd running"}));
}

TEST(SwitchOsProcesses, AHangThatNobodyLooksForStays) {
  Lab lab(with_routing({.delay = 1s}));
  lab.os().hang(routing(lab));
  lab.run_for(1h);
  EXPECT_EQ(lab.log(), (Log{"0s s1 bgpd hung"}));
  lab.os().restart(routing(lab));
  EXPECT_EQ(lab.log(), (Log{"0s s1 bgpd hung", "1h s1 bgpd stopped", "1h s1 bgpd running"}));
}

TEST(SwitchOsProcesses, AProcessThatCrashesTooOftenIsGivenUp) {
  Lab lab(with_routing({.delay = 30s, .limit_starts = 3, .limit_window = 1200s}));
  lab.os().set_relapse(routing(lab), Relapse{ProcessState::crashed, 100s});
  lab.run_for(1h);
  EXPECT_EQ(lab.log(),
            (Log{"1m40s s1 bgpd crashed", "2m10s s1 bgpd running", "3m50s s1 bgpd crashed",
                 "4m20s s1 bgpd running", "6m s1 bgpd crashed", "6m30s s1 bgpd given up"}));
}

TEST(SwitchOsProcesses, ASlowEnoughCrashLoopIsNeverGivenUp) {
  Lab lab(with_routing({.delay = 30s, .limit_starts = 3, .limit_window = 1200s}));
  lab.os().set_relapse(routing(lab), Relapse{ProcessState::crashed, 370s});
  lab.run_for(12h);
  EXPECT_EQ(lab.os().processes()[static_cast<std::size_t>(routing(lab))].starts, 109U);
}

TEST(SwitchOsProcesses, TheDelayDoublesWhileItKeepsCrashing) {
  Lab lab(with_routing({.delay = 60s, .delay_max = 200s}));
  lab.os().set_relapse(routing(lab), Relapse{ProcessState::crashed, 10s});
  lab.run_for(12min);
  EXPECT_EQ(lab.log(),
            (Log{"10s s1 bgpd crashed", "1m10s s1 bgpd running", "1m20s s1 bgpd crashed",
                 "3m20s s1 bgpd running", "3m30s s1 bgpd crashed", "6m50s s1 bgpd running",
                 "7m s1 bgpd crashed", "10m20s s1 bgpd running", "10m30s s1 bgpd crashed"}));
}

TEST(SwitchOsProcesses, ARelapseThatIsTakenAwayDoesNotComeBack) {
  Lab lab(with_routing({.delay = 1s}));
  lab.os().set_relapse(routing(lab), Relapse{ProcessState::hung, 10s});
  lab.run_for(5s);
  lab.os().set_relapse(routing(lab), std::nullopt);
  lab.run_for(1h);
  EXPECT_EQ(lab.log(), Log{});
}

TEST(SwitchOsProcesses, AGivenUpOneRunsAgainAfterARestartOrABoot) {
  Lab lab(with_routing({.delay = 1s}));
  lab.os().give_up(routing(lab));
  lab.run_for(1h);
  EXPECT_FALSE(lab.os().running(ProcessFunction::routing));
  lab.os().restart(routing(lab));
  EXPECT_TRUE(lab.os().running(ProcessFunction::routing));
  lab.os().give_up(routing(lab));
  lab.os().boot(BootKind::warm, "reload");
  lab.run_for(1h);
  EXPECT_TRUE(lab.os().running(ProcessFunction::routing));
}

TEST(SwitchOsProcesses, AStoppedOneStaysStopped) {
  Lab lab(with_routing({.delay = 1s}));
  lab.os().stop(routing(lab));
  lab.run_for(1h);
  EXPECT_EQ(lab.log(), (Log{"0s s1 bgpd stopped"}));
}

TEST(SwitchOsProcesses, APanicEndsThePlansOfTheSupervisor) {
  Lab lab(with_routing({.delay = 90s}));
  lab.os().set_panic_reboots(false);
  lab.os().crash(routing(lab));
  lab.os().panic("bug");
  lab.run_for(1h);
  EXPECT_EQ(lab.os().processes()[static_cast<std::size_t>(routing(lab))].state,
            ProcessState::stopped);
}

TEST(SwitchOsProcesses, LoginsNeedTheManagementProcess) {
  Lab lab(lab_switch("s1"));
  const ProcessIndex management = lab.os().find_process("management");
  lab.os().hang(management);
  EXPECT_FALSE(lab.os().serves(Plane::management));
  lab.os().restart(management);
  EXPECT_TRUE(lab.os().serves(Plane::management));
}

// A host of 1000 MiB on which thermald, 100 MiB at its start, loses 10 MiB a minute.
NodeConfig leaking() {
  NodeConfig config = lab_switch("s1");
  config.memory = {1000 * kMiB};
  add_process(config, "thermald", "", {100 * kMiB});
  return config;
}

void leak(Lab& lab, std::int64_t mebibytes = 10) {
  lab.os().leak_memory(lab.os().find_process("thermald"), {{mebibytes * kMiB}, 60s});
}

TEST(SwitchOsProcesses, ALeakHangsLoginsThenPanicsTheKernel) {
  Lab lab(leaking());
  leak(lab);
  lab.run_for(91min);
  EXPECT_EQ(lab.log(),
            (Log{"1h5m s1 management down", "1h20m s1 memory 90%",
                 "1h30m s1 host panicked: out of memory", "1h30m s1 control down",
                 "1h30m s1 data down", "1h30m s1 boot cold: panic", "1h30m s1 host booting",
                 "1h31m s1 host up", "1h31m s1 control up", "1h31m s1 memory 10%"}));
  EXPECT_EQ(lab.os().memory_used(), Bytes{100 * kMiB});
}

TEST(SwitchOsProcesses, OutOfMemoryTheLeakingProcessMayBeKilledInstead) {
  Lab lab(leaking());
  lab.os().set_memory_policy(
      {.logins_hang_at = 1, .exhausted = MemoryPolicy::Exhausted::kill_process});
  leak(lab);
  lab.run_for(91min);
  EXPECT_EQ(lab.log(), (Log{"1h20m s1 memory 90%", "1h30m s1 thermald crashed",
                            "1h30m s1 memory 0%", "1h30m100ms s1 thermald running"}));
}

TEST(SwitchOsProcesses, RestartingTheLeakingProcessFreesItsMemory) {
  Lab lab(leaking());
  leak(lab);
  lab.run_for(70min);
  EXPECT_FALSE(lab.os().serves(Plane::management));
  lab.os().restart(lab.os().find_process("thermald"));
  EXPECT_TRUE(lab.os().serves(Plane::management));
  EXPECT_EQ(lab.os().memory_used(), Bytes{100 * kMiB});
  lab.run_for(10min);
  EXPECT_EQ(lab.os().memory_used(), Bytes{200 * kMiB});
}

TEST(SwitchOsProcesses, ALeakThatEndsLeavesWhatWasLost) {
  Lab lab(leaking());
  leak(lab);
  lab.run_for(10min);
  leak(lab, 0);
  lab.run_for(10h);
  EXPECT_EQ(lab.os().memory_used(), Bytes{200 * kMiB});
  leak(lab, 20);
  lab.run_for(10min);
  EXPECT_EQ(lab.os().memory_used(), Bytes{400 * kMiB});
}

NodeConfig full() {
  NodeConfig config = lab_switch("s1");
  config.memory = {1000 * kMiB};
  add_process(config, "bgpd", "routing", {1100 * kMiB}, SupervisorPolicy{});
  return config;
}

TEST(SwitchOsProcesses, AHostThatIsFullWithoutALeakWorks) {
  Lab lab(full());
  lab.run_for(1h);
  EXPECT_TRUE(lab.os().serves(Plane::management));
  EXPECT_EQ(lab.log(), Log{});
}

TEST(SwitchOsProcesses, AHostThatIsFullRunsOutWithTheFirstByte) {
  Lab lab(full());
  lab.os().leak_memory(lab.os().find_process("mac_learning"), {{1}, 60s});
  lab.run_for(61s);
  EXPECT_EQ(lab.log().front(), "1m s1 host panicked: out of memory");
}

TEST(SwitchOsProcesses, KillingEndsEvenWhereItDoesNotHelp) {
  Lab lab(full());
  lab.os().set_memory_policy({.exhausted = MemoryPolicy::Exhausted::kill_process});
  lab.os().leak_memory(lab.os().find_process("routing"), {{1}, 60s});
  lab.run_for(61s);
  EXPECT_EQ(lab.log(), (Log{"1m s1 bgpd crashed", "1m s1 memory 0%", "1m s1 bgpd running",
                            "1m s1 memory 110%"}));
}

TEST(SwitchOsProcesses, CpuLoadIsNotedAtNinetyPercentAndTold) {
  class Listener final : public OsListener {
   public:
    void cpu_changed(SwitchOs& os) override { loads.push_back(os.cpu_load()); }
    std::vector<double> loads;
  };
  Lab lab(lab_switch("s1"));
  Listener listener;
  lab.os().add_listener(listener);
  lab.os().set_cpu_load(1, 0.5);
  lab.os().set_cpu_load(2, 0.75);
  lab.os().set_cpu_load(1, 0);
  EXPECT_EQ(lab.log(), (Log{"0s s1 cpu 100%", "0s s1 cpu 75%"}));
  EXPECT_EQ(listener.loads, (std::vector<double>{0.5, 1, 0.75}));
}

}  // namespace
}  // namespace switchfault
