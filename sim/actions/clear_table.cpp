// clear_table: a table of the chip is emptied by command.
//
// What was learned comes back with traffic, what was decided is written again by the programmer.

#include <memory>
#include <optional>
#include <string>

#include "os/action.h"

namespace switchfault {
namespace {

ChipTable table_of(const std::string& name) {
  return name == "mac"         ? ChipTable::mac
         : name == "routes"    ? ChipTable::routes
         : name == "neighbors" ? ChipTable::neighbors
                               : ChipTable::sessions;
}

class ClearTable final : public Action {
 public:
  explicit ClearTable(const ArgumentReader& arguments)
      : table_(table_of(arguments.text("table"))) {}

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    return os.host_state() == HostState::up ? "" : "the host is not up";
  }
  void start(SwitchOs& os, Simulator&) override { os.clear_table(table_); }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }

 private:
  ChipTable table_;
};

}  // namespace

ActionKind clear_table() {
  return {.info = {.name = "clear_table",
                   .summary = "A table of the chip is emptied.",
                   .parameters = {{.name = "table",
                                   .unit = Unit::choice,
                                   .summary = "which table",
                                   .choices = {"mac", "routes", "neighbors", "sessions"}}},
                   .targets = TargetKind::nodes},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Action> {
            return std::make_unique<ClearTable>(arguments);
          }};
}

}  // namespace switchfault
