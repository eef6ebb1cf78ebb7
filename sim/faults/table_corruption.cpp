// table_corruption: entries of a chip table are silently wrong; hits on them are dropped.
//
// Seen in the field as: hardware routes that differ from the routing table, a next-hop group with a
// dead member, a flipped bit. Chosen are a share of the keys, the keys within a prefix, or one
// bucket of the flow hash. An entry written again is right again. Not modelled: entries that send
// traffic elsewhere instead of dropping it.

#include <algorithm>

#include "core/check.h"
#include "os/fault.h"
#include "os/table_programmer.h"

namespace switchfault {
namespace {

class TableCorruption final : public Fault {
 public:
  explicit TableCorruption(const ArgumentReader& arguments)
      : persistent_(arguments.boolean("persistent")) {
    const auto table = table_named(arguments.text("table"));
    SF_CHECK(table.has_value());
    what_.table = *table;
    if (arguments.has("prefix")) {
      what_.which = Corruption::Which::prefix;
      what_.prefix = arguments.prefix("prefix").network();
    } else if (arguments.has("bucket")) {
      what_.which = Corruption::Which::hash_bucket;
      what_.buckets = static_cast<std::uint32_t>(arguments.integer("buckets"));
      what_.bucket = static_cast<std::uint32_t>(arguments.integer("bucket")) % what_.buckets;
    } else {
      what_.share = arguments.share("share");
    }
  }

  void inject(SwitchOs& os, const FaultContext& context) override {
    os_ = &os;
    replacements_ = os.replacements();
    // Bad cells are the same after each boot: the draw does not count injections.
    what_.salt = context.random.bits(
        {.purpose = Purpose("table_corruption.keys"), .entity = context.stable_id});
    os.corrupt(what_);
  }
  void clear(SwitchOs& os) override { os.repair_table(what_.table); }
  // Every boot writes the tables anew. Cells that are bad fail again, but not those of another box.
  [[nodiscard]] bool survives(BootKind) const override {
    return persistent_ && os_->replacements() == replacements_;
  }

 private:
  Corruption what_;
  bool persistent_;
  const SwitchOs* os_ = nullptr;
  std::uint32_t replacements_ = 0;
};

}  // namespace

FaultKind table_corruption() {
  return {
      .info = {.name = "table_corruption",
               .summary = "Entries of a chip table are silently wrong; hits on them are dropped.",
               .parameters =
                   {{.name = "table",
                     .unit = Unit::choice,
                     .summary = "which table",
                     .choices = {"mac", "routes", "neighbors", "sessions"}},
                    {.name = "share",
                     .unit = Unit::share,
                     .default_text = "1",
                     .summary = "of the keys, when neither prefix nor bucket is given",
                     .source = "one bad TCAM cell can spoil every key (Cisco CSCuw86414)"},
                    {.name = "prefix",
                     .unit = Unit::prefix,
                     .summary = "destinations within it",
                     .optional = true},
                    {.name = "bucket",
                     .unit = Unit::integer,
                     .summary = "flows whose hash falls into this bucket, from 0",
                     .optional = true,
                     .minimum = 0,
                     .maximum = 65535},
                    {.name = "buckets",
                     .unit = Unit::integer,
                     .default_text = "16",
                     .summary = "into how many buckets the hash is divided",
                     .minimum = 1,
                     .maximum = 65536,
                     .source = "assumed"},
                    {.name = "persistent",
                     .unit = Unit::boolean,
                     .default_text = "false",
                     .summary = "bad cells: wrong again after each boot, until the box is replaced",
                     .source = "soft errors are cured by writing the entry again"}}},
      .make = [](const ArgumentReader& arguments) -> std::unique_ptr<Fault> {
        return std::make_unique<TableCorruption>(arguments);
      }};
}

}  // namespace switchfault
