#include "net/hello_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

// Says "here" every second on all its ports and notes what it hears of the other.
class Beacon : public Protocol, public HelloStream::Sender {
 public:
  explicit Beacon(const ProtocolContext& context) : context_(context) {}
  [[nodiscard]] ProcessFunction process() const override { return ProcessFunction::spanning_tree; }
  void start() override {
    heard_ = 0;
    stream_ = std::make_unique<HelloStream>(
        HelloStream::Context{.simulator = context_.simulator,
                             .network = context_.network,
                             .node = context_.node,
                             .port = LogicalPort{0},
                             .protocol = context_.id,
                             .skip_quiet_time = context_.skip_quiet_time},
        *this, 0,
        StandingFlow::Schedule{.anchor = context_.simulator.now(),
                               .period = 1s,
                               .phase = Phase::protocol,
                               .target = context_.os.node(),
                               .source = context_.source()});
    stream_->start();
  }
  void stop() override { stream_.reset(); }
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort /*port*/, InterfaceIndex /*interface*/,
               const ControlFrame& frame) override {
    ++heard_;
    last_ = context_.simulator.now();
    return std::exchange(known_, frame.as<int>()) == frame.as<int>();
  }
  [[nodiscard]] bool renews(LogicalPort /*port*/, InterfaceIndex /*interface*/,
                            const ControlFrame& frame) const override {
    return known_ == frame.as<int>();
  }
  void held(LogicalPort /*port*/, InterfaceIndex /*interface*/, bool held, SimTime last) override {
    held_ = held;
    last_ = std::max(last_, last);
  }
  [[nodiscard]] ProtocolTable table() const override { return {}; }

  void say(int what) {
    says_ = what;
    context_.network.touch(context_.node);
  }
  [[nodiscard]] bool asleep() const { return stream_->asleep(); }
  [[nodiscard]] bool is_held() const { return held_; }
  [[nodiscard]] SimTime last() const { return last_; }
  [[nodiscard]] int heard() const { return heard_; }
  [[nodiscard]] std::int64_t skipped() const { return skipped_; }

 private:
  void hello_due(std::size_t /*key*/) override {
    context_.network.send(context_.node, LogicalPort{0}, ControlFrame::of(context_.id, says_));
  }
  [[nodiscard]] Next next_hello(std::size_t /*key*/) const override {
    return {.same_again = true, .frame = ControlFrame::of(context_.id, says_)};
  }
  void hellos_skipped(std::size_t /*key*/, std::int64_t count, SimTime /*last*/) override {
    skipped_ += count;
  }

  ProtocolContext context_;
  std::unique_ptr<HelloStream> stream_;
  std::optional<int> known_;
  int says_ = 1;
  int heard_ = 0;
  std::int64_t skipped_ = 0;
  bool held_ = false;
  SimTime last_ = SimTime::min();
};

NetLab::Options options(bool skip = true) {
  ProtocolKind kind{
      .info = {.name = "beacon", .summary = "", .parameters = {}, .port_parameters = {}},
      .show = "",
      .make = [](const ProtocolContext& context, const ArgumentReader&)
          -> std::unique_ptr<Protocol> { return std::make_unique<Beacon>(context); }};
  return {.skip_quiet_time = skip, .warm_up = 60s, .protocols = {kind}};
}

const std::string kWire = R"(
  switch s1 s2
  link s1:eth1 s2:eth1 300ms
  protocol s1 beacon
  protocol s2 beacon
)";

Beacon& beacon(NetLab& lab, const char* name) {
  return static_cast<Beacon&>(*lab.node(name).protocols[0]);
}

TEST(HelloStream, SleepsWhileTheNeighbourLearnsNothingNew) {
  NetLab lab(kWire, options());
  EXPECT_TRUE(beacon(lab, "s1").asleep());
  EXPECT_TRUE(beacon(lab, "s2").is_held());
  const int before = beacon(lab, "s2").heard();
  lab.run_for(1h);
  EXPECT_EQ(beacon(lab, "s2").heard(), before);
}

TEST(HelloStream, TellsWhenTheLastFrameArrivedAndDeliversWhatIsOnTheWire) {
  NetLab lab(kWire, options());
  const int before = beacon(lab, "s2").heard();
  lab.at(10200ms, [&] { lab.network().touch(lab.index("s1")); });
  lab.run_for(10250ms);
  EXPECT_FALSE(beacon(lab, "s2").is_held());
  EXPECT_EQ(beacon(lab, "s2").last(), kTimeZero + 9300ms);  // Sent at 9 s.
  lab.run_for(100ms);
  EXPECT_EQ(beacon(lab, "s2").heard(), before + 1);  // Sent at 10 s.
  EXPECT_EQ(beacon(lab, "s2").last(), kTimeZero + 10300ms);
}

// As beacons do, but for frames of another VLAN.
class DeafBeacon final : public Beacon {
 public:
  using Beacon::Beacon;
  [[nodiscard]] bool hears(LogicalPort /*port*/, const ControlFrame& frame) const override {
    return frame.vlan == 20;
  }
};

TEST(HelloStream, AsksNobodyWhomTheFramesAreNotFor) {
  NetLab::Options deaf = options();
  deaf.protocols.front().make = [](const ProtocolContext& context,
                                   const ArgumentReader&) -> std::unique_ptr<Protocol> {
    return std::make_unique<DeafBeacon>(context);
  };
  NetLab lab(kWire, deaf);
  beacon(lab, "s1").say(2);  // Which s2 would have to be told.
  lab.run_for(1500ms);
  beacon(lab, "s1").say(3);
  lab.run_for(5s);
  EXPECT_TRUE(beacon(lab, "s1").asleep());
  EXPECT_FALSE(beacon(lab, "s2").is_held());
}

TEST(HelloStream, CountsWhatItDidNotSend) {
  NetLab lab(kWire, options());
  const std::int64_t before_0 = beacon(lab, "s1").skipped();
  lab.at(500ms, [&] { lab.network().touch(lab.index("s1")); });
  lab.run_for(1s);
  const std::int64_t before = beacon(lab, "s1").skipped();
  EXPECT_GT(before, before_0);
  lab.at(60500ms, [&] { lab.network().touch(lab.index("s1")); });
  lab.run_for(60s);
  EXPECT_EQ(beacon(lab, "s1").skipped() - before, 59);  // One was sent at 1 s.
}

TEST(HelloStream, ANewMessageIsSentAtItsTime) {
  NetLab lab(kWire, options());
  lab.at(10500ms, [&] { beacon(lab, "s1").say(2); });
  lab.run_for(11200ms);
  EXPECT_FALSE(beacon(lab, "s1").asleep());  // The neighbour does not know it yet.
  lab.run_for(2s);
  EXPECT_EQ(beacon(lab, "s2").last(), kTimeZero + 12300ms);  // The first that was no news.
  EXPECT_TRUE(beacon(lab, "s2").is_held());
}

TEST(HelloStream, IsAwakeWhereFramesAreLostByDrawAndAsleepWhereAllAreLost) {
  NetLab lab(kWire, options());
  lab.at(1s, [&] { lab.set_loss("s1:eth1", 0.5); });
  lab.run_for(10s);
  EXPECT_FALSE(beacon(lab, "s1").asleep());
  lab.set_loss("s1:eth1", 1);
  lab.run_for(10s);
  EXPECT_TRUE(beacon(lab, "s1").asleep());
  EXPECT_FALSE(beacon(lab, "s2").is_held());
}

TEST(HelloStream, NeverSleepsWithSkippingOff) {
  NetLab lab(kWire, options(false));
  const int before = beacon(lab, "s2").heard();
  lab.run_for(100s);
  EXPECT_EQ(beacon(lab, "s2").heard(), before + 100);
}

}  // namespace
}  // namespace switchfault
