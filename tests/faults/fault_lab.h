// FaultLab: a Lab in which one fault strikes its first instance, as run makes it strike.

#ifndef SWITCHFAULT_TESTS_FAULTS_FAULT_LAB_H_
#define SWITCHFAULT_TESTS_FAULTS_FAULT_LAB_H_

#include <memory>
#include <string>

#include "faults/catalog.h"
#include "os/given.h"
#include "os/lab.h"

namespace switchfault {

class FaultLab : public Lab {
 public:
  explicit FaultLab(const NodeConfig& config = lab_switch("s1"), std::uint64_t seed = 1)
      : Lab(config, seed) {}

  void inject(const std::string& kind, const Given& values = {}) {
    const FaultKind& row = kind_named(catalog_, kind);
    const Arguments arguments = given(row.info, values);
    fault_ = row.make(ArgumentReader(arguments));
    strike();
  }
  // What run does after a boot: strikes again what has survived it, clears the rest.
  void booted(BootKind kind) {
    if (fault_->survives(kind)) {
      strike();
    } else {
      clear();
    }
  }
  void clear() { fault_->clear(os()); }
  // Boots, does what run does when the host is up, and waits until every plane is back.
  void boot(BootKind kind) {
    os().boot(kind, "reload");
    run_for(os().boot_times(kind)->control + std::chrono::nanoseconds{1});
    booted(kind);
    run_for(std::chrono::minutes{2});
  }
  // The kinds of boot it would survive now.
  [[nodiscard]] std::string survives() const {
    std::string text;
    const std::array<const char*, kBootKinds> names{"cold", "fast", "warm", "power_cycle"};
    for (std::size_t i = 0; i < kBootKinds; ++i) {
      if (fault_->survives(static_cast<BootKind>(i))) {
        text += (text.empty() ? "" : " ") + std::string(names[i]);
      }
    }
    return text;
  }

 private:
  void strike() {
    fault_->inject(os(), {.simulator = simulator(),
                          .random = random(),
                          .fault = Entity(EntityKind::fault, 0),
                          .stable_id = 77,
                          .injection = injections_++});
  }

  std::vector<FaultKind> catalog_ = fault_catalog();
  std::unique_ptr<Fault> fault_;
  std::uint32_t injections_ = 0;
};

inline constexpr const char* kEveryBoot = "cold fast warm power_cycle";

}  // namespace switchfault

#endif  // SWITCHFAULT_TESTS_FAULTS_FAULT_LAB_H_
