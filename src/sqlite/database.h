// A thin, checked layer over SQLite's C interface: results instead of codes, and nothing leaks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace clew::sqlite {

class Statement {
 public:
  // Parameters count from 1, columns from 0. Bound views must live until the next step() is done.
  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, double value);
  Statement& bind(int parameter, std::string_view text);
  Statement& bind_blob(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);
  // True while there is a row.
  Result<bool> step();
  // For statements that give no rows: step and rewind.
  Result<void> run();
  void reset();

  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;  // also reads blobs
  bool is_null(int column) const;

 private:
  friend class Database;
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(const class Database& database, sqlite3_stmt* statement)
      : database_(&database), statement_(statement) {}
  const class Database* database_;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

class Database {
 public:
  enum class Mode : std::uint8_t { read, write };
  // How long to wait for locks of other processes before saying busy.
  static constexpr int kPatienceMs = 10'000;
  // Creates the file in write mode; ":memory:" is private to the object.
  static Result<std::unique_ptr<Database>> open(const std::string& path, Mode mode);

  // For what must outlive a crash: a write-ahead log (in write mode) that is synced at each commit,
  // and pages that are looked at before they are believed.
  Result<void> make_durable(Mode mode) const;

  Result<void> execute(const char* sql) const;
  void set_patience(int milliseconds) const;
  Result<Statement> prepare(std::string_view sql) const;
  Result<std::int64_t> integer(std::string_view sql) const;  // first column of the first row
  std::int64_t last_id() const;
  std::int64_t changes() const;  // rows that the last INSERT, UPDATE or DELETE touched
  const std::string& path() const { return path_; }
  // The error that SQLite reported last, as a value: no_space, busy, corrupt or io.
  Error error(int code) const;

 private:
  struct Closer {
    void operator()(sqlite3* handle) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

// Rolls back when destroyed without commit(). `immediate` takes the write lock at once, so that a
// reader never has to upgrade and fail half-way.
class Transaction {
 public:
  enum class Kind : std::uint8_t { read, write };
  static Result<Transaction> begin(const Database& database, Kind kind);
  Transaction(Transaction&& other) noexcept : database_(other.database_) {
    other.database_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  Result<void> commit();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}
  const Database* database_;
};

}  // namespace clew::sqlite
