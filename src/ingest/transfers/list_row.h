// Rows of lists as transfers: what a row says, or why it says nothing.
#pragma once

#include <optional>

#include "chain/transfer.h"
#include "ingest/transfers/list_columns.h"

namespace clew::ingest {

struct ListRow {
  enum class Source : std::uint8_t {
    transfer,     // any list of transfers
    transaction,  // the row is a transaction: its value is that of the transaction
    call,         // the row is a call that a transaction made
    block,        // the row is a block: its time is that of every row in it
  };

  Source source = Source::transfer;
  chain::TransferKind kind = chain::TransferKind::native;
  bool success = true;   // else nothing moved
  bool creates = false;  // a contract
  // Of a call: whether it brings its value to somebody.
  bool moves = true;
  std::optional<chain::Account> from, to;
  chain::Asset asset;
  U256 value{};
  U256 fee{};  // of the whole transaction
  std::optional<std::uint64_t> block, time;
  std::optional<Hash256> tx;
  std::optional<std::uint32_t> tx_index, log_index;
  std::vector<std::uint32_t> path;  // of a call
  // Where it stands, for messages.
  std::uint32_t file = 0;
  std::uint64_t line = 0;
};

struct ListRowOptions {
  std::string coin;                  // the chain's: also what an asset may be called
  std::optional<unsigned> decimals;  // values are in coins of so many digits
  std::string asset;                 // of rows that name none: contract or name; empty: the coin
  bool by_time = false;              // numbers of blocks are not read
  // A coin's row without a payee moves nothing: on TRON it tells what is locked, or the fee again.
  bool payee_needed = false;
};

// Reads rows of one table.
class ListRowReader {
 public:
  ListRowReader(const ListMap& map, const ListRowOptions& options)
      : columns_(map), options_(options) {}

  // Again whenever the table has more columns than before; `all`: there will be no others. data if
  // they cannot be those of a list: there are neither transfers in it nor blocks, or none where
  // the map says.
  Result<void> resolve(const std::vector<std::string>& columns, bool all);

  // Nothing if the row is of a kind that is passed over (logs, receipts, contracts among others).
  // data that names the field.
  Result<std::optional<ListRow>> read(const std::vector<ListCell>& cells) const;

  // Assets that have only a name, among the rows read so far.
  const std::vector<std::string>& made_up_assets() const { return made_up_; }

 private:
  std::string_view text(ListField field, const std::vector<ListCell>& cells) const {
    return columns_.text(field, cells);
  }
  Result<void> read_source(const std::vector<ListCell>& cells, ListRow& row) const;
  Result<void> read_place(const std::vector<ListCell>& cells, ListRow& row) const;
  Result<void> read_parties(const std::vector<ListCell>& cells, ListRow& row) const;
  Result<void> read_asset(const std::vector<ListCell>& cells, ListRow& row) const;
  Result<void> read_value(const std::vector<ListCell>& cells, ListRow& row) const;
  Result<void> read_call(const std::vector<ListCell>& cells, ListRow& row) const;
  Result<void> read_created(const std::vector<ListCell>& cells, ListRow& row) const;

  ListColumns columns_;
  ListRowOptions options_;
  mutable std::vector<std::string> made_up_;
};

}  // namespace clew::ingest
