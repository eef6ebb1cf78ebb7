#include "run/probe.h"

namespace switchfault {

Probe::Probe(const Context& context, const ProbeConfig& config, Entity entity)
    : StandingFlow(context.simulator, context.network,
                   {.anchor = kTimeZero,
                    .period = config.interval,
                    .phase = Phase::traffic,
                    .target = entity,
                    .source = entity},
                   context.skip_quiet_time),
      context_(context),
      config_(config),
      entity_(entity),
      from_(context.network.find_node(config.from.text)) {
  const NodeIndex to = context.network.find_node(config.to.text);
  packet_.protocol = config.ipv6 ? IpProtocol::icmp6 : IpProtocol::icmp;
  packet_.source = context.network.address_of(from_, config.ipv6).value_or(IpAddress{});
  packet_.destination = context.network.address_of(to, config.ipv6).value_or(IpAddress{});
}

StandingFlow::Outcome Probe::execute(std::int64_t /*n*/, ReadSet& reads, ReadSet& kept) {
  const WalkResult result = context_.network.exchange(from_, packet_, reads, kept);
  const bool changed = result.delivered() != answered_;
  if (changed) {
    answered_ = result.delivered();
    const CauseScope scope(context_.simulator, result.cause != ObservationId::none
                                                   ? result.cause
                                                   : context_.simulator.cause());
    context_.log.append(ObservationKind::probe_state, entity_,
                        {.object = result.place,
                         .value = answered_ ? 1 : 0,
                         .text = disposition_name(result.disposition)});
  }
  const bool certain = result.share <= 0 || result.share >= 1;
  return {.quiet = !changed && !result.learned && certain};
}

}  // namespace switchfault
