#include "net/session_table.h"

#include <chrono>

#include <gtest/gtest.h>

namespace switchfault {
namespace {

using namespace std::chrono_literals;

constexpr SessionTimeouts kTimeouts{
    .tcp = 100s, .tcp_transitory = 10s, .udp = 30s, .icmp = 3s, .other = 50s};

class SessionTableTest : public testing::Test {
 protected:
  SessionTable::Ref open(IpProtocol protocol, Duration at) {
    return table.open({.protocol = protocol}, {.protocol = protocol}, TcpClose::none,
                      kTimeZero + at);
  }
  void see(const SessionTable::Ref& ref, Duration at, const SessionTable::Signs& signs) {
    ASSERT_TRUE(ref.alive(kTimeZero + at));
    table.renew(ref, signs, kTimeZero + at);
  }
  std::size_t count(Duration at) { return table.count(kTimeZero + at); }

  SessionTable table{kTimeouts};
};

TEST_F(SessionTableTest, EachProtocolHasItsIdleTime) {
  open(IpProtocol::tcp, 0s);
  open(IpProtocol::udp, 0s);
  open(IpProtocol::icmp, 0s);
  open(IpProtocol::icmp6, 0s);
  open(static_cast<IpProtocol>(47), 0s);
  EXPECT_EQ(count(2999ms), 5U);
  EXPECT_EQ(count(3s), 3U);
  EXPECT_EQ(count(10s), 2U);
  EXPECT_EQ(count(30s), 1U);
  EXPECT_EQ(count(50s), 0U);
}

TEST_F(SessionTableTest, PacketsOfBothSensesKeepASession) {
  const SessionTable::Ref ref = open(IpProtocol::udp, 0s);
  see(ref, 29s, {.opens = true});
  see(ref, 58s, {.opens = true, .reply = true});
  EXPECT_EQ(count(87s), 1U);
  EXPECT_FALSE(ref.alive(kTimeZero + 88s));
  EXPECT_EQ(count(88s), 0U);
}

TEST_F(SessionTableTest, AnAnsweredConnectionMayBeIdleForLonger) {
  const SessionTable::Ref ref = open(IpProtocol::tcp, 0s);
  see(ref, 1s, {});  // Not an answer.
  EXPECT_FALSE(ref.alive(kTimeZero + 11s));
  see(ref, 2s, {.reply = true});
  EXPECT_EQ(count(101s), 1U);
  EXPECT_EQ(count(102s), 0U);
}

TEST_F(SessionTableTest, ConnectionIsOverWhenBothHaveClosedIt) {
  const SessionTable::Ref ref = open(IpProtocol::tcp, 0s);
  see(ref, 1s, {.reply = true});
  see(ref, 2s, {.closes = TcpClose::fin});
  see(ref, 50s, {.reply = true});  // Half closed it may go on.
  see(ref, 60s, {.closes = TcpClose::fin, .reply = true});
  see(ref, 61s, {});
  EXPECT_EQ(count(70999ms), 1U);
  EXPECT_EQ(count(71s), 0U);
}

TEST_F(SessionTableTest, ResetEndsAConnectionAndASynBeginsItAgain) {
  const SessionTable::Ref ref = open(IpProtocol::tcp, 0s);
  see(ref, 1s, {.reply = true});
  see(ref, 2s, {.closes = TcpClose::rst, .reply = true});
  EXPECT_FALSE(ref.alive(kTimeZero + 12s));
  see(ref, 5s, {.opens = true});
  EXPECT_FALSE(ref.alive(kTimeZero + 15s));
  see(ref, 6s, {.reply = true});
  EXPECT_TRUE(ref.alive(kTimeZero + 105s));
}

TEST_F(SessionTableTest, WhoHoldsAnOldSessionDoesNotSeeTheNextAtItsPlace) {
  const SessionTable::Ref old = open(IpProtocol::icmp, 0s);
  EXPECT_EQ(count(3s), 0U);
  const SessionTable::Ref next = open(IpProtocol::icmp, 3s);
  EXPECT_EQ(next.session, old.session);
  EXPECT_FALSE(old.alive(kTimeZero + 4s));
  EXPECT_TRUE(next.alive(kTimeZero + 4s));
}

TEST_F(SessionTableTest, ClearedTableHasNoSessions) {
  const SessionTable::Ref a = open(IpProtocol::tcp, 0s);
  open(IpProtocol::udp, 0s);
  table.clear();
  EXPECT_EQ(count(0s), 0U);
  EXPECT_FALSE(a.alive(kTimeZero));
  open(IpProtocol::udp, 1s);
  EXPECT_EQ(count(1s), 1U);
  EXPECT_EQ(table.all(kTimeZero + 1s).size(), 1U);
}

}  // namespace
}  // namespace switchfault
