// OperatorView: what the people know, which is never the truth itself.
//
// Polls that returned, alarms, calls, results of logins, and an inventory as written down. Nodes
// that no monitor polls, or whose monitor cannot be looked at, are unknown. Strategies,
// verifications and target lists read only this.

#ifndef SWITCHFAULT_OPERATIONS_OPERATOR_VIEW_H_
#define SWITCHFAULT_OPERATIONS_OPERATOR_VIEW_H_

#include <cstdint>
#include <string>
#include <vector>

#include <switchfault/scenario.h>

#include "net/network.h"

namespace switchfault {

enum class Known : std::uint8_t { unknown, answers, silent };

class OperatorView {
 public:
  explicit OperatorView(const Network& network) : nodes_(network.node_count(), Known::unknown) {}

  void poll(NodeIndex node, bool answered) {
    nodes_[static_cast<std::size_t>(node)] = answered ? Known::answers : Known::silent;
  }
  [[nodiscard]] Known node(NodeIndex node) const { return nodes_[static_cast<std::size_t>(node)]; }

 private:
  std::vector<Known> nodes_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_OPERATIONS_OPERATOR_VIEW_H_
