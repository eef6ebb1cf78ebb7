#include "io/measured_steps.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <regex>

namespace switchfault {
namespace {

using nlohmann::json;

constexpr std::int64_t kNanosecondsOfCentisecond = 10'000'000;  // Unit of the bridge's times.

std::vector<std::string> list_of(const json& value) {
  if (value.is_array()) {
    return value.get<std::vector<std::string>>();
  }
  return {value.get<std::string>()};
}

// Nodes that a step names; "switches" and "routers" stand for all of that kind.
std::vector<std::string> nodes_of(const json& step, const json& topology) {
  std::vector<std::string> nodes;
  for (const std::string& name : list_of(step.at("node"))) {
    if (name != "switches" && name != "routers") {
      nodes.push_back(name);
      continue;
    }
    for (const auto& [node, spec] : topology.at("nodes").items()) {
      if (spec.at("kind").get<std::string>() + (name == "switches" ? "es" : "s") == name) {
        nodes.push_back(node);
      }
    }
  }
  return nodes;
}

std::vector<std::string> links_at(const std::vector<std::string>& nodes, const json& topology) {
  std::vector<std::string> links;
  for (const json& link : topology.at("links")) {
    const auto ends = link.at("ends").get<std::vector<std::string>>();
    const bool at = std::any_of(ends.begin(), ends.end(), [&](const std::string& end) {
      return std::find(nodes.begin(), nodes.end(), end) != nodes.end();
    });
    if (at) {
      links.push_back(link.value("id", ends[0] + "-" + ends[1]));
    }
  }
  return links;
}

using Kind = MeasuredStep::Kind;

// A command of the shell or of ovs-vsctl, and the lever it pulls.
struct Command {
  const char* pattern;
  void (*read)(const std::smatch& parts, MeasuredStep& step);
};

const Command kCommands[] = {
    {R"(ip link set br0 type bridge fdb_flush)",
     [](const std::smatch&, MeasuredStep& step) { step.kind = Kind::flush_macs; }},
    {R"(ip link set br0 type bridge stp_state ([01]))",
     [](const std::smatch& parts, MeasuredStep& step) {
       step.kind = Kind::spanning_tree;
       step.what = parts[1] == "1" ? "on" : "off";
     }},
    {R"(ip link set br0 type bridge ageing_time (\d+))",
     [](const std::smatch& parts, MeasuredStep& step) {
       step.kind = Kind::mac_ageing;
       step.time = Duration{std::stoll(parts[1]) * kNanosecondsOfCentisecond};
     }},
    {R"(bridge fdb (?:replace|add) ([0-9a-f:]+) dev (\S+) master static( sticky)?)",
     [](const std::smatch& parts, MeasuredStep& step) {
       step.kind = Kind::static_mac;
       step.subject = parts[1];
       step.port = parts[2];
       step.what = parts[3].matched ? "set sticky" : "set";
     }},
    {R"(bridge fdb del ([0-9a-f:]+) dev (\S+) master)",
     [](const std::smatch& parts, MeasuredStep& step) {
       step.kind = Kind::static_mac;
       step.subject = parts[1];
       step.port = parts[2];
       step.what = "remove";
     }},
    {R"(set port (\S+) trunks=([\d,]+))",
     [](const std::smatch& parts, MeasuredStep& step) {
       step.kind = Kind::trunk;
       step.port = parts[1];
       const std::string list = parts[2];
       static const std::regex kNumber(R"(\d+)");
       for (std::sregex_iterator at(list.begin(), list.end(), kNumber), end; at != end; ++at) {
         step.vlans.push_back(static_cast<std::uint16_t>(std::stoi(at->str())));
       }
     }},
    {R"(ip addr(?:ess)? (add|del) ([0-9.]+/\d+) dev (\S+))",
     [](const std::smatch& parts, MeasuredStep& step) {
       step.kind = Kind::address;
       step.what = parts[1];
       step.subject = parts[2];
       step.port = parts[3];
     }},
    {R"(sysctl -qw net\.ipv4\.ip_forward=([01]))",
     [](const std::smatch& parts, MeasuredStep& step) {
       step.kind = Kind::forwarding;
       step.what = parts[1] == "1" ? "on" : "off";
     }},
};

const std::vector<std::string> kPrepareRestart = {"graceful-restart prepare ip ospf"};

// arping of Thomas Habets sends one packet a second, and waits one more after the last:
//   arping -q -U -S 10.0.0.11 -i s2 -c 1 10.0.0.11     with -U for those who know the address
constexpr Duration kArpingInterval = std::chrono::seconds{1};

bool read_arping(const std::string& command, MeasuredStep& step, std::vector<MeasuredStep>& out) {
  static const std::regex kArping(R"(arping((?: -\S+(?: [^-\s]\S*)?)*?) (\d+\.\d+\.\d+\.\d+))");
  static const std::regex kOption(R"(-(\w)(?: ([^-\s]\S*))?)");
  std::smatch parts;
  if (!std::regex_match(command, parts, kArping)) {
    return false;
  }
  const std::string options = parts[1];
  step.kind = Kind::ask;
  step.subject = parts[2];
  int count = 0;
  for (std::sregex_iterator at(options.begin(), options.end(), kOption), end; at != end; ++at) {
    const std::string name = (*at)[1];
    if (name == "U") {
      step.kind = Kind::announce;
    } else if (name == "i") {
      step.port = (*at)[2];
    } else if (name == "c") {
      count = std::stoi((*at)[2]);
    } else if (name != "q" && name != "S") {
      return false;
    }
  }
  if (count == 0 || step.port.empty()) {
    return false;
  }
  step.waits = count * kArpingInterval;
  for (int k = 0; k < count; ++k) {
    step.later = k * kArpingInterval;
    out.push_back(step);
  }
  return true;
}

// The parts of a command of the shell, without the spaces around them.
std::vector<std::string> parts_of(const std::string& command) {
  static const std::regex kBetween(R"(\s*(?:;|&&)\s*)");
  std::vector<std::string> parts;
  for (std::sregex_token_iterator at(command.begin(), command.end(), kBetween, -1), end; at != end;
       ++at) {
    if (at->length() != 0) {
      parts.push_back(*at);
    }
  }
  return parts;
}

bool read_command(const std::string& command, MeasuredStep& step) {
  for (const Command& known : kCommands) {
    std::smatch parts;
    if (std::regex_match(command, parts, std::regex(known.pattern))) {
      known.read(parts, step);
      return true;
    }
  }
  return false;
}

// The link behind an interface, which is named after the neighbour and from the second link to it
// on with a number.
const json* link_behind(const json& topology, const std::string& node, const std::string& name) {
  std::map<std::string, int> links;
  for (const json& link : topology.at("links")) {
    const auto ends = link.at("ends").get<std::vector<std::string>>();
    if (ends[0] != node && ends[1] != node) {
      continue;
    }
    const std::string& peer = ends[0] == node ? ends[1] : ends[0];
    const int number = ++links[peer];
    if (name == (number == 1 ? peer : peer + "." + std::to_string(number))) {
      return &link;
    }
  }
  return nullptr;
}

// An interface that is shut loses its carrier, its neighbour does not: behind both is a wire.
bool read_link_state(const std::string& command, const MeasuredStep& step, const json& topology,
                     std::vector<MeasuredStep>& out) {
  static const std::regex kLinkState(R"(ip link set (?:dev )?(\S+) (up|down))");
  std::smatch parts;
  if (!std::regex_match(command, parts, kLinkState)) {
    return false;
  }
  for (const std::string& node : step.nodes) {
    const json* const link = link_behind(topology, node, parts[1]);
    if (link == nullptr) {
      return false;
    }
    const auto ends = link->at("ends").get<std::vector<std::string>>();
    MeasuredStep one = step;
    one.kind = Kind::wire;
    one.nodes.clear();
    one.links = {link->value("id", ends[0] + "-" + ends[1])};
    one.what = parts[2] == "up" ? "up" : ends[0] == node ? "down_a" : "down_b";
    out.push_back(one);
  }
  return true;
}

void note(std::vector<std::string>& missing, const std::string& what) {
  if (std::find(missing.begin(), missing.end(), what) == missing.end()) {
    missing.push_back(what);
  }
}

// What of this step the simulator has no lever for yet; empty: nothing.
std::string without_lever(const MeasuredStep& step) {
  static const std::vector<std::string> kModes = {
      "up", "down", "down_a", "down_b", "drop", "drop_ab", "drop_ba", "ctl_only", "no_ctl"};
  static const std::vector<std::string> kDaemons = {
      "mstpd", "zebra", "staticd",    "ospfd",        "bgpd", "bfdd",
      "bird",  "vrrpd", "keepalived", "ovs-vswitchd", "all"};
  switch (step.kind) {
    case Kind::wire:
      return std::find(kModes.begin(), kModes.end(), step.what) == kModes.end()
                 ? "wire mode '" + step.what + "'"
                 : "";
    case Kind::process:
      return std::find(kDaemons.begin(), kDaemons.end(), step.subject) == kDaemons.end()
                 ? "process '" + step.subject + "'"
                 : "";
    case Kind::flush_macs:
    case Kind::spanning_tree:
    case Kind::mac_ageing:
    case Kind::static_mac:
    case Kind::forwarding:
    case Kind::configure:
    case Kind::address:
    case Kind::announce:
    case Kind::ask:
    case Kind::trunk:
      break;
  }
  return "";
}

// All parts of a command, or none.
bool read_parts(const std::string& command, const MeasuredStep& step, const json& topology,
                std::vector<MeasuredStep>& out) {
  std::vector<MeasuredStep> read;
  for (const std::string& part : parts_of(command)) {
    MeasuredStep one = step;
    if (read_command(part, one)) {
      read.push_back(one);
    } else if (!read_link_state(part, step, topology, read) && !read_arping(part, one, read)) {
      return false;
    }
  }
  Duration waits{};
  for (const MeasuredStep& one : read) {
    waits += one.later == Duration::zero() ? one.waits : Duration::zero();
  }
  for (MeasuredStep& one : read) {
    one.waits = waits;
  }
  out.insert(out.end(), read.begin(), read.end());
  return true;
}

}  // namespace

std::vector<MeasuredStep> read_measured_steps(const json& steps, const json& topology,
                                              std::vector<std::string>& missing) {
  static const std::vector<std::string> kSignals = {"kill", "term", "stop", "cont", "start"};
  std::vector<MeasuredStep> out;
  std::vector<json> in_order(steps.begin(), steps.end());
  std::stable_sort(in_order.begin(), in_order.end(), [](const json& a, const json& b) {
    return a.value("at", 0.0) < b.value("at", 0.0);
  });
  for (std::size_t i = 0; i < in_order.size(); ++i) {
    const json& step = in_order[i];
    MeasuredStep one;
    const std::string what = step.at("do");
    one.at = Duration{std::llround(step.value("at", 0.0) * 1e9)};
    one.number = i;
    if (what == "wire") {
      one.links = list_of(step.at("link"));
      one.what = step.at("mode");
    } else if (what == "node") {
      one.links = links_at(nodes_of(step, topology), topology);
      one.what = step.at("mode");
    } else if (std::find(kSignals.begin(), kSignals.end(), what) != kSignals.end()) {
      one.kind = Kind::process;
      one.nodes = nodes_of(step, topology);
      one.what = what;
      for (const std::string& daemon : list_of(step.at("daemon"))) {
        if (daemon == "ovsdb-server") {
          continue;  // Without its database Open vSwitch goes on as it was told last.
        }
        one.subject = daemon;
        if (const std::string lacking = without_lever(one); !lacking.empty()) {
          note(missing, lacking);
        }
        out.push_back(one);
      }
      continue;
    } else if (what == "vty" && list_of(step.at("cmd")) == kPrepareRestart) {
      one.kind = Kind::configure;
      one.nodes = nodes_of(step, topology);
      one.subject = "ospf_graceful_restart";
      one.what = "prepare";
    } else if (what == "sh" || what == "vsctl") {
      one.nodes = nodes_of(step, topology);
      const std::size_t before = out.size();
      if (!read_parts(step.at("cmd"), one, topology, out)) {
        note(missing, "command '" + step.at("cmd").get<std::string>() + "'");
      }
      for (std::size_t part = before; part < out.size(); ++part) {
        if (const std::string lacking = without_lever(out[part]); !lacking.empty()) {
          note(missing, lacking);
        }
      }
      continue;
    } else {
      note(missing, "step '" + what + "'");
      continue;
    }
    if (const std::string lacking = without_lever(one); !lacking.empty()) {
      note(missing, lacking);
    }
    out.push_back(one);
  }
  return out;
}

}  // namespace switchfault
