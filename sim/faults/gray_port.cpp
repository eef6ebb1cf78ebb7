// gray_port: ports that lose frames though their carrier stays.
//
// Seen in the field as: dirty optics, a failing line card, a queue that never drains (stuck). The
// protocols that cross the port may go on while data is lost, and nothing in the device tells.
// Not modelled: loss that depends on the length or the content of a frame.

#include "os/fault.h"
#include "os/selection.h"

namespace switchfault {
namespace {

class GrayPort final : public Fault {
 public:
  explicit GrayPort(const ArgumentReader& arguments) : patterns_(arguments.names("ports")) {
    const double loss = arguments.share("loss");
    const std::string& direction = arguments.text("direction");
    fault_.transmit_loss = direction == "receive" ? 0 : loss;
    fault_.receive_loss = direction == "transmit" ? 0 : loss;
    fault_.stuck = arguments.boolean("stuck");
  }

  void inject(SwitchOs& os, const FaultContext& context) override {
    os_ = &os;
    replacements_ = os.replacements();
    owner_ = context.stable_id;
    set(os, fault_);
  }
  void clear(SwitchOs& os) override { set(os, {}); }
  // Optics and cells do not notice a boot of any kind; another box has others.
  [[nodiscard]] bool survives(BootKind) const override {
    return os_->replacements() == replacements_;
  }

 private:
  void set(SwitchOs& os, const PortFault& fault) const {
    for (const PortIndex port : ports_named(os, patterns_)) {
      os.set_port_fault(owner_, port, fault);
    }
  }

  std::vector<std::string> patterns_;
  PortFault fault_;
  std::uint64_t owner_ = 0;
  const SwitchOs* os_ = nullptr;
  std::uint32_t replacements_ = 0;
};

}  // namespace

FaultKind gray_port() {
  return {.info = {.name = "gray_port",
                   .summary = "Ports lose frames though their carrier stays.",
                   .parameters = {{.name = "ports",
                                   .unit = Unit::names,
                                   .summary = "names or patterns with *"},
                                  {.name = "loss", .unit = Unit::share, .summary = "of the frames"},
                                  {.name = "direction",
                                   .unit = Unit::choice,
                                   .default_text = "both",
                                   .summary = "as the node sees it",
                                   .choices = {"both", "transmit", "receive"},
                                   .source = "assumed"},
                                  {.name = "stuck",
                                   .unit = Unit::boolean,
                                   .default_text = "false",
                                   .summary = "the transmit queue never drains: nothing leaves",
                                   .source = "most gray ports still pass something"}}},
          .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
            return std::make_unique<GrayPort>(arguments);
          }};
}

}  // namespace switchfault
