#include "net/port_names.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <charconv>
#include <numeric>
#include <utility>

#include "core/random.h"

namespace switchfault {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t end_of_digits(std::string_view text, std::size_t from) {
  while (from < text.size() && is_digit(text[from])) {
    ++from;
  }
  return from;
}

// Compares two runs of digits by value, of any length.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

// A port as something names it, and which end of a link that is.
struct Naming {
  static constexpr std::uint32_t kNoEnd = 0xffffffff;
  std::string_view port;
  std::uint32_t end = kNoEnd;
};

bool is_aggregate(const NodeConfig& config, std::string_view name) {
  return std::ranges::any_of(config.lags, [&](const LagConfig& lag) { return lag.name == name; });
}

// Calls `add` for the names that the configuration of a node brings, with repetitions.
template <typename Add>
void for_each_configured_port(const NodeConfig& config, Add add) {
  const auto add_physical = [&](std::string_view name) {
    if (!is_aggregate(config, name)) {
      add(name);
    }
  };
  for (const PortConfig& port : config.ports) {
    add_physical(port.name);
  }
  for (const LagConfig& lag : config.lags) {
    for (const Name& member : lag.members) {
      add_physical(member.text);
    }
  }
  for (const InterfaceConfig& interface : config.interfaces) {
    const InterfaceName parsed = parse_interface_name(interface);
    if (!parsed.port.empty()) {
      add_physical(parsed.port);
    }
  }
}

std::size_t most_configured_ports(const NodeConfig& config) {
  std::size_t most = config.ports.size() + config.interfaces.size();
  for (const LagConfig& lag : config.lags) {
    most += lag.members.size();
  }
  return most;
}

// Adds the names in natural order, each once; `positions` become those among them.
void place_in_order(std::span<const Naming> all, std::vector<std::string_view>& names,
                    std::vector<std::uint32_t>& positions) {
  std::vector<std::uint32_t> order(all.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, naturally_before, [&](std::uint32_t i) { return all[i].port; });
  positions.resize(all.size());
  const std::size_t first = names.size();
  for (const std::uint32_t i : order) {
    if (names.size() == first || names.back() != all[i].port) {
      names.push_back(all[i].port);
    }
    positions[i] = static_cast<std::uint32_t>(names.size() - first - 1);
  }
}

}  // namespace

std::strong_ordering natural_order(std::string_view a, std::string_view b) {
  // What both begin with says nothing, but for the number in which they differ.
  std::size_t i = 0;
  while (i < a.size() && i < b.size() && a[i] == b[i]) {
    ++i;
  }
  while (i > 0 && is_digit(a[i - 1])) {
    --i;
  }
  std::size_t j = i;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::size_t a_end = end_of_digits(a, i);
      const std::size_t b_end = end_of_digits(b, j);
      const auto order = compare_numbers(a.substr(i, a_end - i), b.substr(j, b_end - j));
      if (order != 0) {
        return order;
      }
      i = a_end;
      j = b_end;
    } else if (a[i] != b[j]) {
      return static_cast<unsigned char>(a[i]) <=> static_cast<unsigned char>(b[j]);
    } else {
      ++i;
      ++j;
    }
  }
  const auto order = (a.size() - i) <=> (b.size() - j);
  return order != 0 ? order : a <=> b;  // Only leading zeros differ.
}

// A number becomes '0', how many bytes it has, and these; what is behind a greater one is left out.
NaturalBeginning natural_beginning(std::string_view name) {
  constexpr std::size_t kBytes = 16;
  std::array<unsigned char, kBytes + 10> bytes{};
  std::size_t size = 0;
  for (std::size_t i = 0; i < name.size() && size < kBytes;) {
    if (!is_digit(name[i])) {
      bytes[size++] = static_cast<unsigned char>(name[i++]);
      continue;
    }
    std::uint64_t number = 0;
    const std::size_t end = end_of_digits(name, i);
    const auto [rest, error] = std::from_chars(name.data() + i, name.data() + end, number);
    bytes[size++] = '0';
    if (error != std::errc()) {
      bytes[size++] = 0xff;
      break;
    }
    const auto count = static_cast<std::size_t>(std::bit_width(number) + 7) / 8;
    bytes[size++] = static_cast<unsigned char>(count);
    for (std::size_t j = count; j > 0; --j) {
      bytes[size++] = static_cast<unsigned char>(number >> (8 * (j - 1)));
    }
    i = end;
  }
  const auto eight = [&](std::size_t from) {
    std::uint64_t word = 0;
    for (std::size_t i = from; i < from + 8; ++i) {
      word = word << 8U | bytes[i];
    }
    return word;
  };
  return {eight(0), eight(8)};
}

NodeNames::NodeNames(std::span<const NodeConfig* const> nodes)
    : slots_(std::bit_ceil(nodes.size() + nodes.size() / 4 + 1), kNone) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    std::size_t at = first_slot(nodes[i]->name);
    while (slots_[at] != kNone) {
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = static_cast<std::uint32_t>(i);
  }
}

std::size_t NodeNames::first_slot(std::string_view name) const {
  return stable_hash(name) & (slots_.size() - 1);
}

InterfaceName parse_interface_name(const InterfaceConfig& config) {
  const std::string_view name = config.name;
  const auto number_after = [&](std::size_t position) {
    std::uint16_t number = 0;
    std::from_chars(name.data() + position, name.data() + name.size(), number);
    return number;
  };
  const auto all_digits_from = [&](std::size_t position) {
    return position < name.size() && end_of_digits(name, position) == name.size();
  };
  constexpr std::string_view kVlan = "vlan";
  if (name.starts_with(kVlan) && all_digits_from(kVlan.size())) {
    return {.kind = InterfaceKind::vlan,
            .port = {},
            .vlan = config.vlan != 0 ? config.vlan : number_after(kVlan.size())};
  }
  if (name == "lo" || (name.starts_with("lo") && all_digits_from(2)) ||
      name.starts_with("loopback")) {
    return {.kind = InterfaceKind::loopback, .port = {}, .vlan = 0};
  }
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && all_digits_from(dot + 1)) {
    const std::uint16_t vlan = config.vlan != 0 ? config.vlan : number_after(dot + 1);
    // Unit 0 ("ge-0/0/1.0") is the untagged port itself.
    return {.kind = vlan == 0 ? InterfaceKind::routed : InterfaceKind::sub,
            .port = name.substr(0, dot),
            .vlan = vlan};
  }
  if (config.vlan != 0) {  // A VLAN interface by another name: "servers".
    return {.kind = InterfaceKind::vlan, .port = {}, .vlan = config.vlan};
  }
  return {.kind = InterfaceKind::routed, .port = name, .vlan = 0};
}

PortNames::PortNames(const Topology& topology, std::span<const NodeConfig* const> nodes)
    : nodes_(nodes), lists_(nodes.size()), link_ends_(2 * topology.links.size()) {
  // Two passes over link ends: count, then place; names of one node lie together and are sorted
  // among themselves. Nodes of one kind are often named alike in the same order.
  const auto name_of = [&](std::uint32_t node) { return std::string_view(nodes[node]->name); };
  const auto end_of = [&](std::size_t end) -> const LinkEnd& {
    const LinkConfig& link = topology.links[end / 2];
    return end % 2 == 0 ? link.a : link.b;
  };
  std::vector<std::size_t> begin(nodes.size() + 1, 0);
  std::array<std::uint32_t, 2> last = {End::kUnknown,
                                       End::kUnknown};  // Often it again, or the next.
  for (std::size_t end = 0; end < link_ends_.size(); ++end) {
    const std::string_view name = end_of(end).node.text;
    std::uint32_t& node = last[end % 2];
    const bool again = node != End::kUnknown && name_of(node) == name;
    const std::uint32_t next = node + 1;  // 0 after an unknown one.
    if (!again) {
      node = next < nodes.size() && name_of(next) == name ? next : nodes_.find(name, name_of);
    }
    if (node != End::kUnknown) {
      link_ends_[end].node = node;
      ++begin[node + 1];
    }
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    begin[i + 1] += begin[i] + most_configured_ports(*nodes[i]);
  }
  std::vector<Naming> all(begin.back());
  std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
  for (std::size_t end = 0; end < link_ends_.size(); ++end) {
    if (const std::uint32_t node = link_ends_[end].node; node != End::kUnknown) {
      all[next[node]++] = {end_of(end).port, static_cast<std::uint32_t>(end)};
    }
  }
  std::span<const Naming> before;
  std::vector<std::uint32_t> positions;  // Of `before` among the ports of its node.
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for_each_configured_port(*nodes[i], [&](std::string_view name) { all[next[i]++] = {name}; });
    const auto mine = std::span<const Naming>(all).subspan(begin[i], next[i] - begin[i]);
    if (std::ranges::equal(mine, before, {}, &Naming::port, &Naming::port)) {
      lists_[i] = i == 0 ? List() : lists_[i - 1];
    } else {
      const std::size_t first = names_.size();
      place_in_order(mine, names_, positions);
      lists_[i] = {static_cast<std::uint32_t>(first),
                   static_cast<std::uint32_t>(names_.size() - first)};
      before = mine;
    }
    for (std::size_t j = 0; j < mine.size(); ++j) {
      if (mine[j].end != Naming::kNoEnd) {
        link_ends_[mine[j].end].port = positions[j];
      }
    }
  }
  names_.shrink_to_fit();
}

std::size_t PortNames::find(std::size_t node, std::string_view name) const {
  const auto names = of(node);
  const auto found = std::ranges::lower_bound(names, name, naturally_before);
  return found != names.end() && *found == name ? static_cast<std::size_t>(found - names.begin())
                                                : kNone;
}

}  // namespace switchfault
