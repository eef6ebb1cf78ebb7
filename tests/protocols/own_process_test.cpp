#include "protocols/own_process.h"

#include <gtest/gtest.h>

#include "protocols/lab.h"

namespace switchfault {
namespace {

const char* const kSwitch = R"(
  switch s1
  protocol s1 rstp
)";

TEST(OwnProcess, IsTheFirstOneThatTheNodeHas) {
  ProtocolLab lab(kSwitch);
  const SwitchOs& os = lab.os("s1");
  EXPECT_EQ(own_process(os, {ProcessFunction::bfd}), ProcessFunction::routing);
  EXPECT_EQ(own_process(os, {ProcessFunction::lacp, ProcessFunction::spanning_tree}),
            ProcessFunction::spanning_tree);
  EXPECT_EQ(process_state(os, ProcessFunction::spanning_tree), ProcessState::running);
  EXPECT_EQ(process_state(os, ProcessFunction::bfd), std::nullopt);
}

TEST(OwnProcess, EndsInOrderWhenItIsToldTo) {
  ProtocolLab lab(kSwitch);
  SwitchOs& os = lab.os("s1");
  const ProcessIndex process = os.find_process("spanning_tree");
  os.crash(process);
  EXPECT_FALSE(ended_in_order(os, ProcessFunction::spanning_tree));
  os.restart(process);
  lab.run_for(60s);
  os.stop(process);
  EXPECT_TRUE(ended_in_order(os, ProcessFunction::spanning_tree));
  EXPECT_FALSE(ended_in_order(os, ProcessFunction::management));
  os.hang_host("test");
  EXPECT_FALSE(ended_in_order(os, ProcessFunction::spanning_tree));
}

}  // namespace
}  // namespace switchfault
