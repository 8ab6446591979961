// Transactions of types 0 to 4: legacy (EIP-155), access list (2930), dynamic fee (1559), blob
// (4844) and set code (7702); fields, RLP and hash.
// A transaction does not state its sender, who follows from the signature: see sender.h. A sender
// told by a node is the node's word.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/u256.h"
#include "chain/evm/header.h"

namespace clew::evm {

enum class TransactionType : std::uint8_t {
  legacy = 0,
  access_list = 1,
  dynamic_fee = 2,
  blob = 3,
  set_code = 4,
};

// Views of lists keep their RLP; they are checked when the transaction is read, and empty (no
// bytes) where the type has no such list.
struct Transaction {
  ByteView raw;  // what the hash and the transactions root are of; empty if it was not read
  TransactionType type = TransactionType::legacy;
  std::optional<std::uint64_t> chain_id;  // none in legacy ones before EIP-155
  std::uint64_t nonce = 0;
  // Wei per gas. Types 0 and 1 have one gas price, which is both.
  U256 max_priority_fee{};
  U256 max_fee{};
  std::uint64_t gas_limit = 0;
  std::optional<Address> to;  // none: creates a contract
  U256 value{};               // wei
  ByteView input;
  ByteView access_list;  // types 1 to 4
  U256 max_blob_fee{};   // type 3, wei per blob gas
  ByteView blob_hashes;  // type 3
  std::uint32_t blob_count = 0;
  ByteView authorizations;  // type 4
  std::uint64_t v = 0;      // legacy: as signed; else the parity of y, 0 or 1
  U256 r{}, s{};
};

// A transaction that fills `raw`, which it views: a list, or the type before a list. The blobs that
// a node adds to a blob transaction when it passes it on are no part of it: see without_blobs().
// data with the byte offset; unsupported if the type is not known.
Result<Transaction> decode_transaction(ByteView raw);
// Of its fields, not of `raw`.
Bytes encode_transaction(const Transaction& transaction);
Hash256 transaction_hash(const Transaction& transaction);
// What its sender signed (EIPs 155 and 2718).
Hash256 signing_hash(const Transaction& transaction);

// The transaction within the form that nodes exchange and eth_sendRawTransaction takes (EIP-4844
// and EIP-7594, "networking"); any other transaction as it is.
Result<Bytes> without_blobs(ByteView raw);

struct AccessListEntry {
  Address address{};
  std::vector<Hash256> storage_keys;
};
struct Authorization {
  U256 chain_id{};  // zero: any
  Address address{};
  std::uint64_t nonce = 0;
  std::uint8_t y_parity = 0;
  U256 r{}, s{};
};
// Of lists that a transaction views.
std::vector<AccessListEntry> access_list_entries(const Transaction& transaction);
std::vector<Hash256> blob_hashes(const Transaction& transaction);
std::vector<Authorization> authorizations(const Transaction& transaction);
// Lists to view in a transaction that is to be encoded.
Bytes encode_access_list(const std::vector<AccessListEntry>& entries);
Bytes encode_blob_hashes(const std::vector<Hash256>& hashes);
Bytes encode_authorizations(const std::vector<Authorization>& authorizations);

// Where a transaction without `to` puts its contract (yellow paper, section 7).
Address contract_address(const Address& sender, std::uint64_t nonce);

// For who reads blocks: the next item, a list or a string with a type and a list, and the next item
// written so.
bool read_transaction_item(RlpReader& reader, Transaction& transaction);
void write_transaction_item(RlpWriter& writer, const Transaction& transaction);

}  // namespace clew::evm
