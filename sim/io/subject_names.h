// SubjectNames: what the observations of a run can be about, by the names that events files use.
//
// An expectation that counts observations of a misspelt name would count none, so that "it does not
// happen" would always hold. Names made from several (ports, processes, demands, people) are taken
// apart rather than listed; texts of observations that are not names are not looked at.

#ifndef SWITCHFAULT_IO_SUBJECT_NAMES_H_
#define SWITCHFAULT_IO_SUBJECT_NAMES_H_

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "io/check_scenario.h"

namespace switchfault {

class SubjectNames {
 public:
  // REQUIRES: `all` outlives this.
  explicit SubjectNames(const References& all);

  [[nodiscard]] bool contains(std::string_view subject) const;
  // The nearest that there is.
  [[nodiscard]] std::string hint(std::string_view subject) const;

 private:
  using Words = std::vector<std::string_view>;

  void add(std::string_view name);
  [[nodiscard]] const NodeConfig* node(std::string_view name) const;
  [[nodiscard]] bool is_port(std::string_view text) const;
  [[nodiscard]] bool is_link(std::string_view text) const;
  [[nodiscard]] bool is_part_of_node(std::string_view text) const;
  [[nodiscard]] bool is_person(std::string_view text) const;
  [[nodiscard]] bool is_demand(std::string_view text) const;
  [[nodiscard]] static bool is_domain(std::string_view text);
  // The ports that links and settings give a node; what else the node has a name for.
  [[nodiscard]] Words ports_of(std::string_view name) const;
  [[nodiscard]] Words parts_of(const NodeConfig& owner) const;

  const References& all_;
  std::unordered_map<std::string_view, bool> single_;   // Names that stand for themselves.
  Words names_;                                         // The same, in the order of the file.
  std::unordered_map<std::string_view, Words> linked_;  // Ports of nodes that links end at.
};

}  // namespace switchfault

#endif  // SWITCHFAULT_IO_SUBJECT_NAMES_H_
