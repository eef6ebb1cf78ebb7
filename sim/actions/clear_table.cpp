// clear_table: learned entries of a chip table are forgotten, routes are written again.
//
// It goes through the table programmer and needs it. Not modelled: the load of learning again.

#include "actions/conditions.h"
#include "core/check.h"
#include "os/action.h"
#include "os/table_programmer.h"

namespace switchfault {
namespace {

class ClearTable final : public Action {
 public:
  explicit ClearTable(const ArgumentReader& arguments) {
    const auto table = table_named(arguments.text("table"));
    SF_CHECK(table.has_value());
    table_ = *table;
  }

  [[nodiscard]] std::string refusal(const SwitchOs& os) const override {
    std::string reason = why_no_command(os);
    if (reason.empty() && !os.running(ProcessFunction::table_programmer)) {
      reason = "its table programmer does not run";
    }
    return reason;
  }
  void start(SwitchOs& os, Simulator&) override { os.clear_table(table_); }
  [[nodiscard]] bool complete(const SwitchOs&) const override { return true; }

 private:
  ChipTable table_ = ChipTable::mac;
};

}  // namespace

ActionKind clear_table() {
  return {.info = {.name = "clear_table",
                   .summary = "Clears a table of the chip; it fills again.",
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
