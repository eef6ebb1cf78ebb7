#include "study/rank_message.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include <switchfault/ranks.h>

#include "core/byte_order.h"

namespace switchfault {
namespace {

class Writer {
 public:
  void number(std::uint64_t value) {
    std::byte bytes[sizeof(value)];
    store_little(bytes, value);
    for (const std::byte byte : bytes) {
      out_.push_back(std::to_integer<char>(byte));
    }
  }
  void text(const std::string& value) {
    number(value.size());
    out_ += value;
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number() {
    std::byte bytes[sizeof(std::uint64_t)];
    const std::string_view part = cut(sizeof(bytes));
    std::transform(part.begin(), part.end(), bytes,
                   [](char c) { return static_cast<std::byte>(c); });
    return load_little<std::uint64_t>(bytes);
  }
  std::uint32_t small() { return static_cast<std::uint32_t>(number()); }
  // Of things that take at least eight bytes each.
  std::size_t count() {
    const std::uint64_t value = number();
    require(value <= rest_.size() / sizeof(std::uint64_t));
    return value;
  }
  std::string text() { return std::string(cut(number())); }
  void finish() const { require(rest_.empty()); }

  static void require(bool good) {
    if (!good) {
      throw RankLost("a rank sent what cannot be read: is it another version of the program?");
    }
  }

 private:
  std::string_view cut(std::uint64_t size) {
    require(size <= rest_.size());
    const std::string_view part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }

  std::string_view rest_;
};

void write(const std::vector<double>& values, Writer& out) {
  out.number(values.size());
  for (const double value : values) {
    out.number(std::bit_cast<std::uint64_t>(value));
  }
}

std::vector<double> read_values(Reader& in) {
  std::vector<double> values(in.count());
  for (double& value : values) {
    value = std::bit_cast<double>(in.number());
  }
  return values;
}

void write(const StrategyReplication& result, Writer& out) {
  out.number(result.replication);
  out.number(result.strategy);
  out.number(result.seed);
  out.text(result.alternative);
  write(result.values, out);
  out.number(result.open.size());
  for (const std::size_t metric : result.open) {
    out.number(metric);
  }
  out.number(result.recovered ? 1 : 0);
  out.number(std::bit_cast<std::uint64_t>(result.log_weight));
  out.number(result.events);
  out.text(result.error);
}

StrategyReplication read_result(Reader& in) {
  StrategyReplication result;
  result.replication = in.number();
  result.strategy = in.small();
  result.seed = in.number();
  result.alternative = in.text();
  result.values = read_values(in);
  result.open.resize(in.count());
  for (std::size_t& metric : result.open) {
    metric = in.number();
  }
  result.recovered = in.number() != 0;
  result.log_weight = std::bit_cast<double>(in.number());
  result.events = in.number();
  result.error = in.text();
  return result;
}

}  // namespace

std::string rank_bytes(const RankNote& note) {
  Writer out;
  out.number(static_cast<std::uint64_t>(note.word));
  out.text(note.study);
  switch (note.word) {
    case RankWord::ready:
      out.number(note.threads);
      break;
    case RankWord::refuse:
      out.text(note.text);
      break;
    case RankWord::task:
      out.number(note.task.replication);
      out.number(note.task.strategy);
      out.number(note.task.seed);
      break;
    case RankWord::result:
      write(note.result, out);
      break;
    case RankWord::end:
      write(note.outcome, out);
      break;
    case RankWord::stop:
    case RankWord::alive:
      break;
  }
  return out.take();
}

RankNote rank_note(std::string_view bytes) {
  Reader in(bytes);
  RankNote note;
  const std::uint64_t word = in.number();
  Reader::require(word <= static_cast<std::uint64_t>(RankWord::end));
  note.word = static_cast<RankWord>(word);
  note.study = in.text();
  switch (note.word) {
    case RankWord::ready:
      note.threads = in.small();
      break;
    case RankWord::refuse:
      note.text = in.text();
      break;
    case RankWord::task:
      note.task.replication = in.number();
      note.task.strategy = in.small();
      note.task.seed = in.number();
      break;
    case RankWord::result:
      note.result = read_result(in);
      break;
    case RankWord::end:
      note.outcome = read_values(in);
      break;
    case RankWord::stop:
    case RankWord::alive:
      break;
  }
  in.finish();
  return note;
}

}  // namespace switchfault
