// The store of a study in a file of SQLite (docs/compare.md has the schema).
//
// Results are written in transactions of about a second: whenever the program is killed, the file
// holds whole results only, and resuming computes the others again. A wrapper of the C API that
// owns connection and statements; no other file knows SQLite.

#include <cerrno>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sqlite3.h>

#include <switchfault/diagnostic.h>
#include <switchfault/study.h>

namespace switchfault {
namespace {

constexpr int kApplicationId = 0x53574654;  // "SWFT": tells our files from others.
constexpr int kSchemaVersion = 3;           // 1 had no log_weight, 2 no events.
constexpr std::chrono::milliseconds kBusyWait{10'000};
constexpr std::chrono::seconds kCommitInterval{1};

constexpr const char* kSchema = R"(
CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE strategies (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE metrics (id INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL,
  service TEXT NOT NULL, users TEXT NOT NULL, priority INTEGER NOT NULL,
  more_is_better INTEGER NOT NULL);
CREATE TABLE runs (replication INTEGER NOT NULL, strategy INTEGER NOT NULL REFERENCES strategies,
  seed INTEGER NOT NULL, alternative TEXT NOT NULL, recovered INTEGER NOT NULL,
  error TEXT NOT NULL, log_weight REAL NOT NULL, events INTEGER NOT NULL,
  PRIMARY KEY (replication, strategy)) WITHOUT ROWID;
CREATE TABLE measures (replication INTEGER NOT NULL, strategy INTEGER NOT NULL,
  metric INTEGER NOT NULL REFERENCES metrics, value REAL NOT NULL, open INTEGER NOT NULL,
  PRIMARY KEY (replication, strategy, metric)) WITHOUT ROWID;
CREATE VIEW results AS
  SELECT runs.replication, runs.seed, strategies.name AS strategy, runs.alternative,
    metrics.name AS metric, metrics.service, metrics.users, metrics.unit, measures.value,
    measures.open, runs.log_weight
  FROM measures JOIN runs USING (replication, strategy)
    JOIN strategies ON strategies.id = runs.strategy JOIN metrics ON metrics.id = measures.metric;
)";

[[noreturn]] void refuse(const std::string& path, std::string message, std::string hint) {
  throw InputError({Diagnostic{.at = {},
                               .path = path,
                               .source_line = {},
                               .message = std::move(message),
                               .hint = std::move(hint)}});
}

struct Closer {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

class Database {
 public:
  explicit Database(std::string path) : path_(std::move(path)) {
    sqlite3* database = nullptr;
    const int code = sqlite3_open_v2(path_.c_str(), &database,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    database_.reset(database);
    check(code);
    check(sqlite3_busy_timeout(database, static_cast<int>(kBusyWait.count())));
  }

  void execute(const char* sql) { check(sqlite3_exec(get(), sql, nullptr, nullptr, nullptr)); }

  // Throws for everything but success and a row or the end of rows.
  int check(int code) const {
    switch (code & 0xff) {
      case SQLITE_OK:
      case SQLITE_ROW:
      case SQLITE_DONE:
        return code;
      case SQLITE_NOTADB:
      case SQLITE_CORRUPT:
        refuse(path_, "this is no store of a study, or it is damaged", sqlite3_errstr(code));
      default:
        throw std::system_error(system_number(code), std::generic_category(),
                                path_ + ": " + text_of(code));
    }
  }

  [[nodiscard]] sqlite3* get() const { return database_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  [[nodiscard]] std::string text_of(int code) const {
    return database_ ? sqlite3_errmsg(get()) : sqlite3_errstr(code);
  }
  [[nodiscard]] int system_number(int code) const {
    const int number = database_ ? sqlite3_system_errno(get()) : 0;
    return number != 0 ? number : (code & 0xff) == SQLITE_FULL ? ENOSPC : EIO;
  }

  std::string path_;
  std::unique_ptr<sqlite3, Closer> database_;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql) : database_(database) {
    sqlite3_stmt* statement = nullptr;
    database.check(sqlite3_prepare_v2(database.get(), sql.data(), static_cast<int>(sql.size()),
                                      &statement, nullptr));
    statement_.reset(statement);
  }

  Statement& bind(std::int64_t value) {
    database_.check(sqlite3_bind_int64(statement_.get(), ++bound_, value));
    return *this;
  }
  Statement& bind(double value) {
    database_.check(sqlite3_bind_double(statement_.get(), ++bound_, value));
    return *this;
  }
  Statement& bind(const std::string& value) {
    database_.check(sqlite3_bind_text(statement_.get(), ++bound_, value.c_str(),
                                      static_cast<int>(value.size()), SQLITE_TRANSIENT));
    return *this;
  }
  // False: there is no further row, and the statement can be bound again.
  bool step() {
    const bool row = database_.check(sqlite3_step(statement_.get())) == SQLITE_ROW;
    if (!row) {
      sqlite3_reset(statement_.get());
      bound_ = 0;
    }
    return row;
  }
  [[nodiscard]] std::int64_t integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
  }
  [[nodiscard]] double number(int column) const {
    return sqlite3_column_double(statement_.get(), column);
  }
  [[nodiscard]] std::string text(int column) const {
    const std::string_view bytes(
        static_cast<const char*>(sqlite3_column_blob(statement_.get(), column)),
        static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
    return std::string(bytes);
  }

 private:
  Database& database_;
  std::unique_ptr<sqlite3_stmt, Closer> statement_;
  int bound_ = 0;
};

std::int64_t pragma(Database& database, std::string_view name) {
  Statement statement(database, "PRAGMA " + std::string(name));
  return statement.step() ? statement.integer(0) : 0;
}

std::map<std::string, std::string> properties(const StudyIdentity& identity) {
  return {{"program_version", identity.program_version},
          {"scenario_hash", identity.scenario_hash},
          {"seed", std::to_string(identity.seed)},
          {"title", identity.title}};
}

class SqliteStore final : public ReplicationStore {
 public:
  SqliteStore(const std::string& path, bool resume) : database_(path) {
    if (path.empty()) {  // A name SQLite takes for a file that vanishes with the program.
      refuse(path, "the store needs a name", "");
    }
    const bool empty = pragma(database_, "schema_version") == 0;
    if (!empty && (pragma(database_, "application_id") != kApplicationId ||
                   pragma(database_, "user_version") != kSchemaVersion)) {
      refuse(path, "this is no store of a study of this format", "");
    }
    if (!empty && !resume) {
      refuse(path, "the store exists", "--resume goes on with it");
    }
    if (!empty) {
      require_sound();
    }
    database_.execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL;");
  }

  std::vector<StrategyReplication> begin(const StudyIdentity& identity) override {
    database_.execute("BEGIN IMMEDIATE");
    if (pragma(database_, "schema_version") == 0) {
      create(identity);
    }
    database_.execute("COMMIT");
    require_same(identity);
    std::vector<StrategyReplication> results = read();
    put_run_ = std::make_unique<Statement>(
        database_, "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    put_measure_ = std::make_unique<Statement>(
        database_, "INSERT OR IGNORE INTO measures VALUES (?, ?, ?, ?, ?)");
    return results;
  }

  void put(const StrategyReplication& result) override {
    if (!open_) {
      database_.execute("BEGIN IMMEDIATE");
      open_ = true;
      since_ = std::chrono::steady_clock::now();
    }
    const auto replication = static_cast<std::int64_t>(result.replication);
    const std::int64_t strategy = result.strategy;
    put_run_->bind(replication)
        .bind(strategy)
        .bind(static_cast<std::int64_t>(result.seed))
        .bind(result.alternative)
        .bind(std::int64_t{result.recovered})
        .bind(result.error)
        .bind(result.log_weight)
        .bind(static_cast<std::int64_t>(result.events))
        .step();
    std::size_t next_open = 0;
    for (std::size_t i = 0; i < result.values.size(); ++i) {
      const bool open = next_open < result.open.size() && result.open[next_open] == i;
      next_open += open ? 1U : 0U;
      put_measure_->bind(replication)
          .bind(strategy)
          .bind(static_cast<std::int64_t>(i))
          .bind(result.values[i])
          .bind(std::int64_t{open})
          .step();
    }
    if (std::chrono::steady_clock::now() - since_ >= kCommitInterval) {
      commit();
    }
  }

  void commit() override {
    if (open_) {
      database_.execute("COMMIT");
      open_ = false;
    }
  }

 private:
  void create(const StudyIdentity& identity) {
    database_.execute(kSchema);
    database_.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};",
                                  kApplicationId, kSchemaVersion)
                          .c_str());
    Statement property(database_, "INSERT INTO study VALUES (?, ?)");
    for (const auto& [key, value] : properties(identity)) {
      property.bind(key).bind(value).step();
    }
    Statement strategy(database_, "INSERT INTO strategies VALUES (?, ?)");
    for (std::size_t i = 0; i < identity.strategies.size(); ++i) {
      strategy.bind(static_cast<std::int64_t>(i)).bind(identity.strategies[i]).step();
    }
    Statement row(database_, "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (std::size_t i = 0; i < identity.metrics.size(); ++i) {
      const StudyMetric& metric = identity.metrics[i];
      row.bind(static_cast<std::int64_t>(i))
          .bind(metric.name)
          .bind(metric.unit)
          .bind(metric.service)
          .bind(metric.users)
          .bind(std::int64_t{metric.priority})
          .bind(std::int64_t{metric.more_is_better})
          .step();
    }
  }

  void require_sound() {
    Statement check(database_, "PRAGMA quick_check(1)");
    const std::string found = check.step() ? check.text(0) : "";
    if (found != "ok") {
      refuse(database_.path(), "the store is damaged", found);
    }
  }

  void require_same(const StudyIdentity& identity) {
    const auto wanted = properties(identity);
    Statement property(database_, "SELECT key, value FROM study");
    std::map<std::string, std::string> stored;
    while (property.step()) {
      stored[property.text(0)] = property.text(1);
    }
    for (const auto& [key, value] : wanted) {
      if (stored[key] != value) {
        refuse(database_.path(),
               fmt::format("the store is of another study: its {} is {}, not {}", key,
                           in_quotes(stored[key]), in_quotes(value)),
               "use another file");
      }
    }
    std::vector<std::string> strategies;
    Statement strategy(database_, "SELECT name FROM strategies ORDER BY id");
    while (strategy.step()) {
      strategies.push_back(strategy.text(0));
    }
    if (strategies != identity.strategies ||
        count("SELECT count(*) FROM metrics") !=
            static_cast<std::int64_t>(identity.metrics.size())) {
      refuse(database_.path(), "the store is of another study: it compares other strategies",
             "name the same ones in the same order, or use another file");
    }
  }

  std::int64_t count(std::string_view sql) {
    Statement statement(database_, sql);
    return statement.step() ? statement.integer(0) : 0;
  }

  std::vector<StrategyReplication> read() {
    std::vector<StrategyReplication> results;
    Statement runs(
        database_,
        "SELECT replication, strategy, seed, alternative, recovered, error, log_weight, events "
        "FROM runs "
        "ORDER BY replication, strategy");
    Statement measures(database_,
                       "SELECT value, open FROM measures WHERE replication = ? AND strategy = ? "
                       "ORDER BY metric");
    while (runs.step()) {
      StrategyReplication& result = results.emplace_back();
      result.replication = static_cast<std::uint64_t>(runs.integer(0));
      result.strategy = static_cast<std::uint32_t>(runs.integer(1));
      result.seed = static_cast<std::uint64_t>(runs.integer(2));
      result.alternative = runs.text(3);
      result.recovered = runs.integer(4) != 0;
      result.error = runs.text(5);
      result.log_weight = runs.number(6);
      result.events = static_cast<std::uint64_t>(runs.integer(7));
      measures.bind(runs.integer(0)).bind(runs.integer(1));
      while (measures.step()) {
        if (measures.integer(1) != 0) {
          result.open.push_back(result.values.size());
        }
        result.values.push_back(measures.number(0));
      }
    }
    return results;
  }

  Database database_;
  std::unique_ptr<Statement> put_run_, put_measure_;
  bool open_ = false;  // A transaction.
  std::chrono::steady_clock::time_point since_;
};

}  // namespace

std::unique_ptr<ReplicationStore> open_replication_store(const std::string& path, bool resume) {
  return std::make_unique<SqliteStore>(path, resume);
}

}  // namespace switchfault
