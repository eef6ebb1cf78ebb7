#include <gtest/gtest.h>

#include <switchfault/study.h>

namespace switchfault {
namespace {

TEST(ReplicationsCsvTest, HasOneRowARunAndQuotesWhatMustBe) {
  StudyReport report;
  report.metrics = {{.name = "actions"},
                    {.name = "outage_s", .unit = "s", .service = "web", .users = "desk, lab"}};
  report.strategies.resize(2);
  report.strategies[0].name = "quick";
  report.strategies[1].name = "slow";
  report.results = {
      {.replication = 0, .strategy = 0, .seed = 7, .values = {2, 0.1}, .log_weight = -1.5},
      {.replication = 0,
       .strategy = 1,
       .seed = 7,
       .alternative = "fire",
       .recovered = false,
       .error = "it \"broke\""}};
  EXPECT_EQ(replications_csv(report),
            "replication,seed,strategy,alternative,recovered,error,log_weight,actions,"
            "\"outage_s of web for desk, lab\"\r\n"
            "0,7,quick,,1,,-1.5,2,0.1\r\n"
            "0,7,slow,fire,0,\"it \"\"broke\"\"\",0,,\r\n");
}

}  // namespace
}  // namespace switchfault
