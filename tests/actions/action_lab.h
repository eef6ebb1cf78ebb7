// ActionLab: a Lab in which somebody acts on the first instance, as operations would.

#ifndef SWITCHFAULT_TESTS_ACTIONS_ACTION_LAB_H_
#define SWITCHFAULT_TESTS_ACTIONS_ACTION_LAB_H_

#include <memory>
#include <string>

#include "actions/catalog.h"
#include "os/given.h"
#include "os/lab.h"

namespace switchfault {

class ActionLab : public Lab {
 public:
  explicit ActionLab(const NodeConfig& config = lab_switch("s1")) : Lab(config) {}

  // Starts it unless it is refused; the reason then, else nothing.
  std::string act(const std::string& kind, const Given& values = {}) {
    const ActionKind& row = kind_named(catalog_, kind);
    const Arguments arguments = given(row.info, values);
    action_ = row.make(ArgumentReader(arguments));
    std::string refusal = action_->refusal(os());
    if (refusal.empty()) {
      action_->start(os(), simulator());
    }
    return refusal;
  }
  [[nodiscard]] bool complete() { return action_->complete(os()); }
  [[nodiscard]] const Action& action() const { return *action_; }

 private:
  std::vector<ActionKind> catalog_ = action_catalog();
  std::unique_ptr<Action> action_;
};

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_ACTIONS_ACTION_LAB_H_
