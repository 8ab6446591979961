// One transaction, put together from all rows that speak of it.
#pragma once

#include "chain/account_block.h"
#include "ingest/transfers/list_row.h"

namespace clew::ingest {

class ListTransaction {
 public:
  explicit ListTransaction(const Hash256& hash) { tx_.hash = hash; }

  // The row must outlive this.
  void add(const ListRow& row);

  std::optional<std::uint32_t> index() const { return index_; }
  std::optional<std::uint32_t> first_log() const { return first_log_; }
  const ListRow& first_row() const { return *rows_.front(); }

  struct Counts {
    std::uint64_t repeated = 0, without_value = 0, failed = 0;
  };
  // Adds what moved, in order of time for each asset, as that of the transaction at `position`.
  // data if rows contradict each other.
  Result<Counts> finish(std::uint32_t position, std::vector<chain::Transfer>& out);
  // After finish().
  const chain::AccountTx& transaction() const { return tx_; }

 private:
  void take_fee(std::vector<chain::Transfer>& out) const;
  Result<void> take_transaction(Counts& counts, std::vector<chain::Transfer>& out);
  void take_calls(Counts& counts, std::vector<chain::Transfer>& out);
  void take_outer_call(const ListRow& row);
  Result<void> take_listed(Counts& counts, std::vector<chain::Transfer>& out);

  chain::AccountTx tx_;
  std::optional<std::uint32_t> index_, first_log_;
  std::uint32_t position_ = 0;
  std::vector<const ListRow*> rows_;
  bool has_outer_call_ = false;
};

// Without place and transaction.
chain::Transfer transfer_of(const ListRow& row);

}  // namespace clew::ingest
