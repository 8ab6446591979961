// A trace: goes through the transfers of all accounts that hold taint, in order of time or, if it
// goes backward, in the reverse. "Payer" and "payee" are those of the direction: backward, what an
// account received is what it gives. Internal to tracing.
#pragma once

#include "graph/account/trace_account.h"
#include "graph/account/trace_swaps.h"
#include "graph/trace_queue.h"

namespace clew::account {

class TraceRun {
 public:
  TraceRun(const Snapshot& snapshot, const TraceOptions& options);
  // Call once.
  Result<void> run(std::span<const TraceOrigin> origins);
  const TraceLog& log() const { return log_; }
  const TraceWork& work() const { return work_; }

 private:
  // Entries of the queue: accounts, origins, and deals that are due.
  static constexpr TxId kAccountEntry = 0, kOriginEntry = 1, kDealEntry = 2;

  bool backward() const { return options_.direction == TraceDirection::backward; }
  std::uint64_t key(TransferId id) const { return backward() ? ~id : id; }
  TransferId transfer_of(std::uint64_t key) const { return backward() ? ~key : key; }
  AddressId payer(const TransferRow& row) const { return backward() ? row.to : row.from; }
  AddressId payee(const TransferRow& row) const { return backward() ? row.from : row.to; }
  AddressId payee(const TraceItem& item) const { return backward() ? item.from : item.to; }
  bool is_nobody(AddressId id) const { return id == kNoAddress || id == zero_; }
  // Whether the window is past, in the direction of the trace, or not yet there.
  bool is_early(TransferId id) const { return backward() ? id >= span_.until : id < span_.from; }

  Result<void> begin(std::span<const TraceOrigin> origins);
  void sort_due(const std::vector<graph::TracePending>& entries);
  void step(TransferId id);
  void open(const TraceOrigin& origin, const TransferRow& row);
  void wake_payer(const TransferRow& row);
  void leave(const TransferRow& row);
  void start(const TransferRow& row);
  void move(const TransferRow& row);
  TraceEnd last_of(const TransferRow& row) const;
  std::optional<TraceStop> stop_at(AddressId address) const;
  TraceEnd judge(const TraceItem& item, const TransferRow& row);
  TraceEnd judge_size(const TraceItem& item, const Taint& taint) const;
  void settle(TraceItem item, const TransferRow& row);
  void arrive(TraceAccount& account, std::uint32_t index);
  void note_arrival(TraceAccount& account, std::uint32_t index, bool first);
  void arrive_clean(const TransferRow& row);
  void give_up_cover(TraceAccount& account, TransferId id);
  void advance(TransferId id);
  void push(std::uint32_t account);
  void name_source(const TraceAccount& account, const Taint& taint, TraceItem& item);
  void add_rest(const TraceAccount& account, const Taint& taint, const U256& value, TraceEnd end);
  void end_account(TraceAccount& account, TraceEnd end);
  TraceEnd end_of(const TraceAccount& account);
  void finish();

  // Deals: trace_exchange.cpp.
  bool is_swapped(const TransferRow& row);
  void hand_in(const TransferRow& row, std::uint32_t index);
  void settle_deals(TransferId id);
  void settle_deal(SwapDeal& deal);
  void take_share(const SwapDeal& deal, const SwapShare& share);
  U256 mark(TraceItem item, Taint taint);
  U256 end_share(const TraceItem& item);
  void note_swap(const SwapDeal& deal, const SwapShare& share, const U256& amount);

  const Snapshot& snapshot_;
  const TraceOptions& options_;
  const TransferSpan span_;
  const AddressId zero_;  // the zero address
  TraceLog log_;
  TraceWork work_;
  TraceAccounts accounts_;
  TraceSwaps swaps_;
  graph::TraceQueue pending_;
  std::span<const TraceOrigin> origins_;
  // Of the transfer at work: the accounts that wait for it, the origins that it is, and the taint
  // that it takes along.
  std::vector<std::uint32_t> due_, due_origins_;
  Taint taint_;
  SwapLeg leg_;  // its part in a deal
  std::vector<std::pair<std::uint32_t, U256>> sources_;
};

// The number of the zero address, to and from which tokens cease and come into being; kNoAddress if
// the ledger does not know it.
AddressId zero_address(const Snapshot& snapshot);

}  // namespace clew::account
