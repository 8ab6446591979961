// The tables of a HistoryStore (docs/formats/tron-history.md). Internal to this room.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "ingest/tron/history_store.h"
#include "sqlite/database.h"

namespace clew::providers {

class HistoryTables {
 public:
  // A line of the table of histories.
  struct Entry {
    std::int64_t id = 0;
    HistoryState state;
    std::uint64_t rows = 0;
  };
  struct Place {
    std::uint64_t time_ms = 0;
    std::int64_t place = 0;  // within its block; of rows that are not confirmed, among all
    bool unconfirmed = false;
  };

  // Null if it is to be read and there is none. Its tables are made if need be.
  static Result<std::unique_ptr<HistoryTables>> open(const std::string& path,
                                                     sqlite::Database::Mode mode);

  // Everything else happens within one.
  Result<sqlite::Transaction> begin(sqlite::Transaction::Kind kind);

  Result<std::optional<Entry>> find(const HistoryKey& key) const;
  Result<Entry> find_or_add(const HistoryKey& key);
  // After all changes to the rows.
  Result<void> put(const HistoryKey& key, const Entry& entry);

  Result<void> insert(const HistoryKey& key, Entry& entry, const Place& place, const Trc20Row& row);
  // Rows of these times, both included.
  Result<void> erase(Entry& entry, bool unconfirmed, std::uint64_t from_ms, std::uint64_t to_ms);
  Result<std::optional<std::uint64_t>> last_confirmed(const Entry& entry) const;
  struct Alike {
    std::size_t rows = 0;    // confirmed ones of the same block that are alike
    std::int64_t place = 0;  // the first that is free in that block
  };
  Result<Alike> alike(const HistoryKey& key, const Entry& entry, const Trc20Row& row);
  // Confirmed rows first, each part in order. corrupt if one is damaged, or does not come.
  Result<void> read_rows(const HistoryKey& key, const Entry& entry, History& out) const;

 private:
  explicit HistoryTables(std::unique_ptr<sqlite::Database> database)
      : database_(std::move(database)) {}
  Error damaged(const char* what) const;
  Result<std::int64_t> token_id(const HistoryKey& key, const TokenInfo& info);
  static Result<TokenInfo> read_token(sqlite::Statement& query, const HistoryKey& key,
                                      std::int64_t id, const Error& damaged);

  struct Token {
    std::int64_t id = 0;
    TokenInfo info;
  };
  std::unique_ptr<sqlite::Database> database_;
  // Of the running transaction.
  std::map<std::string, Token> tokens_;  // by contract
  std::optional<sqlite::Statement> insert_;
};

}  // namespace clew::providers
