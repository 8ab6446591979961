#include "ingest/transfers/list_transaction.h"

#include <algorithm>
#include <map>

#include "chain/evm/call.h"

namespace clew::ingest {
namespace {

using chain::Transfer;
using chain::TransferKind;
using Source = ListRow::Source;

// Of the protocol's own contracts: see chain::Transfer::place.
bool is_precompile(const ListRow& row) {
  evm::Call call;
  call.kind = row.creates ? evm::CallKind::create
              : row.moves ? evm::CallKind::call
                          : evm::CallKind::static_call;
  call.to = row.to;
  call.value = row.value;
  return evm::is_call_to_precompile(call);
}

bool is_prefix(const std::vector<std::uint32_t>& prefix, const std::vector<std::uint32_t>& path) {
  return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

bool same_transfer(const Transfer& a, const Transfer& b) {
  return a.kind == b.kind && a.from == b.from && a.to == b.to && a.asset == b.asset &&
         a.value == b.value;
}

}  // namespace

Transfer transfer_of(const ListRow& row) {
  Transfer transfer;
  transfer.kind = row.kind;
  transfer.from = row.from;
  transfer.to = row.to;
  transfer.asset = row.asset;
  transfer.value = row.value;
  return transfer;
}

void ListTransaction::add(const ListRow& row) {
  if (row.tx_index) index_ = row.tx_index;
  if (row.log_index && (!first_log_ || *row.log_index < *first_log_)) first_log_ = row.log_index;
  has_outer_call_ = has_outer_call_ || (row.source == Source::call && row.path.empty());
  rows_.push_back(&row);
}

Result<ListTransaction::Counts> ListTransaction::finish(std::uint32_t position,
                                                        std::vector<Transfer>& out) {
  position_ = position;
  tx_.sender_known = false;
  Counts counts;
  take_fee(out);
  CLEW_CHECK(take_transaction(counts, out));
  take_calls(counts, out);
  CLEW_CHECK(take_listed(counts, out));
  return counts;
}

// Every row of the transaction may tell it.
void ListTransaction::take_fee(std::vector<Transfer>& out) const {
  const auto paid = std::find_if(rows_.begin(), rows_.end(), [](const auto* row) {
    return row->from && !row->fee.is_zero() && row->source != Source::call;
  });
  if (paid == rows_.end()) return;
  out.push_back({.kind = TransferKind::fee, .from = (*paid)->from, .value = (*paid)->fee});
  out.back().tx = position_;
  out.back().place = 1;
}

// The rows that are the transaction itself; the lists of two accounts both have it.
Result<void> ListTransaction::take_transaction(Counts& counts, std::vector<Transfer>& out) {
  const ListRow* first = nullptr;
  for (const auto* row : rows_) {
    if (row->source != Source::transaction) continue;
    if (first != nullptr) {
      const bool same = same_transfer(transfer_of(*first), transfer_of(*row)) &&
                        first->success == row->success && first->creates == row->creates;
      if (!same)
        return fail(ErrorKind::data,
                    "rows tell differently of one transaction, 0x" + to_hex(tx_.hash));
      ++counts.repeated;
      continue;
    }
    first = row;
    tx_.sender_known = row->from.has_value();
    if (row->from) tx_.from = *row->from;
    tx_.to = row->to;
    tx_.creates = row->creates;
    tx_.success = row->success;
    if (!row->success) {
      ++counts.failed;
    } else if (row->value.is_zero()) {
      ++counts.without_value;
    } else if (has_outer_call_) {
      ++counts.repeated;
    } else {
      out.push_back(transfer_of(*row));
      out.back().tx = position_;
    }
  }
  return {};
}

// Of a failed call nothing remains, nor of those that it made.
void ListTransaction::take_calls(Counts& counts, std::vector<Transfer>& out) {
  std::vector<const ListRow*> calls;
  for (const auto* row : rows_)
    if (row->source == Source::call) calls.push_back(row);
  std::stable_sort(calls.begin(), calls.end(),
                   [](const auto* a, const auto* b) { return a->path < b->path; });
  const ListRow* failed = nullptr;  // the outermost around the row at hand
  std::uint32_t place = has_outer_call_ ? 0 : 1;
  for (const auto* row : calls) {
    if (row->path.empty() && !tx_.sender_known) take_outer_call(*row);
    if (failed != nullptr && !is_prefix(failed->path, row->path)) failed = nullptr;
    if (failed == nullptr && !row->success) failed = row;
    if (failed != nullptr || !tx_.success) {
      ++counts.failed;
      continue;
    }
    const bool tells = row->path.empty() || !is_precompile(*row);
    const std::uint32_t at = tells ? place++ : 0;
    if (!tells || !row->moves || row->value.is_zero()) {
      ++counts.without_value;
      continue;
    }
    out.push_back(transfer_of(*row));
    out.back().tx = position_;
    out.back().place = at;
  }
}

void ListTransaction::take_outer_call(const ListRow& row) {
  tx_.sender_known = row.from.has_value();
  if (row.from) tx_.from = *row.from;
  tx_.to = row.to;
  tx_.creates = row.creates;
  tx_.success = row.success;
}

// Rows of lists of transfers, tokens mostly. A log is one transfer, whoever lists it.
Result<void> ListTransaction::take_listed(Counts& counts, std::vector<Transfer>& out) {
  std::vector<const ListRow*> listed;
  for (const auto* row : rows_)
    if (row->source == Source::transfer) listed.push_back(row);
  const bool by_log = std::all_of(listed.begin(), listed.end(),
                                  [](const auto* row) { return row->log_index.has_value(); });
  if (by_log)
    std::stable_sort(listed.begin(), listed.end(),
                     [](const auto* a, const auto* b) { return *a->log_index < *b->log_index; });
  std::uint32_t place = 0;
  std::map<std::uint32_t, std::size_t> by_place;  // transfers of logs so far
  for (const auto* row : listed) {
    if (!row->success || (row->value.is_zero() && row->asset.is_native())) {
      ++(row->success ? counts.without_value : counts.failed);
      continue;
    }
    Transfer transfer = transfer_of(*row);
    transfer.tx = position_;
    transfer.place = row->log_index ? *row->log_index : place++;
    // A batch gives several transfers of one log.
    const bool may_share = !row->log_index || row->kind == TransferKind::erc1155;
    const auto [found, added] = by_place.try_emplace(transfer.place, out.size());
    if (added || may_share) {
      out.push_back(transfer);
    } else if (same_transfer(out[found->second], transfer)) {
      ++counts.repeated;
    } else {
      return fail(ErrorKind::data,
                  "rows tell differently of log " + std::to_string(*row->log_index));
    }
  }
  return {};
}

}  // namespace clew::ingest
