#include "run/traffic_source.h"

#include <algorithm>

#include "core/check.h"
#include "core/draw_law.h"

namespace switchfault {
namespace {

constexpr std::uint16_t kSourcePort = 50'000;  // Dynamic (RFC 6335); any fixed one does.
constexpr std::uint64_t kBitsOfByte = 8;
constexpr std::uint64_t kNanosOfSecond = 1'000'000'000;

Packet packet_of(const TrafficConfig& config, const Network& network) {
  const auto source = network.address_of(network.find_node(config.from.text), config.ipv6);
  const auto destination = network.address_of(network.find_node(config.to.text), config.ipv6);
  SF_CHECK(source && destination);
  return {.source = *source,
          .destination = *destination,
          .protocol = config.protocol == "tcp" ? IpProtocol::tcp : IpProtocol::udp,
          .source_port = kSourcePort,
          .destination_port = config.port};
}

}  // namespace

TrafficSource::TrafficSource(const TrafficConfig& config, const Random& random, Network& network,
                             SimTime end)
    : config_(config),
      random_(random),
      id_(stable_hash(config.name)),
      flow_(network.packets().add_flow({.from = network.find_node(config.from.text),
                                        .packet = packet_of(config, network),
                                        .conversation = PacketFlow::kNoConversation,
                                        .group = {}})),
      end_(config.until ? std::min(end, kTimeZero + *config.until) : end),
      phase_end_(kTimeZero + config.start) {
  find_next();
}

void TrafficSource::find_next() {
  switch (config_.pattern) {
    case TrafficConfig::Pattern::constant:
      next_ = kTimeZero + config_.start + gaps(sent_);
      break;
    case TrafficConfig::Pattern::poisson:
      next_ = (sent_ == 0 ? kTimeZero + config_.start : next_) + exponential_gap();
      break;
    case TrafficConfig::Pattern::on_off:
      next_ = phase_begin_ + gaps(sent_in_phase_);
      if (sent_ == 0 || next_ >= phase_end_) {
        next_phase();
      }
      break;
  }
  if (next_ >= end_) {
    next_ = kNever;
  }
}

// An on-time that is drawn as zero sends nothing.
void TrafficSource::next_phase() {
  const auto drawn = [&](const char* purpose, const DurationLaw& law) {
    return draw(random_, {.purpose = Purpose(purpose), .entity = id_, .occurrence = phase_}, law);
  };
  do {
    phase_begin_ = phase_end_ + (phase_ == 0 ? Duration{} : drawn("traffic.off", config_.off));
    phase_end_ = phase_begin_ + drawn("traffic.on", config_.on);
    ++phase_;
  } while (phase_begin_ == phase_end_ && phase_begin_ < end_);
  sent_in_phase_ = 0;
  next_ = phase_begin_;
}

Duration TrafficSource::gaps(std::uint64_t n) const {
  __extension__ using Wide = unsigned __int128;
  const Wide bits = Wide{n} * config_.size * kBitsOfByte;
  const auto rate = static_cast<Wide>(config_.rate.bits_per_second);
  const Wide nanos = bits * kNanosOfSecond / rate;
  constexpr Wide kMost = static_cast<Wide>(Duration::max().count()) / 2;
  return Duration{static_cast<std::int64_t>(std::min(nanos, kMost))};
}

// Draws are rounded to microseconds, which would be seen in gaps: those of a time 1000 times as
// long are not.
Duration TrafficSource::exponential_gap() const {
  const std::int64_t finer = 1000;
  const DrawKey key{.purpose = Purpose("traffic.gap"), .entity = id_, .occurrence = sent_};
  const Duration mean = gaps(1);
  if (mean > Duration::max() / (finer * finer)) {
    return random_.exponential(key, mean);
  }
  return random_.exponential(key, mean * finer) / finer;
}

OfferedPacket TrafficSource::take() {
  const OfferedPacket packet{.at = next_,
                             .number = sent_,
                             .flow = flow_,
                             .length = config_.size - PacketPlane::kChecksumBytes,
                             .opens = true,
                             .closes = TcpClose::none};
  ++sent_;
  ++sent_in_phase_;
  find_next();
  return packet;
}

void TrafficSource::ended(const PacketSink::Ended& packet) {
  if (packet.disposition == Disposition::delivered) {
    const Duration delay = packet.at - packet.offered;
    ++delivered_;
    delay_min_ = std::min(delay_min_, delay);
    delay_max_ = std::max(delay_max_, delay);
    delay_sum_ += delay;
    return;
  }
  ++lost_[static_cast<std::size_t>(packet.disposition)];
  first_loss_ = std::min(first_loss_.value_or(packet.offered), packet.offered);
  last_loss_ = std::max(last_loss_.value_or(packet.offered), packet.offered);
}

TrafficInfo TrafficSource::info() const {
  TrafficInfo info{.name = config_.name,
                   .from = config_.from.text,
                   .to = config_.to.text,
                   .sent = sent_,
                   .bytes = sent_ * config_.size,
                   .delivered = delivered_,
                   .lost_by = {},
                   .first_loss = first_loss_,
                   .last_loss = last_loss_,
                   .delay = {}};
  for (std::size_t i = 0; i < lost_.size(); ++i) {
    if (lost_[i] > 0) {
      info.lost += lost_[i];
      info.lost_by.emplace_back(disposition_name(static_cast<Disposition>(i)), lost_[i]);
    }
  }
  if (delivered_ > 0) {
    info.delay = {.min = delay_min_,
                  .mean = delay_sum_ / static_cast<std::int64_t>(delivered_),
                  .max = delay_max_};
  }
  return info;
}

}  // namespace switchfault
