#include "ingest/replay/block_text.h"

#include "chain/evm/fees.h"

namespace clew::replay {
namespace {

using evm::TransactionType;

void append_header_fields(JsonText& json, const BlockFacts& facts) {
  const evm::Header& header = facts.block.header;
  json.hex("hash", facts.block.hash);
  json.hex("parentHash", header.parent);
  json.hex("sha3Uncles", header.uncles_hash);
  json.hex("miner", header.beneficiary);
  json.hex("stateRoot", header.state_root);
  json.hex("transactionsRoot", header.transactions_root);
  json.hex("receiptsRoot", header.receipts_root);
  json.hex("logsBloom", header.logs_bloom);
  json.quantity("difficulty", header.difficulty);
  json.quantity("number", header.number);
  json.quantity("gasLimit", header.gas_limit);
  json.quantity("gasUsed", header.gas_used);
  json.quantity("timestamp", header.time);
  json.hex("extraData", header.extra_data);
  json.hex("mixHash", header.mix_hash);
  json.hex("nonce", header.nonce);
  if (header.base_fee) json.quantity("baseFeePerGas", *header.base_fee);
  if (header.withdrawals_root) json.hex("withdrawalsRoot", *header.withdrawals_root);
  if (header.blobs) {
    json.quantity("blobGasUsed", header.blobs->gas_used);
    json.quantity("excessBlobGas", header.blobs->excess_gas);
    json.hex("parentBeaconBlockRoot", header.blobs->parent_beacon_root);
  }
  if (header.requests_hash) json.hex("requestsHash", *header.requests_hash);
}

void append_access_list(JsonText& json, const evm::Transaction& tx) {
  json.key("accessList");
  json.open_array();
  for (const evm::AccessListEntry& entry : evm::access_list_entries(tx)) {
    json.open_object();
    json.hex("address", entry.address);
    json.key("storageKeys");
    json.open_array();
    for (const Hash256& key : entry.storage_keys)
      json.hex(key);
    json.close_array();
    json.close_object();
  }
  json.close_array();
}

void append_authorizations(JsonText& json, const evm::Transaction& tx) {
  json.key("authorizationList");
  json.open_array();
  for (const evm::Authorization& one : evm::authorizations(tx)) {
    json.open_object();
    json.quantity("chainId", one.chain_id);
    json.hex("address", one.address);
    json.quantity("nonce", one.nonce);
    json.quantity("yParity", std::uint64_t{one.y_parity});
    json.quantity("r", one.r);
    json.quantity("s", one.s);
    json.close_object();
  }
  json.close_array();
}

void append_typed_fields(JsonText& json, const evm::Transaction& tx) {
  append_access_list(json, tx);
  if (tx.type == TransactionType::blob) {
    json.quantity("maxFeePerBlobGas", tx.max_blob_fee);
    json.key("blobVersionedHashes");
    json.open_array();
    for (const Hash256& hash : evm::blob_hashes(tx))
      json.hex(hash);
    json.close_array();
  }
  if (tx.type == TransactionType::set_code) append_authorizations(json, tx);
  json.quantity("yParity", tx.v);
}

U256 price_paid(const evm::Header& header, const evm::Transaction& tx) {
  const evm::GasPrice price = evm::effective_gas_price(header, tx);
  return U256::wrapping_add(price.base, price.priority);
}

// Where a transaction of a block stands.
void append_place(JsonText& json, const BlockFacts& facts, std::size_t tx) {
  json.hex("blockHash", facts.block.hash);
  json.quantity("blockNumber", facts.block.header.number);
  json.quantity("transactionIndex", std::uint64_t{tx});
}

void append_address_or_null(JsonText& json, std::string_view name,
                            const std::optional<evm::Address>& address) {
  json.key(name);
  address ? json.hex(*address) : json.null();
}

void append_withdrawals(JsonText& json, const evm::Block& block) {
  json.key("withdrawals");
  json.open_array();
  for (const evm::Withdrawal& withdrawal : block.withdrawals) {
    json.open_object();
    json.quantity("index", withdrawal.index);
    json.quantity("validatorIndex", withdrawal.validator);
    json.hex("address", withdrawal.address);
    json.quantity("amount", withdrawal.amount);
    json.close_object();
  }
  json.close_array();
}

}  // namespace

void append_header(JsonText& json, const BlockFacts& facts) {
  json.open_object();
  append_header_fields(json, facts);
  json.close_object();
}

void append_block(JsonText& json, const BlockFacts& facts, Detail detail) {
  json.open_object();
  append_header_fields(json, facts);
  json.quantity("size", std::uint64_t{facts.size});
  json.key("uncles");
  json.open_array();
  json.close_array();
  json.key("transactions");
  json.open_array();
  for (std::size_t i = 0; i < facts.block.transactions.size(); ++i) {
    if (detail == Detail::full) {
      append_transaction(json, facts, i);
    } else {
      json.hex(facts.block.transaction_hashes[i]);
    }
  }
  json.close_array();
  if (facts.block.has_withdrawals) append_withdrawals(json, facts.block);
  json.close_object();
}

void append_transaction(JsonText& json, const BlockFacts& facts, std::size_t index) {
  const evm::Transaction& tx = facts.block.transactions[index];
  json.open_object();
  append_place(json, facts, index);
  json.hex("hash", facts.block.transaction_hashes[index]);
  json.hex("from", facts.stored.senders[index]);
  append_address_or_null(json, "to", tx.to);
  json.quantity("value", tx.value);
  json.hex("input", tx.input);
  json.quantity("nonce", tx.nonce);
  json.quantity("gas", tx.gas_limit);
  json.quantity("gasPrice", price_paid(facts.block.header, tx));
  if (tx.type >= TransactionType::dynamic_fee) {
    json.quantity("maxFeePerGas", tx.max_fee);
    json.quantity("maxPriorityFeePerGas", tx.max_priority_fee);
  }
  json.quantity("type", static_cast<std::uint64_t>(tx.type));
  if (tx.chain_id) json.quantity("chainId", *tx.chain_id);
  json.quantity("v", tx.v);
  json.quantity("r", tx.r);
  json.quantity("s", tx.s);
  if (tx.type != TransactionType::legacy) append_typed_fields(json, tx);
  json.close_object();
}

void append_log(JsonText& json, const BlockFacts& facts, std::size_t tx, std::size_t index,
                bool removed) {
  const evm::Log& log = facts.receipts.logs[index];
  json.open_object();
  json.hex("address", log.address);
  json.key("topics");
  json.open_array();
  for (const Hash256& topic : log.topic_list())
    json.hex(topic);
  json.close_array();
  json.hex("data", log.data);
  append_place(json, facts, tx);
  json.hex("transactionHash", facts.block.transaction_hashes[tx]);
  json.quantity("blockTimestamp", facts.block.header.time);
  json.quantity("logIndex", std::uint64_t{index});
  json.key("removed");
  json.boolean(removed);
  json.close_object();
}

void append_receipt(JsonText& json, const BlockFacts& facts, std::size_t index) {
  const evm::Receipt& receipt = facts.receipts.receipts[index];
  const evm::Transaction& tx = facts.block.transactions[index];
  const evm::Address& sender = facts.stored.senders[index];
  json.open_object();
  append_place(json, facts, index);
  json.hex("transactionHash", facts.block.transaction_hashes[index]);
  json.hex("from", sender);
  append_address_or_null(json, "to", tx.to);
  std::optional<evm::Address> created;
  if (!tx.to) created = evm::contract_address(sender, tx.nonce);
  append_address_or_null(json, "contractAddress", created);
  json.quantity("cumulativeGasUsed", receipt.cumulative_gas_used);
  json.quantity("gasUsed", facts.gas_used(index));
  json.quantity("effectiveGasPrice", price_paid(facts.block.header, tx));
  if (tx.blob_count != 0) {
    json.quantity("blobGasUsed", tx.blob_count * evm::kGasPerBlob);
    json.quantity("blobGasPrice", facts.blob_gas_price);
  }
  json.quantity("status", std::uint64_t{receipt.success});
  json.quantity("type", static_cast<std::uint64_t>(receipt.type));
  json.hex("logsBloom", receipt.bloom);
  json.key("logs");
  json.open_array();
  for (std::uint32_t i = 0; i < receipt.log_count; ++i)
    append_log(json, facts, index, receipt.first_log + i);
  json.close_array();
  json.close_object();
}

void append_receipts(JsonText& json, const BlockFacts& facts) {
  json.open_array();
  for (std::size_t i = 0; i < facts.receipts.receipts.size(); ++i)
    append_receipt(json, facts, i);
  json.close_array();
}

}  // namespace clew::replay
