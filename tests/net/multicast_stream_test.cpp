#include "net/multicast_stream.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "net/lab.h"

namespace switchfault {
namespace {

constexpr MacAddress kCrierMac{0x00005e000101};

// Cries every second on interface 0 and notes when it heard another.
class Crier final : public Protocol, public MulticastStream::Sender {
 public:
  explicit Crier(const ProtocolContext& context) : context_(context) {}
  [[nodiscard]] ProcessFunction process() const override {
    return ProcessFunction::first_hop_redundancy;
  }
  void start() override {
    stream_ = std::make_unique<MulticastStream>(
        MulticastStream::Context{.simulator = context_.simulator,
                                 .network = context_.network,
                                 .node = context_.node,
                                 .skip_quiet_time = context_.skip_quiet_time},
        *this,
        StandingFlow::Schedule{.anchor = context_.simulator.now() + 1s,
                               .period = 1s,
                               .phase = Phase::protocol,
                               .target = context_.os.node(),
                               .source = context_.source()});
  }
  void stop() override { stream_->stop(); }
  void port_changed(LogicalPort /*port*/) override {}
  void interface_changed(InterfaceIndex /*interface*/) override {}
  bool receive(LogicalPort /*port*/, InterfaceIndex interface,
               const ControlFrame& /*frame*/) override {
    ++heard_;
    last_ = context_.simulator.now();
    interface_ = interface;
    return true;
  }
  void held(LogicalPort /*port*/, InterfaceIndex interface, bool held, SimTime last) override {
    EXPECT_EQ(interface, interface_);
    held_ = held;
    last_ = std::max(last_, last);
  }
  [[nodiscard]] ProtocolTable table() const override { return {}; }

  MulticastStream& stream() { return *stream_; }
  [[nodiscard]] int heard() const { return heard_; }
  [[nodiscard]] bool is_held() const { return held_; }
  [[nodiscard]] SimTime last() const { return last_; }

  [[nodiscard]] Message message() const override {
    return {.interface = InterfaceIndex{0},
            .source = kCrierMac,
            .frame = ControlFrame::of(context_.id, 1),
            .why = ObservationId::none};
  }

 private:
  [[nodiscard]] std::vector<MulticastStream::Listener> who_heard(
      const std::vector<NodeIndex>& nodes, SimTime at) const override {
    std::vector<MulticastStream::Listener> heard;
    for (const NodeIndex node : nodes) {
      for (Protocol* other : context_.network.instances(node, context_.id)) {
        const auto* crier = static_cast<const Crier*>(other);
        if (crier->last_ == at) {
          heard.push_back({.protocol = other, .interface = crier->interface_});
        }
      }
    }
    return heard;
  }

  ProtocolContext context_;
  std::unique_ptr<MulticastStream> stream_;
  int heard_ = 0;
  bool held_ = false;
  SimTime last_ = SimTime::min();
  InterfaceIndex interface_ = InterfaceIndex::none;
};

class CrierLab : public NetLab {
 public:
  explicit CrierLab(bool skip = true)
      : NetLab(R"(
          switch s1
          router r1 r2 r3
          link s1:eth1 r1:eth1
          link s1:eth2 r2:eth1
          link s1:eth3 r3:eth1
          address r1:eth1 10.0.0.1/24
          address r2:eth1 10.0.0.2/24
          address r3:eth1 10.0.0.3/24
          protocol r1 crier
          protocol r2 crier
          protocol r3 crier
        )",
               Options{.skip_quiet_time = skip, .warm_up = 60s, .protocols = {kind()}}) {
    crier("r1").stream().start();
  }
  Crier& crier(const char* name) {
    return static_cast<Crier&>(*node(name).protocols[0]);  // The only kind there is.
  }

 private:
  static ProtocolKind kind() {
    return {.info = {.name = "crier", .summary = "", .parameters = {}, .port_parameters = {}},
            .show = "",
            .make = [](const ProtocolContext& context, const ArgumentReader&)
                -> std::unique_ptr<Protocol> { return std::make_unique<Crier>(context); }};
  }
};

TEST(MulticastStream, SleepsOnceBridgesHaveLearnedAndHoldsAllWhoHear) {
  CrierLab lab;
  lab.run_for(10s);
  EXPECT_TRUE(lab.crier("r1").stream().asleep());
  EXPECT_TRUE(lab.crier("r2").is_held());
  EXPECT_TRUE(lab.crier("r3").is_held());
  EXPECT_FALSE(lab.crier("r1").is_held());
  EXPECT_EQ(lab.crier("r2").heard(), 2);  // The first one taught the bridge something.
}

TEST(MulticastStream, TellsAllWhenTheLastOneWas) {
  CrierLab lab;
  lab.at(100500ms, [&] { lab.set_loss("s1:eth3", 1); });
  lab.run_for(100700ms);
  EXPECT_FALSE(lab.crier("r2").is_held());
  EXPECT_EQ(lab.crier("r3").last(), kTimeZero + 100s);
  lab.run_for(10s);
  EXPECT_EQ(lab.crier("r3").last(), kTimeZero + 100s);
  EXPECT_TRUE(lab.crier("r2").is_held());
  EXPECT_FALSE(lab.crier("r3").is_held());
  const auto log = lab.observations().observations();
  EXPECT_EQ(lab.crier("r1").stream().last_change(), ObservationId{0});
  EXPECT_EQ(log.front().kind, ObservationKind::port_loss);
}

TEST(MulticastStream, BridgesKeepTheSenderWhileItSleeps) {
  CrierLab lab;
  lab.run_for(1h);
  SimTime expires = kNever;
  EXPECT_NE(
      lab.network().chip(lab.index("s1")).find_mac(1, kCrierMac, lab.simulator().now(), expires),
      nullptr);
}

TEST(MulticastStream, SendsBesideTheScheduleToo) {
  CrierLab lab;
  lab.run_for(10s);
  const int before = lab.crier("r2").heard();
  lab.crier("r1").stream().send(lab.crier("r1").message());
  EXPECT_EQ(lab.crier("r2").heard(), before + 1);
}

TEST(MulticastStream, NeverSleepsWithSkippingOff) {
  CrierLab lab(false);
  lab.run_for(100s);
  EXPECT_EQ(lab.crier("r2").heard(), 100);
}

}  // namespace
}  // namespace switchfault
