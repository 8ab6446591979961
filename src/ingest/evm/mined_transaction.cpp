#include "ingest/evm/mined_transaction.h"

#include <algorithm>

#include "chain/evm/check.h"
#include "chain/evm/rpc_answer.h"
#include "chain/evm/sender.h"
#include "ingest/evm/trace_questions.h"

namespace clew::ingest {
namespace {

Result<Hash256> ask_block_of(NodePool& node, const Hash256& tx) {
  const RpcCall call{"eth_getTransactionByHash", "[\"" + evm::to_text(tx) + "\"]"};
  CLEW_TRY(served, ask_node(node, call));
  std::optional<Hash256> block;
  evm::RpcAnswer answer;
  auto read = answer.read(served.answers[0].text, [&](JsonValue result) {
    return for_each_field(result, "transaction",
                          [&](std::string_view key, JsonValue value) -> Result<void> {
                            if (key != "blockHash") return {};
                            CLEW_TRY(text, evm::read_text(value, key));
                            if (text.data() == nullptr) return {};
                            return evm::read_fixed(text, key, block.emplace());
                          });
  });
  if (!read) return fail(std::move(read).error().within(call.method));
  if (!block) return fail(ErrorKind::not_found, "the transaction is not in a block yet");
  return *block;
}

Result<void> check(MinedTransaction& mined, const Hash256& block_hash, const Hash256& tx) {
  const evm::Block& block = mined.block.block;
  CLEW_CHECK(evm::check_hash(block, block_hash));
  evm::BlockCheck check;
  CLEW_CHECK(check.check_block(block));
  CLEW_CHECK(check.check_receipts(block, mined.receipts.receipts));
  const auto found = std::ranges::find(block.transaction_hashes, tx);
  if (found == block.transaction_hashes.end())
    return fail(ErrorKind::data, "block " + evm::to_text(block_hash) +
                                     " does not have the transaction that the node says it has");
  mined.position = static_cast<std::uint32_t>(found - block.transaction_hashes.begin());
  const auto sender = evm::recover_sender(block.transactions[mined.position]);
  if (!sender) return fail(ErrorKind::data, "the transaction's signature is none");
  if (*sender != mined.block.senders[mined.position])
    return fail(ErrorKind::data, "the sender is stated as " +
                                     evm::to_text(mined.block.senders[mined.position]) +
                                     ", but the signature is of " + evm::to_text(*sender));
  mined.sender = *sender;
  return {};
}

}  // namespace

Result<MinedTransaction> ask_mined_transaction(NodePool& node, const Hash256& hash) {
  CLEW_TRY(block_hash, ask_block_of(node, hash));
  const std::string name = "\"" + evm::to_text(block_hash) + "\"";
  CLEW_TRY(block, ask_node(node, {"eth_getBlockByHash", "[" + name + ",true]"}));
  CLEW_TRY(receipts, ask_node(node, {"eth_getBlockReceipts", "[" + name + "]"}));
  MinedTransaction mined;
  CLEW_CHECK(evm::RpcBlockReader().read(block.answers[0].text, mined.block));
  CLEW_CHECK(
      evm::RpcReceiptsReader().read(receipts.answers[0].text, mined.block.block, mined.receipts));
  CLEW_CHECK(check(mined, block_hash, hash));
  return mined;
}

Result<std::vector<chain::Transfer>> transfers_of(const MinedTransaction& mined,
                                                  const evm::Calls& calls,
                                                  const evm::TransferReader& reader,
                                                  evm::TransferNotes& notes) {
  // The block as if it had this transaction alone.
  const evm::Block& whole = mined.block.block;
  evm::Block block;
  block.header = whole.header;
  block.hash = whole.hash;
  block.transactions = {whole.transactions[mined.position]};
  block.transaction_hashes = {whole.transaction_hashes[mined.position]};
  evm::Receipts receipts;
  receipts.receipts = {mined.receipt()};
  receipts.logs = mined.receipts.receipts.logs;
  if (mined.position > 0)
    receipts.receipts.front().cumulative_gas_used -=
        mined.receipts.receipts.receipts[mined.position - 1].cumulative_gas_used;
  CLEW_CHECK(evm::check_calls(block, {&mined.sender, 1}, receipts, calls));
  std::vector<chain::Transfer> transfers;
  CLEW_CHECK(reader.read({.block = block,
                          .senders = {&mined.sender, 1},
                          .receipts = receipts,
                          .calls = &calls,
                          .blob_gas_price = mined.receipts.blob_gas_price},
                         transfers, notes));
  std::erase_if(transfers,
                [](const auto& transfer) { return transfer.tx == chain::Transfer::kNoTx; });
  return transfers;
}

}  // namespace clew::ingest
