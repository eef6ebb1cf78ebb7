// PendingWrites: decisions that wait while the table programmer is not running.
//
// A later write with the same key replaces an earlier one and takes the last place, so that what is
// applied in the end is what would stand in the chip had every write been applied in turn. Bounded
// by the keys there are: ports, prefixes, neighbours, addresses.
// Not modelled: the time a write takes.

#ifndef SWITCHFAULT_OS_TABLE_PROGRAMMER_H_
#define SWITCHFAULT_OS_TABLE_PROGRAMMER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "os/chip.h"

namespace switchfault {

class PendingWrites {
 public:
  void add(const ChipWrite& write);
  // In order; empty afterwards.
  std::vector<ChipWrite> take();
  void clear();
  [[nodiscard]] std::size_t size() const { return order_.size(); }

 private:
  // Which write (its alternative, SetRoute and RemoveRoute alike) and the numbers that name what
  // it writes.
  using Key = std::tuple<std::size_t, std::uint64_t, IpAddress, std::uint64_t>;
  static Key key_of(const ChipWrite& write);

  std::map<std::uint64_t, ChipWrite> writes_;  // By age.
  std::map<Key, std::uint64_t> order_;
  std::uint64_t next_ = 0;
};

// The table a write adds entries to, if it is one of limited size.
std::optional<ChipTable> table_of(const ChipWrite& write);
// As written in files: "neighbors".
std::string_view table_name(ChipTable table);
std::optional<ChipTable> table_named(std::string_view name);

}  // namespace switchfault

#endif  // SWITCHFAULT_OS_TABLE_PROGRAMMER_H_
