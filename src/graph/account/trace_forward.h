// A trace forward: goes through the transfers of all accounts that hold taint, in order of time.
// Internal to tracing.
#pragma once

#include "graph/account/moments.h"
#include "graph/account/trace_account.h"
#include "graph/trace_queue.h"

namespace clew::account {

class TraceForward {
 public:
  TraceForward(const Snapshot& snapshot, const TraceOptions& options);
  // Call once.
  Result<void> run(std::span<const TraceOrigin> origins);
  const TraceLog& log() const { return log_; }
  const TraceWork& work() const { return work_; }

 private:
  Result<void> begin(std::span<const TraceOrigin> origins);
  void sort_due(const std::vector<graph::TracePending>& entries);
  void step(TransferId id);
  void open(const TraceOrigin& origin, const TransferRow& row);
  void wake_payer(const TransferRow& row);
  void leave(const TransferRow& row);
  void start(const TransferRow& row);
  void move(const TransferRow& row);
  TraceEnd judge(const TraceItem& item, const TransferRow& row) const;
  void settle(TraceItem item);
  void arrive(TraceAccount& account, std::uint32_t index);
  void arrive_clean(AddressId to, AssetId asset, const U256& value);
  void advance(TransferId id);
  void push(std::uint32_t account);
  void name_source(const TraceAccount& account, const Taint& taint, TraceItem& item);
  void add_rest(const TraceAccount& account, const Taint& taint, const U256& value, TraceEnd end);
  void end_account(TraceAccount& account, TraceEnd end);
  TraceEnd end_of(const TraceAccount& account);
  void finish();

  const Snapshot& snapshot_;
  const TraceOptions& options_;
  const TransferSpan span_;
  const AddressId zero_;  // the zero address
  TraceLog log_;
  TraceWork work_;
  TraceAccounts accounts_;
  graph::TraceQueue pending_;
  std::span<const TraceOrigin> origins_;
  // Of the transfer at work: the accounts that wait for it, the origins that it is, and the taint
  // that it takes along.
  std::vector<std::uint32_t> due_, due_origins_;
  Taint taint_;
  std::vector<std::pair<std::uint32_t, U256>> sources_;
};

// The number of the zero address, to and from which tokens cease and come into being; kNoAddress if
// the ledger does not know it.
AddressId zero_address(const Snapshot& snapshot);

}  // namespace clew::account
