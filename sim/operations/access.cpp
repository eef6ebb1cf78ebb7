#include "operations/access.h"

#include <algorithm>

#include "os/selection.h"

namespace switchfault {
namespace {

constexpr std::uint16_t kSshPort = 22;  // IANA: Secure Shell.
constexpr std::uint16_t kSourcePort = 40000;

}  // namespace

const AccessChain* Access::find(std::string_view name) const {
  const auto found = std::find_if(chains_.begin(), chains_.end(),
                                  [&](const AccessChain& chain) { return chain.name == name; });
  return found == chains_.end() ? nullptr : &*found;
}

bool Access::leads_to(const AccessChain& chain, const Node& node) {
  return matches(chain.targets, {.config = node.config, .stable_id = node.stable_id});
}

std::optional<MissingLink> Access::missing(const AccessChain& chain, NodeIndex index) const {
  const Node& node = network_.node(index);
  if (!leads_to(chain, node)) {
    return MissingLink{node.entity, "a way by " + chain.name + " to " + node.config->name};
  }
  NodeIndex at = chain.from.text.empty() ? NodeIndex::none : network_.find_node(chain.from.text);
  bool console = chain.kind == AccessChain::Kind::on_site;
  for (const AccessStep& step : chain.steps) {
    if (auto link = missing_step(step, at)) {
      return link;
    }
    console = console || step.kind == AccessStep::Kind::console;
  }
  // A console works while the host runs; a network login needs the management plane as well.
  if (node.os != nullptr &&
      (console ? node.os->host_state() != HostState::up : !node.os->serves(Plane::management))) {
    return MissingLink{node.entity, (console ? "console of " : "login on ") + node.config->name};
  }
  if (!console && at != NodeIndex::none && !reaches(at, index, true)) {
    return MissingLink{node.entity, "management address of " + node.config->name};
  }
  return std::nullopt;
}

// Looks at one step from where the person is by now, and moves there.
std::optional<MissingLink> Access::missing_step(const AccessStep& step, NodeIndex& at) const {
  const std::string name =
      (step.purpose.empty() ? std::string{} : step.purpose + " ") + step.target.text;
  if (step.kind == AccessStep::Kind::service) {
    const ServiceIndex service = services_.find(step.target.text);
    if (at != NodeIndex::none && !services_.usable_from(at, service) && !step.has_fallback) {
      return MissingLink{{EntityKind::service, static_cast<std::uint32_t>(service)}, name};
    }
    return std::nullopt;
  }
  const NodeIndex target = network_.find_node(step.target.text);
  if (at != NodeIndex::none && !reaches(at, target, false)) {
    return MissingLink{network_.node(target).entity, name};
  }
  at = target;
  return std::nullopt;
}

bool Access::reaches(NodeIndex from, NodeIndex to, bool management) const {
  const Node& target = network_.node(to);
  for (const bool ipv6 : {false, true}) {
    auto destination = network_.address_of(to, ipv6);
    if (management && !target.config->management_address.empty()) {
      const auto prefix = IpPrefix::parse(target.config->management_address);
      destination = prefix ? std::optional(prefix->address())
                           : IpAddress::parse(target.config->management_address);
    }
    if (!destination) {
      continue;
    }
    const auto source = network_.address_of(from, !destination->is_v4());
    ReadSet reads;
    if (source && network_
                      .converse(from,
                                {.source = *source,
                                 .destination = *destination,
                                 .protocol = IpProtocol::tcp,
                                 .source_port = kSourcePort,
                                 .destination_port = kSshPort},
                                reads)
                      .delivered()) {
      return true;
    }
  }
  return false;
}

}  // namespace switchfault
