#include "serve/key_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sqlite/schema.h"

namespace clew::serve {
namespace {

using sqlite::Database;
using sqlite::Transaction;

constexpr sqlite::Schema kSchema = {
    .application_id = 0x636c6b79,  // "clky"
    .version = 1,
    .tables =
        "CREATE TABLE keys (id TEXT PRIMARY KEY, hash BLOB NOT NULL, name TEXT NOT NULL,"
        " scope TEXT NOT NULL, made INTEGER NOT NULL, revoked INTEGER) STRICT;"
        "CREATE UNIQUE INDEX keys_in_use ON keys (name) WHERE revoked IS NULL;",
    .name = "a database of API keys"};

// SQLite would make it readable by all whom the umask lets.
Result<void> make_private(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(ErrorKind::io, path + ": " + std::strerror(errno));
  ::close(fd);
  return {};
}

Result<KeyRecord> read_record(const sqlite::Statement& row, const std::string& path) {
  const auto scope = find_scope(row.text(2));
  if (!scope) return fail(ErrorKind::corrupt, path + ": a key has the scope " + row.text(2));
  KeyRecord record{row.text(0), row.text(1), *scope, row.integer(3), std::nullopt};
  if (!row.is_null(4)) record.revoked = row.integer(4);
  return record;
}

Result<void> check_name(const std::string& name) {
  const bool printable = std::ranges::all_of(
      name, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != 0x7f; });
  if (name.empty() || name.size() > KeyStore::kNameMax || !printable) {
    return fail(ErrorKind::usage, "a key's name has 1 to " + std::to_string(KeyStore::kNameMax) +
                                      " bytes and no control characters");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<KeyStore>> KeyStore::open(const std::string& path) {
  CLEW_CHECK(make_private(path));
  std::unique_ptr<KeyStore> store(new KeyStore());
  CLEW_TRY(database, Database::open(path, Database::Mode::write));
  CLEW_CHECK(database->make_durable(Database::Mode::write));
  CLEW_CHECK(sqlite::prepare_schema(*database, Database::Mode::write, kSchema));
  store->database_ = std::move(database);
  CLEW_TRY(find, store->database_->prepare("SELECT id, name, scope, made, revoked, hash FROM keys"
                                           " WHERE id = ? AND revoked IS NULL"));
  store->find_ = std::move(find);
  return store;
}

Result<ApiKey> KeyStore::make(const std::string& name, Scope scope, std::int64_t now) {
  CLEW_CHECK(check_name(name));
  CLEW_TRY(key, make_api_key());
  const std::lock_guard lock(mutex_);
  CLEW_TRY(transaction, Transaction::begin(*database_, Transaction::Kind::write));
  CLEW_TRY(same, database_->prepare("SELECT 1 FROM keys WHERE name = ? AND revoked IS NULL"));
  CLEW_TRY(taken, same.bind(1, std::string_view(name)).step());
  if (taken) return fail(ErrorKind::usage, "there is a key of the name '" + name + "' in use");
  same.reset();
  CLEW_TRY(insert, database_->prepare("INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL)"));
  const auto hash = hash_of_secret(key.secret);
  const std::string_view bytes(reinterpret_cast<const char*>(hash.data()), hash.size());
  insert.bind(1, std::string_view(key.id)).bind_blob(2, bytes).bind(3, std::string_view(name));
  CLEW_CHECK(insert.bind(4, serve::name(scope)).bind(5, now).run());
  CLEW_CHECK(transaction.commit());
  return key;
}

Result<KeyRecord> KeyStore::revoke(const std::string& which, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  CLEW_TRY(transaction, Transaction::begin(*database_, Transaction::Kind::write));
  CLEW_TRY(update, database_->prepare(
                       "UPDATE keys SET revoked = ?1 WHERE revoked IS NULL AND (id = ?2 OR "
                       "(name = ?2 AND NOT EXISTS (SELECT 1 FROM keys WHERE id = ?2 AND revoked IS "
                       "NULL))) RETURNING id, name, scope, made, revoked"));
  CLEW_TRY(found, update.bind(1, now).bind(2, std::string_view(which)).step());
  if (!found) return fail(ErrorKind::not_found, "there is no key '" + which + "' in use");
  CLEW_TRY(record, read_record(update, database_->path()));
  update.reset();
  CLEW_CHECK(transaction.commit());
  return record;
}

Result<std::vector<KeyRecord>> KeyStore::list() {
  const std::lock_guard lock(mutex_);
  CLEW_TRY(rows, database_->prepare("SELECT id, name, scope, made, revoked FROM keys"
                                    " ORDER BY made, rowid"));
  std::vector<KeyRecord> records;
  for (;;) {
    CLEW_TRY(more, rows.step());
    if (!more) return records;
    CLEW_TRY(record, read_record(rows, database_->path()));
    records.push_back(std::move(record));
  }
}

Result<std::optional<KeyRecord>> KeyStore::find(const ApiKey& key) {
  const auto hash = hash_of_secret(key.secret);
  const std::lock_guard lock(mutex_);
  auto found = find_->bind(1, std::string_view(key.id)).step();
  std::optional<KeyRecord> record;
  if (found && *found) {
    const std::string stored = find_->text(5);
    Hash256 expected{};
    const bool whole = stored.size() == expected.size();
    if (whole) std::memcpy(expected.data(), stored.data(), expected.size());
    auto read = read_record(*find_, database_->path());
    if (!read)
      found = fail(std::move(read).error());
    else if (whole && same_hash(expected, hash))
      record = std::move(*read);
  }
  find_->reset();
  if (!found) return fail(std::move(found).error());
  return record;
}

Result<void> KeyStore::check() {
  const std::lock_guard lock(mutex_);
  CLEW_CHECK(database_->integer("SELECT count(*) FROM keys"));
  return {};
}

}  // namespace clew::serve
