#include "chain/evm/account_block.h"

#include <algorithm>
#include <limits>

#include "chain/evm/fees.h"

namespace clew::evm {
namespace {

std::uint32_t saturated(std::uint64_t number) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::uint32_t>(std::min(number, kMax));
}

// The price of gas alone; that of blobs is among the fees.
U256 paid_price(const Header& header, const Transaction& tx) {
  const auto price = effective_gas_price(header, tx);
  return checked_add(price.base, price.priority).value_or(U256::max());
}

chain::AccountTx account_tx(const BlockEvidence& evidence, std::size_t position,
                            std::uint64_t gas_used, bool success) {
  const auto& tx = evidence.block.transactions[position];
  chain::AccountTx out;
  out.hash = evidence.block.transaction_hashes[position];
  out.from = evidence.senders[position];
  out.creates = !tx.to;
  out.to = tx.to ? *tx.to : contract_address(out.from, tx.nonce);
  if (out.creates && !success) out.to.reset();
  out.success = success;
  out.type = static_cast<std::uint8_t>(tx.type);
  out.nonce = tx.nonce;
  out.gas_limit = tx.gas_limit;
  out.gas_used = gas_used;
  out.gas_price = paid_price(evidence.block.header, tx);
  out.input_size = saturated(tx.input.size());
  if (tx.input.size() >= out.selector.size())
    std::copy_n(tx.input.begin(), out.selector.size(), out.selector.begin());
  out.log_count = evidence.receipts.receipts[position].log_count;
  return out;
}

}  // namespace

Result<chain::AccountBlock> account_block(const BlockEvidence& evidence,
                                          const TransferReader& reader, std::uint64_t raw_bytes,
                                          TransferNotes& notes) {
  const auto& block = evidence.block;
  chain::AccountBlock out;
  std::vector<bool> succeeded;
  CLEW_CHECK(reader.read(evidence, out.transfers, notes, &succeeded));
  out.number = block.header.number;
  out.hash = block.hash;
  out.parent = block.header.parent;
  out.time = block.header.time;
  out.header = encode_header(block.header);
  out.size = saturated(raw_bytes);
  out.parts =
      static_cast<std::uint8_t>(chain::kReceipts | (evidence.calls != nullptr ? chain::kCalls : 0));
  std::uint64_t gas_before = 0;
  for (std::size_t i = 0; i < block.transactions.size(); ++i) {
    const auto cumulative = evidence.receipts.receipts[i].cumulative_gas_used;
    out.txs.push_back(account_tx(evidence, i, cumulative - gas_before, succeeded[i]));
    gas_before = cumulative;
  }
  return out;
}

}  // namespace clew::evm
