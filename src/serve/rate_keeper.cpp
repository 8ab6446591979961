#include "serve/rate_keeper.h"

#include <chrono>

namespace clew::serve {
namespace {

using sqlite::Database;
using sqlite::Transaction;

constexpr std::chrono::seconds kEvery{1};

// Beside the keys' own table, whose layout older programs know and keep to.
constexpr const char* kTable =
    "CREATE TABLE IF NOT EXISTS rates (key TEXT PRIMARY KEY, full_at REAL NOT NULL)"
    " STRICT, WITHOUT ROWID";

}  // namespace

Result<std::unique_ptr<RateKeeper>> RateKeeper::start(const std::string& path, RateLimit& limit,
                                                      RequestLog& log, Clock& clock) {
  std::unique_ptr<RateKeeper> keeper(new RateKeeper(limit, log, clock));
  CLEW_TRY(database, Database::open(path, Database::Mode::write));
  keeper->database_ = std::move(database);
  CLEW_CHECK(keeper->database_->make_durable(Database::Mode::write));
  CLEW_CHECK(keeper->database_->execute("PRAGMA synchronous=NORMAL"));
  CLEW_CHECK(keeper->database_->execute(kTable));
  CLEW_CHECK(keeper->read());
  keeper->thread_ = std::jthread(
      [keeper = keeper.get()](const std::stop_token& stopped) { keeper->work(stopped); });
  return keeper;
}

RateKeeper::~RateKeeper() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  write_or_log();
}

Result<void> RateKeeper::read() {
  CLEW_TRY(rows, database_->prepare("SELECT key, full_at FROM rates WHERE full_at > ?"));
  rows.bind(1, clock_.date());
  std::vector<RateLimit::Debt> debts;
  for (;;) {
    CLEW_TRY(more, rows.step());
    if (!more) break;
    debts.push_back({rows.text(0), rows.real(1)});
  }
  limit_.restore(debts);
  return {};
}

Result<void> RateKeeper::write() {
  const std::lock_guard lock(mutex_);
  for (auto& [key, full_at] : limit_.used())
    unwritten_.insert_or_assign(std::move(key), full_at);
  if (unwritten_.empty()) return {};
  CLEW_TRY(transaction, Transaction::begin(*database_, Transaction::Kind::write));
  CLEW_TRY(forget, database_->prepare("DELETE FROM rates WHERE full_at <= ?"));
  CLEW_CHECK(forget.bind(1, clock_.date()).run());
  CLEW_TRY(put, database_->prepare("INSERT OR REPLACE INTO rates VALUES (?, ?)"));
  for (const auto& [key, full_at] : unwritten_)
    CLEW_CHECK(put.bind(1, std::string_view(key)).bind(2, full_at).run());
  CLEW_CHECK(transaction.commit());
  unwritten_.clear();
  return {};
}

void RateKeeper::work(const std::stop_token& stopped) {
  std::unique_lock lock(pause_mutex_);
  while (!pause_.wait_for(lock, stopped, kEvery, [&] { return stopped.stop_requested(); }))
    write_or_log();
}

// One line when it begins to fail, not one a second.
void RateKeeper::write_or_log() {
  const auto written = write();
  if (!written && !failing_) log_.trouble(clock_.date(), "rates-not-kept", written.error().message);
  failing_ = !written;
}

}  // namespace clew::serve
