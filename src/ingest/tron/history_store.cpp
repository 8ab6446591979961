#include "ingest/tron/history_store.h"

#include <filesystem>
#include <limits>

#include "ingest/tron/history_tables.h"

namespace clew::providers {

using sqlite::Database;
using sqlite::Transaction;

struct HistoryStore::Impl {
  std::string path;
  Mode mode = Mode::write;
  std::unique_ptr<HistoryTables> tables;  // null: an empty store

  Result<Transaction> begin_to_write() const {
    if (mode == Mode::read) return fail(ErrorKind::usage, path + ": opened to be read");
    return tables->begin(Transaction::Kind::write);
  }
};

HistoryStore::HistoryStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HistoryStore::HistoryStore(HistoryStore&&) noexcept = default;
HistoryStore& HistoryStore::operator=(HistoryStore&&) noexcept = default;
HistoryStore::~HistoryStore() = default;

Result<HistoryStore> HistoryStore::open(const std::string& path, Mode mode) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->mode = mode;
  std::error_code ignored;
  if (mode == Mode::write || std::filesystem::exists(path, ignored)) {
    const auto access = mode == Mode::write ? Database::Mode::write : Database::Mode::read;
    CLEW_TRY(tables, HistoryTables::open(path, access));
    impl->tables = std::move(tables);
  }
  return HistoryStore(std::move(impl));
}

Result<HistoryState> HistoryStore::state(const HistoryKey& key) const {
  if (!impl_->tables) return HistoryState{};
  CLEW_TRY(entry, impl_->tables->find(key));
  return entry ? entry->state : HistoryState{};
}

Result<std::uint64_t> HistoryStore::count(const HistoryKey& key) const {
  if (!impl_->tables) return 0;
  CLEW_TRY(entry, impl_->tables->find(key));
  return entry ? entry->rows : 0;
}

Result<History> HistoryStore::read(const HistoryKey& key) const {
  History out;
  if (!impl_->tables) return out;
  CLEW_TRY(transaction, impl_->tables->begin(Transaction::Kind::read));
  CLEW_TRY(entry, impl_->tables->find(key));
  if (!entry) return out;
  out.state = entry->state;
  CLEW_CHECK(impl_->tables->read_rows(key, *entry, out));
  return out;
}

Result<void> HistoryStore::replace(const HistoryKey& key, std::optional<std::uint64_t> from_ms,
                                   const std::vector<BlockRows>& blocks,
                                   std::optional<std::uint64_t> whole_until_ms) {
  CLEW_TRY(transaction, impl_->begin_to_write());
  HistoryTables& tables = *impl_->tables;
  CLEW_TRY(entry, tables.find_or_add(key));
  if (from_ms && !blocks.empty())
    CLEW_CHECK(tables.erase(entry, false, *from_ms, blocks.back().time_ms));
  for (const BlockRows& block : blocks) {
    if (!from_ms) CLEW_CHECK(tables.erase(entry, false, block.time_ms, block.time_ms));
    HistoryTables::Place place{.time_ms = block.time_ms};
    for (const Trc20Row& row : block.rows) {
      CLEW_CHECK(tables.insert(key, entry, place, row));
      ++place.place;
    }
  }
  if (whole_until_ms) entry.state.whole_until_ms = whole_until_ms;
  CLEW_CHECK(tables.put(key, entry));
  return transaction.commit();
}

Result<std::vector<std::size_t>> HistoryStore::ensure(const HistoryKey& key,
                                                      const std::vector<RowTimes>& rows) {
  CLEW_TRY(transaction, impl_->begin_to_write());
  HistoryTables& tables = *impl_->tables;
  CLEW_TRY(entry, tables.find_or_add(key));
  std::vector<std::size_t> added;
  for (const auto& [row, times] : rows) {
    CLEW_TRY(there, tables.alike(key, entry, row));
    added.push_back(times > there.rows ? times - there.rows : 0);
    HistoryTables::Place place{.time_ms = row.time_ms, .place = there.place};
    for (std::size_t i = 0; i < added.back(); ++i, ++place.place)
      CLEW_CHECK(tables.insert(key, entry, place, row));
  }
  CLEW_CHECK(tables.put(key, entry));
  CLEW_CHECK(transaction.commit());
  return added;
}

Result<void> HistoryStore::finish(const HistoryKey& key, const HistoryState& state,
                                  const std::vector<Trc20Row>& unconfirmed) {
  CLEW_TRY(transaction, impl_->begin_to_write());
  HistoryTables& tables = *impl_->tables;
  CLEW_TRY(entry, tables.find_or_add(key));
  entry.state = state;
  constexpr auto kEnd = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  CLEW_CHECK(tables.erase(entry, true, 0, kEnd));
  CLEW_TRY(last, tables.last_confirmed(entry));
  HistoryTables::Place place{.unconfirmed = true};
  for (const Trc20Row& row : unconfirmed) {
    if (last && row.time_ms <= *last) continue;
    place.time_ms = row.time_ms;
    CLEW_CHECK(tables.insert(key, entry, place, row));
    ++place.place;
  }
  CLEW_CHECK(tables.put(key, entry));
  return transaction.commit();
}

}  // namespace clew::providers
