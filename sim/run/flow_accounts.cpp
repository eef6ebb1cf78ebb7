#include "run/flow_accounts.h"

#include <algorithm>
#include <numeric>

#include "core/check.h"
#include "core/fingerprint.h"

namespace switchfault {
namespace {

// One multiplication a verdict, by the golden ratio, with the upper half folded in: enough for a
// difference anywhere to be seen at the end.
std::uint64_t digested(std::uint64_t digest, const PacketOutcome& outcome) {
  constexpr std::uint64_t kFactor = 0x9e3779b97f4a7c15ULL;
  constexpr unsigned kVerdictBits = 8;
  const auto delay = static_cast<std::uint64_t>(outcome.delay.count());
  digest = (digest ^ (delay << kVerdictBits | outcome.verdict.index())) * kFactor;
  return digest ^ digest >> 32U;
}

}  // namespace

std::string FlowAccounts::fingerprint() const {
  Fingerprint fingerprint;
  fingerprint.add(digest_);
  fingerprint.add(packets_);
  return fingerprint.hex();
}

std::uint32_t FlowAccounts::application(const std::string& name, bool service) {
  const auto known = application_numbers_.find({service, name});
  if (known != application_numbers_.end()) {
    return known->second;
  }
  if (applications_.size() + 1 >= kMaxApplications && name != "other") {
    return application("other", false);
  }
  const auto number = static_cast<std::uint32_t>(applications_.size());
  application_numbers_.emplace(std::pair(service, name), number);
  applications_.emplace_back().facts.name = name;
  applications_.back().facts.service = service;
  return number;
}

std::uint32_t FlowAccounts::add_sense(std::uint32_t conversation, std::uint32_t application,
                                      bool reply) {
  if (conversation >= conversations_.size()) {
    SF_CHECK(conversation == conversations_.size());
    conversations_.push_back({.application = application});
    ++applications_[application].facts.conversations;
  }
  senses_.emplace_back().facts = {
      .conversation = conversation, .application = application, .reply = reply};
  return static_cast<std::uint32_t>(senses_.size() - 1);
}

void FlowAccounts::count(PacketVerdict run, PacketVerdict baseline) {
  ++packets_;
  ++verdicts_[0][run.index()];
  if (sides_ == kSides) {
    ++verdicts_[1][baseline.index()];
  }
}

void FlowAccounts::refuse(NotSent reason, std::uint32_t /*length*/) {
  count(PacketVerdict(reason), PacketVerdict(reason));
}

void FlowAccounts::refuse(NotSent reason, std::uint32_t length, std::uint32_t sense) {
  refuse(reason, length);
  Sense& facts = senses_[sense].facts;
  ++facts.packets;
  facts.bytes += length;
  ApplicationReport& application = applications_[facts.application].facts;
  ++application.packets;
  application.bytes += length;
}

void FlowAccounts::fold(const PacketRecord& record) {
  count(record.run().verdict, record.baseline().verdict);
  first_sent_ = sent_ == 0 ? record.sent : first_sent_;
  last_sent_ = record.sent;
  ++sent_;
  SenseAccount& sense = senses_[record.sense];
  Application& application = applications_[sense.facts.application];
  ++sense.facts.packets;
  sense.facts.bytes += record.length;
  ++application.facts.packets;
  application.facts.bytes += record.length;
  for (std::size_t side = 0; side < sides_; ++side) {
    const PacketOutcome& outcome = record.outcomes[side];
    sense.tallies[side].add(record.sent, outcome);
    application.tallies[side].add_without_delay(record.sent, outcome);
    digest_ = digested(digest_, outcome);
  }
  application.bins.add(record.sent - first_sent_, record.lost_by_faults());
  ConversationAccount& conversation = conversations_[sense.facts.conversation];
  if (record.lost_by_faults()) {
    ++sense.facts.lost_by_faults;
    fold_failure(record, conversation);
  } else if (conversation.for_good && record.run().verdict.delivered()) {
    conversation.for_good = false;
  }
}

void FlowAccounts::fold_failure(const PacketRecord& record, ConversationAccount& conversation) {
  conversation.failed = true;
  conversation.for_good = true;
  Application& application = applications_[senses_[record.sense].facts.application];
  if (application.facts.lost_by_faults++ == 0) {
    application.first_failure = record.sent;
  }
  application.last_failure = record.sent;
  Loss& loss = losses_[{record.run().place, record.run().verdict}];
  if (loss.packets++ == 0) {
    loss.first = record.sent;
  }
  loss.last = record.sent;
}

TrafficReport FlowAccounts::traffic(std::uint32_t sense, Side side) const {
  return senses_[sense].tallies[kept(side)].report(last_sent_);
}

std::vector<ApplicationReport> FlowAccounts::applications() const {
  Duration width{};
  for (const Application& application : applications_) {
    width = std::max(width, application.bins.width());
  }
  std::vector<std::array<TrafficTally, kSides>> tallies;
  for (const Application& application : applications_) {
    tallies.push_back(application.tallies);
  }
  for (const SenseAccount& sense : senses_) {
    for (std::size_t side = 0; side < sides_; ++side) {
      tallies[sense.facts.application][side].add_delays(sense.tallies[side]);
    }
  }
  std::vector<ApplicationReport> reports;
  for (const Application& application : applications_) {
    const std::array<TrafficTally, kSides>& both = tallies[reports.size()];
    ApplicationReport& report = reports.emplace_back(application.facts);
    if (report.lost_by_faults > 0) {
      report.first_failure = application.first_failure;
      report.last_failure = application.last_failure;
    }
    report.run = both[kept(Side::run)].report(last_sent_);
    report.baseline = both[kept(Side::baseline)].report(last_sent_);
    TimeBins bins = application.bins;
    bins.widen(width);
    report.bin = bins.width();
    report.bins = bins.bins();
  }
  for (const ConversationAccount& conversation : conversations_) {
    ApplicationReport& report = reports[conversation.application];
    report.failed += conversation.failed ? 1U : 0U;
    report.for_good += conversation.for_good ? 1U : 0U;
  }
  return reports;
}

std::vector<VerdictCount> FlowAccounts::dispositions(Side side) const {
  const auto& counts = verdicts_[kept(side)];
  SF_CHECK(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}) == packets_);
  std::vector<VerdictCount> named;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) {
      named.push_back({.verdict = std::string(PacketVerdict::at(i).name()), .packets = counts[i]});
    }
  }
  return named;
}

std::vector<LossPlace> FlowAccounts::losses() const {
  std::vector<LossPlace> places;
  for (const auto& [key, loss] : losses_) {
    places.push_back({.verdict = std::string(key.second.name()),
                      .place = {},
                      .entity = key.first,
                      .packets = loss.packets,
                      .first = loss.first,
                      .last = loss.last});
  }
  std::stable_sort(places.begin(), places.end(),
                   [](const LossPlace& a, const LossPlace& b) { return a.packets > b.packets; });
  return places;
}

std::uint64_t FlowAccounts::failed() const {
  return static_cast<std::uint64_t>(
      std::count_if(conversations_.begin(), conversations_.end(),
                    [](const ConversationAccount& conversation) { return conversation.failed; }));
}

std::uint64_t FlowAccounts::for_good() const {
  return static_cast<std::uint64_t>(
      std::count_if(conversations_.begin(), conversations_.end(),
                    [](const ConversationAccount& conversation) { return conversation.for_good; }));
}

}  // namespace switchfault
