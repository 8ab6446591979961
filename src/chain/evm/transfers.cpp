#include "chain/evm/transfers.h"

#include <algorithm>

#include "chain/evm/block_rewards.h"
#include "chain/evm/fees.h"
#include "chain/evm/internal_transfers.h"

namespace clew::evm {
namespace {

using chain::Transfer;
using chain::TransferKind;

constexpr std::uint64_t kWeiPerGwei = 1'000'000'000;

// Before Byzantium a transaction that failed had used all its gas; there was no revert.
enum class Outcome { success, failure, unknown };

// Gas of a transaction with neither input nor contract to create.
constexpr std::uint64_t kGasOfPlainTransfer = 21000;

Outcome outcome_of(const Transaction& tx, const Receipt& receipt, std::span<const Call> calls,
                   std::uint64_t gas_used) {
  if (!receipt.post_state) return receipt.success ? Outcome::success : Outcome::failure;
  if (!calls.empty()) return calls.front().failed() ? Outcome::failure : Outcome::success;
  if (gas_used < tx.gas_limit || receipt.log_count != 0) return Outcome::success;
  return Outcome::unknown;
}

void append_native(const Transaction& tx, const Address& sender, std::uint32_t position,
                   std::vector<Transfer>& out) {
  if (tx.value.is_zero()) return;
  Transfer& transfer = out.emplace_back();
  transfer.kind = TransferKind::native;
  transfer.from = sender;
  transfer.to = tx.to ? *tx.to : contract_address(sender, tx.nonce);
  transfer.value = tx.value;
  transfer.tx = position;
}

void append_withdrawals(const Block& block, std::vector<Transfer>& out) {
  for (std::size_t i = 0; i < block.withdrawals.size(); ++i) {
    const Withdrawal& withdrawal = block.withdrawals[i];
    if (withdrawal.amount == 0) continue;
    Transfer& transfer = out.emplace_back();
    transfer.kind = TransferKind::withdrawal;
    transfer.to = withdrawal.address;
    transfer.value = *checked_mul(U256(withdrawal.amount), kWeiPerGwei);
    transfer.place = static_cast<std::uint32_t>(i);
  }
}

Result<void> check_sizes(const BlockEvidence& evidence) {
  const std::size_t count = evidence.block.transactions.size();
  const auto check = [&](std::size_t size, const char* what) -> Result<void> {
    if (size == count) return {};
    return fail(ErrorKind::data, std::to_string(size) + " " + what + " of " +
                                     std::to_string(count) + " transactions");
  };
  CLEW_CHECK(check(evidence.senders.size(), "senders"));
  return check(evidence.receipts.receipts.size(), "receipts");
}

// The stated price, if there is one: it cannot be false where the formula says the same.
std::optional<U256> choose_blob_price(const BlockEvidence& evidence, const ChainParams& chain,
                                      TransferNotes& notes) {
  const auto computed = blob_gas_price(evidence.block.header, chain);
  if (!evidence.blob_gas_price) return computed;
  if (computed && computed != evidence.blob_gas_price) ++notes.blob_prices_disputed;
  return evidence.blob_gas_price;
}

}  // namespace

// How far a block has been read.
struct TransferReader::Progress {
  std::uint32_t tx = 0;
  std::uint64_t gas_used = 0;  // by the transactions so far
  std::size_t call = 0;        // the first that does not belong to them
  std::optional<U256> blob_price;
  bool succeeded = false;  // the transaction read last
};

TransferNotes& TransferNotes::operator+=(const TransferNotes& other) {
  malformed_logs += other.malformed_logs;
  outcomes_unknown += other.outcomes_unknown;
  blob_fees_unknown += other.blob_fees_unknown;
  blob_prices_disputed += other.blob_prices_disputed;
  uncles_unknown += other.uncles_unknown;
  return *this;
}

TransferReader::TransferReader(ChainParams chain) : chain_(std::move(chain)), tokens_(chain_) {}

Result<void> TransferReader::read(const BlockEvidence& evidence, std::vector<Transfer>& out,
                                  TransferNotes& notes, std::vector<bool>* succeeded) const {
  CLEW_CHECK(check_sizes(evidence));
  const Block& block = evidence.block;
  Progress progress;
  const bool has_blobs = std::ranges::any_of(
      block.transactions, [](const Transaction& tx) { return tx.blob_count != 0; });
  if (has_blobs) progress.blob_price = choose_blob_price(evidence, chain_, notes);
  for (; progress.tx < block.transactions.size(); ++progress.tx) {
    CLEW_CHECK(read_transaction(evidence, progress, out, notes));
    if (succeeded != nullptr) succeeded->push_back(progress.succeeded);
  }
  if (evidence.calls != nullptr && progress.call != evidence.calls->calls.size()) {
    return fail(ErrorKind::data, "calls of transaction " +
                                     std::to_string(evidence.calls->calls[progress.call].tx) +
                                     ", which the block does not have there");
  }
  if (chain_.withdrawals_in_coin) append_withdrawals(block, out);
  std::span<const TracedReward> traced;
  if (evidence.calls != nullptr) traced = evidence.calls->rewards;
  CLEW_TRY(unknown, append_rewards(block, chain_, traced, out));
  notes.uncles_unknown += unknown;
  return {};
}

Result<void> TransferReader::read_transaction(const BlockEvidence& evidence, Progress& progress,
                                              std::vector<Transfer>& out,
                                              TransferNotes& notes) const {
  const std::uint32_t position = progress.tx;
  const Transaction& tx = evidence.block.transactions[position];
  const Receipt& receipt = evidence.receipts.receipts[position];
  if (receipt.cumulative_gas_used < progress.gas_used) {
    return fail(ErrorKind::data,
                "transaction " + std::to_string(position) + ": the cumulative gas falls");
  }
  const std::uint64_t gas_used = receipt.cumulative_gas_used - progress.gas_used;
  progress.gas_used = receipt.cumulative_gas_used;

  std::span<const Call> calls;
  if (evidence.calls != nullptr) {
    const std::span<const Call> all(evidence.calls->calls);
    std::size_t end = progress.call;
    while (end < all.size() && all[end].tx == position)
      ++end;
    calls = all.subspan(progress.call, end - progress.call);
    progress.call = end;
  }

  const Address& sender = evidence.senders[position];
  if (tx.blob_count != 0 && !progress.blob_price) ++notes.blob_fees_unknown;
  CLEW_CHECK(append_fees({.header = evidence.block.header,
                          .tx = tx,
                          .sender = sender,
                          .position = position,
                          .gas_used = gas_used,
                          .blob_price = progress.blob_price},
                         chain_, out));
  const Outcome outcome = outcome_of(tx, receipt, calls, gas_used);
  if (outcome == Outcome::unknown) ++notes.outcomes_unknown;
  progress.succeeded = outcome == Outcome::success ||
                       (outcome == Outcome::unknown && tx.gas_limit <= kGasOfPlainTransfer);
  if (!progress.succeeded) return {};
  append_native(tx, sender, position, out);
  append_internal(calls, evidence.block.header.blobs.has_value(), out);
  notes.malformed_logs +=
      tokens_.append(evidence.receipts.logs_of(receipt), position, receipt.first_log, out);
  return {};
}

void TransferReader::read_calls(const Calls& calls, bool ends_rarely, std::vector<Transfer>& out,
                                TransferNotes& notes) const {
  if (calls.calls.empty()) return;
  const Call& outer = calls.calls.front();
  if (!outer.undone && !outer.value.is_zero()) {
    Transfer& transfer = out.emplace_back();
    transfer.kind = TransferKind::native;
    transfer.from = outer.from;
    transfer.to = outer.to;
    transfer.value = outer.value;
    transfer.tx = outer.tx;
  }
  append_internal(calls.calls, ends_rarely, out);
  std::vector<Log> logs;
  for (const CallLog& log : calls.logs)
    logs.push_back(log.log);
  notes.malformed_logs += tokens_.append(logs, outer.tx, 0, out);
}

}  // namespace clew::evm
