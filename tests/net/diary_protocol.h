// A protocol for tests that writes down what it is told; its table is the diary. It runs in the
// process of spanning tree and answers every frame but "quiet" ones as a change.

#ifndef SWITCHFAULT_TESTS_NET_DIARY_PROTOCOL_H_
#define SWITCHFAULT_TESTS_NET_DIARY_PROTOCOL_H_

#include <memory>
#include <string>
#include <vector>

#include "net/lab.h"
#include "net/protocol.h"

namespace switchfault {

class DiaryProtocol final : public Protocol {
 public:
  struct Greeting {
    std::uint32_t number;
  };

  DiaryProtocol(const ProtocolContext& context, const ArgumentReader& arguments)
      : context_(context), name_(arguments.has("id") ? "diary " + arguments.text("id") : "diary") {}

  [[nodiscard]] ProcessFunction process() const override { return ProcessFunction::spanning_tree; }
  void start() override { write("start"); }
  void stop() override { write("stop"); }
  void port_changed(LogicalPort port) override {
    const LogicalPortInfo& info = node().logical_ports[static_cast<std::size_t>(port)];
    write("port " + std::string(node().name(port)) + (info.up ? " up" : " down"));
  }
  void interface_changed(InterfaceIndex interface) override {
    const Interface& info = node().interfaces[static_cast<std::size_t>(interface)];
    write("interface " + std::string(info.name()) + (info.up ? " up" : " down"));
  }
  bool receive(LogicalPort port, InterfaceIndex /*interface*/, const ControlFrame& frame) override {
    const auto number = frame.as<Greeting>().number;
    write("greeting " + std::to_string(number) + " on " + std::string(node().name(port)));
    return number == 0;
  }
  void held(LogicalPort /*port*/, InterfaceIndex /*interface*/, bool /*held*/,
            SimTime /*last*/) override {}
  [[nodiscard]] ProtocolTable table() const override { return {name_, {"entry"}, diary_}; }

  // A later start forgets nothing: the diary belongs to the test.
  static ProtocolKind kind() {
    ProtocolKind result;
    result.info.name = "diary";
    result.make = [](const ProtocolContext& context,
                     const ArgumentReader& arguments) -> std::unique_ptr<Protocol> {
      return std::make_unique<DiaryProtocol>(context, arguments);
    };
    return result;
  }

 private:
  [[nodiscard]] const Node& node() const { return context_.network.node(context_.node); }
  void write(const std::string& entry) {
    diary_.push_back({format_duration(context_.simulator.now().time_since_epoch()) + " " + entry});
  }

  ProtocolContext context_;
  std::string name_;
  std::vector<std::vector<std::string>> diary_;
};

inline NetLab::Options with_diaries() {
  NetLab::Options options;
  options.protocols.push_back(DiaryProtocol::kind());
  return options;
}

// The entries from time 0 on.
inline Log diary(const NetLab& lab, std::string_view node) {
  Log entries;
  for (const auto& row : lab.node(node).protocols[0]->table().rows) {
    if (!row[0].starts_with("-")) {
      entries.push_back(row[0]);
    }
  }
  return entries;
}

inline ControlFrame greeting(std::uint32_t number) {
  return ControlFrame::of(0, DiaryProtocol::Greeting{number});
}

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_NET_DIARY_PROTOCOL_H_
