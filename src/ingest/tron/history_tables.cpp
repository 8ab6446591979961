#include "ingest/tron/history_tables.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>

#include "sqlite/schema.h"

namespace clew::providers {
namespace {

using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

constexpr const char* kTables = R"(
CREATE TABLE histories(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, address BLOB NOT NULL, whole_until INTEGER,
  complete INTEGER NOT NULL, missing TEXT NOT NULL, asked_at REAL NOT NULL,
  unsure INTEGER NOT NULL, rows INTEGER NOT NULL, sum INTEGER NOT NULL, UNIQUE(source, address));
CREATE TABLE tokens(
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, contract BLOB NOT NULL, symbol TEXT NOT NULL,
  name TEXT NOT NULL, decimals INTEGER, sum INTEGER NOT NULL, UNIQUE(source, contract));
CREATE TABLE transfers(
  history INTEGER NOT NULL, unconfirmed INTEGER NOT NULL, time INTEGER NOT NULL,
  place INTEGER NOT NULL, tx BLOB NOT NULL, sender BLOB NOT NULL, receiver BLOB NOT NULL,
  token INTEGER NOT NULL, value BLOB NOT NULL, sum INTEGER NOT NULL,
  PRIMARY KEY(history, unconfirmed, time, place)) WITHOUT ROWID;
)";
constexpr sqlite::Schema kSchema{.application_id = 0x436c7754,  // "ClwT"
                                 .version = 1,
                                 .tables = kTables,
                                 .name = "a store of TRC-20 histories"};

std::string_view blob(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <class Array>
bool read_array(const std::string& text, Array& out) {
  if (text.size() != out.size()) return false;
  std::copy(text.begin(), text.end(), out.begin());
  return true;
}

std::int64_t stored(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}

// Big-endian without leading zeros.
std::string value_text(const U256& value) {
  const auto bytes = value.to_big_endian();
  const auto* begin = std::find_if(bytes.begin(), bytes.end(), [](auto byte) { return byte != 0; });
  return {begin, bytes.end()};
}

// What a row's checksum is over, in order.
class Frame {
 public:
  Frame() { bytes_.reserve(192); }
  Frame& number(std::int64_t value) {
    append_le(bytes_, value);
    return *this;
  }
  Frame& text(std::string_view text) {
    number(static_cast<std::int64_t>(text.size()));
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  std::int64_t sum() const {
    return static_cast<std::int64_t>(XXH3_64bits(bytes_.data(), bytes_.size()));
  }

 private:
  Bytes bytes_;
};

std::int64_t sum_of(const HistoryKey& key, const HistoryTables::Entry& entry) {
  const HistoryState& state = entry.state;
  return Frame()
      .number(entry.id)
      .text(key.source)
      .text(blob(key.address))
      .number(state.whole_until_ms ? stored(*state.whole_until_ms) : -1)
      .number(state.complete ? 1 : 0)
      .text(state.missing)
      .number(std::bit_cast<std::int64_t>(state.asked_at))
      .number(stored(state.unsure))
      .number(stored(entry.rows))
      .sum();
}

std::int64_t sum_of(const HistoryKey& key, std::string_view contract, const TokenInfo& info) {
  return Frame()
      .text(key.source)
      .text(contract)
      .text(info.symbol)
      .text(info.name)
      .number(info.decimals ? *info.decimals : -1)
      .sum();
}

// The texts of a row of transfers.
struct RowTexts {
  std::string_view tx, sender, receiver;
  std::int64_t token = 0;
  std::string value;
};

std::int64_t sum_of(std::int64_t history, const HistoryTables::Place& place, const RowTexts& row) {
  return Frame()
      .number(history)
      .number(place.unconfirmed ? 1 : 0)
      .number(stored(place.time_ms))
      .number(place.place)
      .text(row.tx)
      .text(row.sender)
      .text(row.receiver)
      .number(row.token)
      .text(row.value)
      .sum();
}

}  // namespace

Error HistoryTables::damaged(const char* what) const {
  return {ErrorKind::corrupt,
          database_->path() + ": " + what + " is damaged: remove the file to ask anew"};
}

Result<std::unique_ptr<HistoryTables>> HistoryTables::open(const std::string& path,
                                                           Database::Mode mode) {
  CLEW_TRY(database, Database::open(path, mode));
  CLEW_CHECK(database->make_durable(mode));
  CLEW_TRY(filled, sqlite::prepare_schema(*database, mode, kSchema));
  if (!filled) return nullptr;
  return std::unique_ptr<HistoryTables>(new HistoryTables(std::move(database)));
}

Result<Transaction> HistoryTables::begin(Transaction::Kind kind) {
  tokens_.clear();
  insert_.reset();
  return Transaction::begin(*database_, kind);
}

Result<std::optional<HistoryTables::Entry>> HistoryTables::find(const HistoryKey& key) const {
  CLEW_TRY(query,
           database_->prepare("SELECT id,whole_until,complete,missing,asked_at,unsure,rows,sum "
                              "FROM histories WHERE source=? AND address=?"));
  query.bind(1, key.source).bind_blob(2, blob(key.address));
  CLEW_TRY(found, query.step());
  if (!found) return std::nullopt;
  Entry entry{.id = query.integer(0), .rows = static_cast<std::uint64_t>(query.integer(6))};
  if (!query.is_null(1)) entry.state.whole_until_ms = static_cast<std::uint64_t>(query.integer(1));
  entry.state.complete = query.integer(2) != 0;
  entry.state.missing = query.text(3);
  entry.state.asked_at = query.real(4);
  entry.state.unsure = static_cast<std::uint64_t>(query.integer(5));
  if (query.integer(7) != sum_of(key, entry)) return fail(damaged("a history"));
  return entry;
}

Result<HistoryTables::Entry> HistoryTables::find_or_add(const HistoryKey& key) {
  CLEW_TRY(found, find(key));
  if (found) return *found;
  CLEW_TRY(query, database_->prepare("INSERT INTO histories(source,address,complete,missing,"
                                     "asked_at,unsure,rows,sum) VALUES(?,?,0,'',0,0,0,0)"));
  query.bind(1, key.source).bind_blob(2, blob(key.address));
  CLEW_CHECK(query.run());
  return Entry{.id = database_->last_id(),
               .state = {.missing = "it was not collected to the end yet"}};
}

Result<void> HistoryTables::put(const HistoryKey& key, const Entry& entry) {
  CLEW_TRY(query, database_->prepare("UPDATE histories SET whole_until=?,complete=?,missing=?,"
                                     "asked_at=?,unsure=?,rows=?,sum=? WHERE id=?"));
  const HistoryState& state = entry.state;
  state.whole_until_ms ? query.bind(1, stored(*state.whole_until_ms)) : query.bind_null(1);
  query.bind(2, std::int64_t{state.complete}).bind(3, state.missing).bind(4, state.asked_at);
  query.bind(5, stored(state.unsure)).bind(6, stored(entry.rows)).bind(7, sum_of(key, entry));
  query.bind(8, entry.id);
  return query.run();
}

Result<std::int64_t> HistoryTables::token_id(const HistoryKey& key, const TokenInfo& info) {
  const std::string contract(info.contract ? blob(*info.contract) : std::string_view());
  const auto known = tokens_.find(contract);
  if (known != tokens_.end() && known->second.info == info) return known->second.id;
  // What is said last holds: a token can be given another name.
  CLEW_TRY(query,
           database_->prepare("INSERT INTO tokens(source,contract,symbol,name,decimals,sum) "
                              "VALUES(?,?,?,?,?,?) ON CONFLICT(source,contract) DO UPDATE SET "
                              "symbol=excluded.symbol,name=excluded.name,"
                              "decimals=excluded.decimals,sum=excluded.sum RETURNING id"));
  query.bind(1, key.source).bind_blob(2, contract).bind(3, info.symbol).bind(4, info.name);
  info.decimals ? query.bind(5, std::int64_t{*info.decimals}) : query.bind_null(5);
  query.bind(6, sum_of(key, contract, info));
  CLEW_TRY(row, query.step());
  if (!row) return fail(damaged("a token"));
  const std::int64_t id = query.integer(0);
  tokens_[contract] = {id, info};
  return id;
}

Result<void> HistoryTables::insert(const HistoryKey& key, Entry& entry, const Place& place,
                                   const Trc20Row& row) {
  if (!insert_) {
    CLEW_TRY(statement, database_->prepare("INSERT INTO transfers VALUES(?,?,?,?,?,?,?,?,?,?)"));
    insert_ = std::move(statement);
  }
  CLEW_TRY(token, token_id(key, row.token));
  const RowTexts texts{.tx = blob(row.transaction),
                       .sender = blob(row.from),
                       .receiver = blob(row.to),
                       .token = token,
                       .value = value_text(row.value)};
  insert_->bind(1, entry.id).bind(2, std::int64_t{place.unconfirmed});
  insert_->bind(3, stored(place.time_ms)).bind(4, place.place).bind_blob(5, texts.tx);
  insert_->bind_blob(6, texts.sender).bind_blob(7, texts.receiver).bind(8, token);
  insert_->bind_blob(9, texts.value).bind(10, sum_of(entry.id, place, texts));
  CLEW_CHECK(insert_->run());
  ++entry.rows;
  return {};
}

Result<void> HistoryTables::erase(Entry& entry, bool unconfirmed, std::uint64_t from_ms,
                                  std::uint64_t to_ms) {
  CLEW_TRY(query, database_->prepare("DELETE FROM transfers WHERE history=? AND unconfirmed=? AND "
                                     "time BETWEEN ? AND ?"));
  query.bind(1, entry.id).bind(2, std::int64_t{unconfirmed});
  query.bind(3, stored(from_ms)).bind(4, stored(to_ms));
  CLEW_CHECK(query.run());
  const auto erased = static_cast<std::uint64_t>(database_->changes());
  if (erased > entry.rows) return fail(damaged("a history"));
  entry.rows -= erased;
  return {};
}

Result<std::optional<std::uint64_t>> HistoryTables::last_confirmed(const Entry& entry) const {
  CLEW_TRY(query, database_->prepare("SELECT max(time) FROM transfers WHERE history=? AND "
                                     "unconfirmed=0"));
  query.bind(1, entry.id);
  CLEW_TRY(found, query.step());
  if (!found || query.is_null(0)) return std::nullopt;
  return static_cast<std::uint64_t>(query.integer(0));
}

Result<HistoryTables::Alike> HistoryTables::alike(const HistoryKey& key, const Entry& entry,
                                                  const Trc20Row& row) {
  CLEW_TRY(token, token_id(key, row.token));
  CLEW_TRY(query, database_->prepare(
                      "SELECT place,tx=? AND sender=? AND receiver=? AND token=? AND value=? FROM "
                      "transfers WHERE history=? AND unconfirmed=0 AND time=? ORDER BY place"));
  const std::string value = value_text(row.value);
  query.bind_blob(1, blob(row.transaction)).bind_blob(2, blob(row.from));
  query.bind_blob(3, blob(row.to)).bind(4, token).bind_blob(5, value).bind(6, entry.id);
  query.bind(7, stored(row.time_ms));
  Alike out;
  for (;;) {
    CLEW_TRY(more, query.step());
    if (!more) return out;
    out.place = query.integer(0) + 1;
    if (query.integer(1) != 0) ++out.rows;
  }
}

Result<TokenInfo> HistoryTables::read_token(Statement& query, const HistoryKey& key,
                                            std::int64_t id, const Error& damaged) {
  query.reset();
  query.bind(1, id);
  CLEW_TRY(found, query.step());
  if (!found) return fail(damaged);
  TokenInfo info;
  const std::string contract = query.text(0);
  chain::Account account{};
  if (read_array(contract, account)) info.contract = account;
  info.symbol = query.text(1);
  info.name = query.text(2);
  if (!query.is_null(3)) info.decimals = static_cast<std::uint8_t>(query.integer(3));
  if (query.integer(4) != sum_of(key, contract, info)) return fail(damaged);
  return info;
}

Result<void> HistoryTables::read_rows(const HistoryKey& key, const Entry& entry,
                                      History& out) const {
  CLEW_TRY(query,
           database_->prepare("SELECT unconfirmed,time,place,tx,sender,receiver,token,value,sum "
                              "FROM transfers WHERE history=? ORDER BY unconfirmed,time,place"));
  query.bind(1, entry.id);
  CLEW_TRY(token_query, database_->prepare("SELECT contract,symbol,name,decimals,sum FROM tokens "
                                           "WHERE id=?"));
  std::map<std::int64_t, std::uint32_t> places;  // of tokens, by id
  for (;;) {
    CLEW_TRY(more, query.step());
    if (!more) break;
    const Place place{.time_ms = static_cast<std::uint64_t>(query.integer(1)),
                      .place = query.integer(2),
                      .unconfirmed = query.integer(0) != 0};
    const std::string tx = query.text(3), from = query.text(4), to = query.text(5);
    const RowTexts texts{.tx = tx,
                         .sender = from,
                         .receiver = to,
                         .token = query.integer(6),
                         .value = query.text(7)};
    HistoryRow row{.time_ms = place.time_ms, .confirmed = !place.unconfirmed};
    const auto amount = U256::from_big_endian(as_bytes(texts.value));
    if (query.integer(8) != sum_of(entry.id, place, texts) || !amount ||
        !read_array(tx, row.transaction) || !read_array(from, row.from) || !read_array(to, row.to))
      return fail(damaged("a row"));
    row.value = *amount;
    auto known = places.find(texts.token);
    if (known == places.end()) {
      CLEW_TRY(info, read_token(token_query, key, texts.token, damaged("a token")));
      known = places.emplace(texts.token, static_cast<std::uint32_t>(out.tokens.size())).first;
      out.tokens.push_back(std::move(info));
    }
    row.token = known->second;
    out.rows.push_back(row);
  }
  // An index that is damaged hides rows.
  if (out.rows.size() != entry.rows) return fail(damaged("a history"));
  return {};
}

}  // namespace clew::providers
