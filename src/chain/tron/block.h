// TRON's blocks as its nodes exchange and hash them: protocol buffer messages of Tron.proto and of
// the contracts, of which what moves money is read.
// https://github.com/tronprotocol/java-tron/tree/develop/protocol/src/main/protos
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "chain/transfer.h"

namespace clew::tron {

struct Header {
  std::uint64_t time_ms = 0;  // since 1970, UTC
  Hash256 tx_root{};          // zero, but written: the block is empty
  Hash256 parent{};
  std::uint64_t number = 0;
  std::uint64_t witness_id = 0;
  Bytes witness;  // the producer's address as it is hashed: 21 bytes; in the first block any
  std::uint64_t version = 0;
  Bytes account_state_root;  // none but for a while in 2020
};

// The number in its first 8 bytes, then the rest of the SHA-256 of the header's message.
Hash256 block_id(const Header& header);

// Transaction.Contract.ContractType; others are kept by their number.
enum class ContractType : std::uint32_t {
  account_create = 0,
  transfer = 1,
  transfer_asset = 2,
  participate_asset_issue = 9,
  withdraw_balance = 13,
  create_smart_contract = 30,
  trigger_smart_contract = 31,
  shielded_transfer = 51,
};
// "TransferContract"; "contract 77" for a number without a name here.
std::string name(ContractType type);
// By that name; nothing if it has none.
std::optional<ContractType> contract_type(std::string_view name);

struct Transaction {
  Hash256 id{};  // the SHA-256 of its raw data
  ContractType type = ContractType::transfer;
  std::optional<chain::Account> owner;  // who signed; a shielded transfer may have none
  std::optional<chain::Account> to;     // who is paid, or the contract that is called
  std::uint64_t amount = 0;             // sun that go to `to` if it succeeds
  Bytes input;                          // of a call
  std::uint64_t fee_limit = 0;          // sun
  std::uint64_t time_ms = 0;            // as the sender stated it; 0: not at all
  bool success = true;                  // the contract's result is none or SUCCESS
};

// A Transaction message: raw data, signatures, results. data with the offset if it is malformed or
// has not one contract.
Result<Transaction> decode_transaction(ByteView message);
// Its raw data alone, which tells no result.
Result<Transaction> decode_raw_transaction(ByteView raw_data);

struct Log {
  chain::Account address{};
  std::vector<Hash256> topics;
  Bytes data;
};

// TRX that a contract moved, or tried to.
struct InternalTransaction {
  chain::Account from{};
  std::optional<chain::Account> to;  // nobody: of creations that failed
  std::uint64_t amount = 0;          // sun; TRC-10 tokens are not read
  bool rejected = false;
};

// What came of a transaction: TransactionInfo.
struct TransactionInfo {
  Hash256 id{};
  std::uint64_t fee = 0;                   // sun, all that was burnt for it
  std::optional<chain::Account> contract;  // called or created
  std::uint64_t energy_used = 0;
  std::uint64_t withdrawn = 0;  // sun of rewards that it paid out to its owner
  std::vector<Log> logs;
  std::vector<InternalTransaction> internal;
};

struct Block {
  Header header;
  Hash256 id{};
  std::vector<Transaction> txs;
  // One a transaction in their order, if the source tells.
  std::optional<std::vector<TransactionInfo>> infos;
  // What the transactions' root is of, one a transaction; empty if the source does not tell.
  std::vector<Hash256> leaves;
  // Bytes of the messages of its transactions, or of the block as tables tell it; 0: not known.
  std::uint32_t size = 0;
};

// A Block message (as wallet.GetBlock of gRPC and the P2P network have it): header, transactions,
// their root. `infos` is left open. data if a hash or the root does not fit.
Result<Block> decode_block(ByteView message);
// The header of such a message alone. data if there is none or it is malformed.
Result<Header> decode_header(ByteView message);
// A TransactionRet message: of all transactions of one block.
Result<std::vector<TransactionInfo>> decode_infos(ByteView message);

// Of the SHA-256 of whole transaction messages, pairwise; one that has no partner goes up as it is.
Hash256 transactions_root(std::vector<Hash256> leaves);

}  // namespace clew::tron
